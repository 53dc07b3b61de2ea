"""How many answers one mailbox may draw."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.ceilings import Draw, Held, count, held
from bot.settings import Limits

LIMITS = Limits()


@dataclass
class Clock:
    """A tally in memory, with a clock to turn."""

    at: datetime = datetime(2026, 11, 24, 13, tzinfo=UTC)
    seen: list[tuple[str, str, datetime]] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def lock(self, name: str, key: str) -> datetime | None:
        self.locks.append(f"{name}/{key}")
        return None

    def hits(self, name: str, key: str, since: datetime) -> int:
        return sum(1 for n, k, at in self.seen if (n, k) == (name, key) and at > since)

    def hit(self, name: str, key: str, conversation: int) -> None:
        assert conversation
        self.seen.append((name, key, self.at))

    def draws(self, draw: Draw) -> Held | None:
        reason = held(self, LIMITS, draw)
        if reason is None:
            count(self, draw, 1)
        return reason


IN_A_CASE = Draw("fatou@example.org", "words", joins=True, vouched=False)
UNPROVEN = Draw("fatou@example.org", "words", joins=False, vouched=False)


def answers(clock: Clock, draw: Draw, mails: int, every: timedelta) -> Counter[Held | None]:
    told: Counter[Held | None] = Counter()
    for number in range(mails):
        told[clock.draws(replace(draw, fingerprint=str(number)))] += 1
        clock.at += every
    return told


def test_a_sender_draws_five_answers_an_hour_and_twenty_a_day() -> None:
    told = answers(Clock(), IN_A_CASE, 60, timedelta(minutes=1))
    assert told == {None: 5, Held.SENDER_HOUR: 55}
    told = answers(Clock(), IN_A_CASE, 24 * 4, timedelta(minutes=15))
    assert told[None] == 20
    assert told[Held.SENDER_DAY] > 0


def test_an_unproven_mailbox_opens_one_case_a_day() -> None:
    clock = Clock()
    assert clock.draws(UNPROVEN) is None
    assert clock.draws(replace(UNPROVEN, fingerprint="other")) is Held.SECOND_THREAD
    clock.at += timedelta(hours=25)
    assert clock.draws(replace(UNPROVEN, fingerprint="other")) is None


def test_who_answers_our_mail_or_is_vouched_for_opens_as_many_as_needed() -> None:
    clock = Clock()
    assert clock.draws(UNPROVEN) is None
    assert clock.draws(IN_A_CASE) is None
    assert clock.draws(replace(UNPROVEN, fingerprint="a", vouched=True)) is None
    assert clock.draws(replace(UNPROVEN, fingerprint="b", vouched=True)) is None


def test_the_same_words_draw_one_answer_a_day_but_a_yes_in_a_case_is_always_heard() -> None:
    clock = Clock()
    vouched = replace(UNPROVEN, vouched=True)
    assert clock.draws(vouched) is None
    assert clock.draws(vouched) is Held.SAME_WORDS
    assert clock.draws(IN_A_CASE) is None
    assert clock.draws(IN_A_CASE) is None


def test_unproven_mailboxes_together_have_a_ceiling() -> None:
    clock = Clock()
    told = Counter(clock.draws(replace(UNPROVEN, sender=f"{number}@x.example")) for number in range(510))
    assert told == {None: 500, Held.UNPROVEN_HOUR: 10}
    assert clock.draws(IN_A_CASE) is None


def test_what_is_held_does_not_count() -> None:
    clock = Clock()
    answers(clock, IN_A_CASE, 60, timedelta(minutes=1))
    assert clock.draws(IN_A_CASE) is None
