"""What a flow is given, and the few things that every flow does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from conversations.effects import CancelReminders, Close, Effect, HandOver, Outcome, Reason, Say
from conversations.facts import Refusal
from conversations.model import Conversation, Facts, Intent, Medium, Stage
from conversations.phrases import Phrase

Answer = tuple[Conversation, tuple[Effect, ...]]
"""The conversation afterwards, and what is to be done."""

Says = tuple[Say, ...]

FOLLOW_UP_AFTER = timedelta(hours=24)
SILENCE_AFTER = timedelta(days=3)
_IDLE_AFTER = {Medium.CHAT: timedelta(minutes=30), Medium.MAIL: timedelta(hours=24)}

RESEND_IS_USELESS = frozenset({Intent.EMAIL_ADDRESS_CHANGED, Intent.LAST_NAME_REJECTED})
"""The same e-mail again would reach nobody, or be refused again."""

MISUNDERSTOOD_LIMIT = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """One move of a parent, of time or of staff, ready to be served.

    `case` already holds the facts and the language of what was said; `request` is the request or
    act understood, `ranked` the likeliest requests, `changed` whether any fact is new.
    """

    case: Conversation
    request: Intent | None = None
    ranked: tuple[Intent, ...] = ()
    chosen: Intent | None = None
    text: str = ""
    changed: bool = False
    refused: tuple[Refusal, ...] = ()


Handler = Callable[[Turn], Answer]


def idle_after(medium: Medium) -> timedelta:
    """How long a question waits for its answer before the facts are forgotten."""
    return _IDLE_AFTER[medium]


def to_person(case: Conversation, reason: Reason, phrase: Phrase, *before: Say) -> Answer:
    """Hand the case over, and tell the parent so."""
    after = replace(case, stage=Stage.WITH_STAFF, asked=(), choices=(), misunderstood=0, acknowledged=False)
    return after, (*before, Say(phrase), HandOver(reason))


def close(case: Conversation, *before: Say, outcome: Outcome) -> Answer:
    """End the case and forget its facts; the request stays known, so that the parent may come back."""
    after = replace(
        case,
        stage=Stage.CLOSED,
        facts=Facts(),
        asked=(),
        details=(),
        choices=(),
        waiting=(),
        misunderstood=0,
        promised=case.promised if outcome is Outcome.RESENT else None,
        remedy=0,
    )
    return after, (*before, CancelReminders(), Close(outcome))


def quiet(turn: Turn) -> Answer:
    """Nothing to do: a timer that has become void, or a word from staff about a settled matter."""
    return turn.case, ()
