"""A desk's decisions without the core: it repeats what was said, so that order and number can be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.desk import Decision, Kind, Note, Work
from bot.ports import Records
from conversations.effects import Outcome, Reason
from conversations.events import Timer


def plain(work: Work, **changes: Any) -> Decision:
    """A decision that leaves the case as it is, but for `changes`."""
    usual = Decision(
        work=work,
        state=work.state,
        stage="new",
        intent=None,
        language="fr",
        outcome=Outcome.OPEN,
        sender=work.sender,
        reply_to=work.reply_to,
        thread=work.thread,
        closed=False,
        medium="mail",
        notes=[Note("intent.recognised", {"kind": work.kind.value})],
    )
    return replace(usual, **changes)


@dataclass
class Echo:
    """Says each message's own words again; a few words make it do more."""

    seen: list[tuple[int, str]] = field(default_factory=list)

    def __call__(self, work: Work, _records: Callable[[], Records]) -> Decision:
        if work.kind is Kind.EVALUATE:
            return plain(work, resends=[work.payload["request"]["contact"]])
        if work.kind is Kind.TIMER:
            return plain(work, says=[_say(f"timer {work.payload['timer']}")])
        words = str(work.payload["event"].get("text", work.payload["event"]["event"]))
        self.seen.append((work.conversation, words))
        command, _, argument = words.partition(" ")
        match command:
            case "raise":
                raise ZeroDivisionError(words)
            case "unwritable":
                return plain(work, says=[_say(words)], language=object())
            case "evaluate":
                request = {"request": {"contact": argument}, "sender": work.sender}
                return plain(work, says=[_say("uniform_answer")], evaluates=[request])
            case "remind":
                return plain(work, reminders={Timer.IDLE: work.now + timedelta(seconds=float(argument))})
            case "cancel":
                return plain(work, cancels=True)
            case "person":
                return plain(work, reasons=[Reason.ASKED_FOR_A_PERSON])
            case _:
                return plain(work, says=[_say(words)])


def _say(words: str) -> dict[str, Any]:
    return {"effect": "say", "phrase": words}
