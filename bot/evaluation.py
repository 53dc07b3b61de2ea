"""Who is asking: one evaluation of a set of facts, or of a vouched mailbox, under all limits.

Everything here happens behind the counter, in one transaction of its own, after the answer to the
parent is committed. Nothing of it ever reaches the requester.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Postponed, Records
from bot.settings import Settings
from conversations.effects import Evaluate, Path
from conversations.events import Evaluated, Verdict
from conversations.identity import Judgement, judge, judge_vouched, target_keys

EVERYTHING = ("failures", "all")
"""The counter over all senders: name and key."""
SENDER = "sets"
TARGET = "target"
SENDS = "sends"
DAY = timedelta(days=1)
FAILED = frozenset({Verdict.NOBODY, Verdict.SEVERAL})


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates under the limits of `settings`; holds nothing else."""

    settings: Settings

    @property
    def _settling(self) -> timedelta:
        return timedelta(hours=self.settings.limits.address_settling_hours)

    def __call__(
        self, records: Records, request: Evaluate, conversation: int, sender: str
    ) -> Evaluated | Postponed:
        """Judge `request`; `sender` is the counting key of whoever wrote. Call inside a transaction."""
        match request.path:
            case Path.VOUCHED:
                return self._vouched(records, conversation, sender)
            case Path.FACTS:
                return self._facts(records, request, conversation, sender)

    def _vouched(self, records: Records, conversation: int, sender: str) -> Evaluated:
        judgement = judge_vouched(records.holders_of(sender), records.now(), self._settling)
        return self._settled(records, judgement, conversation)

    def _facts(
        self, records: Records, request: Evaluate, conversation: int, sender: str
    ) -> Evaluated | Postponed:
        now = records.now()
        targets = target_keys(request.facts)
        # One fixed order of locks, so that parallel sets wait for each other and never in a circle.
        all_frozen = records.lock(*EVERYTHING)
        records.lock(SENDER, sender)
        frozen = [records.lock(TARGET, key) for key in sorted(targets)]
        wait_until = self._wait_until(records, sender, now)
        if wait_until:
            return Postponed(wait_until)
        # The roster is asked and compared whatever the limits say: the work tells nothing.
        day = request.facts.birth_date
        judgement = judge(request.facts, records.born_on(day) if day else (), now, self._settling)
        barrier = self._barrier(records, sender, targets, [all_frozen, *frozen], now)
        if barrier:
            return Evaluated(now, barrier)
        records.hit(SENDER, sender, conversation)
        if judgement.verdict in FAILED:
            return self._failed(records, judgement, targets, conversation)
        if judgement.student and _holds(records.lock(TARGET, student_key(judgement.student)), now):
            return Evaluated(now, Verdict.TARGET_LOCKED)
        settled = self._settled(records, judgement, conversation)
        if settled.verdict is Verdict.MATCHED:
            # Only a mail that leaves: one known family's facts must not buy guesses without end.
            records.clear(SENDER, sender)
        return settled

    def _wait_until(self, records: Records, sender: str, now: datetime) -> datetime | None:
        """When this sender's next set may be looked at, if not at once."""
        waits = self.settings.waits
        steps = (waits.after_failure_1, waits.after_failure_2, waits.after_failure_3, waits.after_failure_4)
        tried = records.hits(SENDER, sender, now - DAY)
        last = records.last_hit(SENDER, sender)
        if not tried or last is None or tried >= self.settings.limits.sets_per_sender_day:
            return None
        until = last + timedelta(seconds=steps[min(tried, len(steps)) - 1])
        return until if until > now else None

    def _barrier(
        self,
        records: Records,
        sender: str,
        targets: Sequence[str],
        frozen: Sequence[datetime | None],
        now: datetime,
    ) -> Verdict | None:
        """The limit that keeps this set from counting as a match, if one does."""
        limits = self.settings.limits
        everything, *each_target = frozen
        if _holds(everything, now):
            return Verdict.ALL_LOCKED
        if (
            records.hits(SENDER, sender, now - DAY) >= limits.sets_per_sender_day
            or records.hits(SENDER, sender, now - 7 * DAY) >= limits.sets_per_sender_week
        ):
            return Verdict.SENDER_LIMITED
        if any(_holds(until, now) for until in each_target) or any(
            records.hits(TARGET, key, now - DAY) >= limits.failures_per_target_day
            or records.hits(TARGET, key, now - 30 * DAY) >= limits.failures_per_target_month
            for key in targets
        ):
            return Verdict.TARGET_LOCKED
        return None

    def _failed(
        self, records: Records, judgement: Judgement, targets: Sequence[str], conversation: int
    ) -> Evaluated:
        now, limits = records.now(), self.settings.limits
        for key in targets:
            records.hit(TARGET, key, conversation)
        records.hit(*EVERYTHING, conversation)
        if (
            records.hits(*EVERYTHING, now - timedelta(hours=1)) >= limits.failures_hour
            or records.hits(*EVERYTHING, now - DAY) >= limits.failures_day
        ):
            records.freeze(*EVERYTHING, now + timedelta(seconds=self.settings.waits.all_locked))
        return Evaluated(now, judgement.verdict)

    def _settled(self, records: Records, judgement: Judgement, conversation: int) -> Evaluated:
        """A judgement under what binds both ways in: a fresh roster, few mails to one contact."""
        now = records.now()
        if judgement.verdict is not Verdict.MATCHED or judgement.contact is None:
            return Evaluated(now, judgement.verdict)
        imported = records.roster_at()
        if imported is None or now - imported > self.settings.limits.roster_days * DAY:
            return Evaluated(now, Verdict.ROSTER_STALE)
        if self._sent_enough(records, judgement.contact, now):
            return Evaluated(now, Verdict.SENDS_LIMITED)
        records.hit(SENDS, judgement.contact, conversation)
        return Evaluated(now, Verdict.MATCHED, judgement.contact)

    def _sent_enough(self, records: Records, contact: str, now: datetime) -> bool:
        records.lock(SENDS, contact)
        limits = self.settings.limits
        windows = (
            (timedelta(minutes=15), limits.sends_per_contact_quarter_hour),
            (DAY, limits.sends_per_contact_day),
            (30 * DAY, limits.sends_per_contact_month),
        )
        return any(records.hits(SENDS, contact, now - window) >= most for window, most in windows)


def student_key(student: str) -> str:
    """The counter key that freezes path F for one student, when a parent says "this was not me"."""
    return f"student:{student}"


def _holds(frozen_until: datetime | None, now: datetime) -> bool:
    return frozen_until is not None and frozen_until > now
