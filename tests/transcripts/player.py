"""Plays a transcript through the core, and says at which line the two differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conversations.effects import (
    CancelReminders,
    Close,
    Effect,
    Evaluate,
    HandOver,
    Path,
    Remind,
    Resend,
    Say,
)
from conversations.events import (
    Evaluated,
    Event,
    Said,
    StaffHandedBack,
    StaffResolved,
    StaffTook,
    StaffWrote,
    Timer,
    TimerDue,
    Verdict,
)
from conversations.machine import Step, step_explained
from conversations.model import Conversation, Intent
from tests.transcripts.script import Line, Transcript, duration

START = datetime(2026, 9, 14, 13, 0, tzinfo=UTC)
CONTACT = "contact-7"
_STAFF: dict[str, Callable[[datetime], Event]] = {
    "takes": StaffTook,
    "writes": StaffWrote,
    "hands back": StaffHandedBack,
    "resolves": StaffResolved,
}
_WELCOME_MAIL = {Intent.VALIDATION_EMAIL_MISSING, Intent.VALIDATION_LINK_BROKEN}


class Player:
    """One conversation, its clock and its reminders."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.case = Conversation(transcript.medium)
        self.now = START
        self.timers: dict[Timer, datetime] = {}
        self.effects: tuple[Effect, ...] = ()
        self.last: Step | None = None
        self.path = Path.FACTS
        self.subject = self.quoted = ""
        self.on_file = self.unchecked = False

    def play(self) -> None:
        for line in self.transcript.lines:
            if line.what != "desk" and self.unchecked:
                self.fail(line, "what the desk says must stand after what the parent says")
            getattr(self, f"line_{line.what.replace(' ', '_')}")(line)

    def fail(self, line: Line, why: str) -> None:
        seen = f"\n  understood: {self.last.move}, {self.last.reading}" if self.last else ""
        raise AssertionError(
            f"{self.transcript.name}.txt:{line.number}: {line.what}: {line.text}\n  {why}"
            f"{seen}\n  effects: {self.effects}\n  case: {self.case}"
        )

    def check(self, line: Line, actual: object, expected: object) -> None:
        if actual != expected:
            self.fail(line, f"is {actual}, not {expected}")

    def happen(self, event: Event) -> None:
        self.last = step_explained(self.case, event)
        self.case, self.effects = self.last.after, self.last.effects
        for effect in self.effects:
            match effect:
                case Remind(timer=timer, after=after):
                    self.timers[timer] = self.now + after
                case CancelReminders():
                    self.timers.clear()

    # What happens.

    def line_parent(self, line: Line) -> None:
        self.now += timedelta(minutes=1)
        said = Said(self.now, line.text, subject=self.subject, quoted=self.quoted, on_file=self.on_file)
        self.happen(said)
        self.subject, self.quoted, self.unchecked = "", "", True

    def line_subject(self, line: Line) -> None:
        self.subject = line.text

    def line_quoted(self, line: Line) -> None:
        self.quoted = line.text

    def line_on_file(self, line: Line) -> None:
        self.on_file = line.text == "yes"

    def line_after(self, line: Line) -> None:
        until = self.now + duration(line.text)
        self.effects, self.last = (), None
        said: tuple[Effect, ...] = ()
        while due := sorted((at, timer) for timer, at in self.timers.items() if at <= until):
            self.now, timer = due[0]
            del self.timers[timer]
            self.happen(TimerDue(self.now, timer))
            said += self.effects
        self.effects, self.now = said, until

    def line_staff(self, line: Line) -> None:
        self.happen(_STAFF[line.text](self.now))

    # What must be so.

    def line_desk(self, line: Line) -> None:
        said = [effect.phrase.value for effect in self.effects if isinstance(effect, Say)]
        self.check(line, said, [] if line.text == "nothing" else re.split(r", *", line.text))
        self.unchecked = False

    def line_do(self, line: Line) -> None:
        wanted, *then = (part.strip() for part in line.text.split("→"))
        if wanted == "Evaluate":
            self._evaluate(line, then)
            return
        match = re.fullmatch(r"(HandOver|Close)\((\w+)\)", wanted)
        if match is None:
            self.fail(line, "no such effect")
            return
        done = [
            effect.reason.value if isinstance(effect, HandOver) else effect.outcome.value
            for effect in self.effects
            if isinstance(effect, HandOver | Close) and type(effect).__name__ == match[1]
        ]
        self.check(line, done, [match[2]])

    def _evaluate(self, line: Line, then: list[str]) -> None:
        asked = [effect for effect in self.effects if isinstance(effect, Evaluate)]
        self.check(line, len(asked), 1)
        self.check(line, asked[0].path, Path.VOUCHED if self.on_file else Path.FACTS)
        if not then:
            return
        before, shown = self.case, self.effects
        verdict = Verdict(then[0])
        self.happen(Evaluated(self.now, verdict, CONTACT if verdict is Verdict.MATCHED else None))
        self.check(line, self.case, before)
        if verdict is Verdict.MATCHED:
            mail = "validation" if asked[0].intent in _WELCOME_MAIL else "invitation"
            self.check(line, self.effects, (Resend(CONTACT),))
            self.check(line, then[1], f"Resend({mail})")
        else:
            self.check(line, [type(effect) for effect in self.effects], [HandOver])
            self.check(line, then[1], "HandOver")
        self.effects = shown

    def line_stage(self, line: Line) -> None:
        self.check(line, self.case.stage.value, line.text)

    def line_language(self, line: Line) -> None:
        self.check(line, self.case.language.value, line.text)

    def line_request(self, line: Line) -> None:
        self.check(line, self.case.intent and self.case.intent.value, line.text)

    def line_known(self, line: Line) -> None:
        held = replace(self.case.facts, birth_date_readings=())
        known = {name for name in held.__slots__ if getattr(held, name)}
        self.check(line, sorted(known), sorted(re.split(r", *", line.text)))
