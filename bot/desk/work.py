"""What the desk is given, and what it decides: values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.ports import Channel, Postponed, Records
from conversations.effects import Evaluate, Outcome, Reason
from conversations.events import Evaluated, Timer

Json = Mapping[str, Any]


class Kind(StrEnum):
    """What waits in an inbox."""

    SAID = "said"
    """payload: {"event", "sender", "reply_to", "thread"}"""
    TIMER = "timer"
    """payload: {"timer"}"""
    STAFF = "staff"
    """payload: {"event"}"""
    HIDDEN = "hidden"
    """payload: {"event"}"""
    EVALUATE = "evaluate"
    """payload: {"request", "sender"}"""


@dataclass(frozen=True, slots=True)
class Work:
    """The oldest thing that waits for one conversation, and that conversation as it stands, locked."""

    id: int
    kind: Kind
    payload: Json
    now: datetime
    conversation: int
    number: str
    channel: Channel
    sender: str
    reply_to: str
    thread: Json
    state: Json
    needs_person: bool
    sent: bool
    """A credential mail was queued for this case, and did not come back."""


@dataclass(frozen=True, slots=True)
class Note:
    """A row for the journal; `data` without personal data."""

    event: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one turn changes, for one transaction to keep."""

    work: Work
    state: Json
    stage: str
    intent: str | None
    language: str
    outcome: Outcome
    sender: str
    reply_to: str
    thread: Json
    closed: bool
    says: Sequence[Json] = ()
    medium: str = ""
    because: Json = field(default_factory=dict)
    """Why the bot answers so, for staff."""
    evaluates: Sequence[Json] = ()
    """Payloads of kind EVALUATE."""
    resends: Sequence[str] = ()
    """Contacts (sourcedId)."""
    reasons: Sequence[Reason] = ()
    reminders: Mapping[Timer, datetime] = field(default_factory=dict)
    cancels: bool = False
    """Reminders set before this turn are void."""
    resolved: bool = False
    """A person is done with the case."""
    notes: Sequence[Note] = ()
    postponed_until: datetime | None = None
    """Nothing changes: the same work again, then."""


class Evaluator(Protocol):
    """Compares facts, or a vouched mailbox, with the roster; inside an open transaction."""

    def __call__(
        self, records: Records, request: Evaluate, conversation: int, sender: str
    ) -> Evaluated | Postponed: ...


Decide = Callable[[Work, Callable[[], Records]], Decision]
"""From work to decision; the records are only opened when asked for."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one visit to the inbox came to. `wait`: seconds until something is due, when nothing was."""

    handled: int
    failed: int = 0
    wait: float | None = None


class TurnFailed(Exception):
    """A transaction of these inbox rows could not be written; nothing of it was kept."""

    def __init__(self, rows: Sequence[int], reason: str) -> None:
        super().__init__(reason)
        self.rows = rows
        self.reason = reason


class Inbox(Protocol):
    """Where work waits. Raises ProviderAway when the database does not answer."""

    async def take(self, decide: Decide, most: int) -> Taken:
        """One transaction: lock up to `most` conversations that have work, decide, keep, commit.

        A decision that raises counts as failed and harms no other. Raises TurnFailed when the
        decisions could not be kept.
        """

    async def stumbled(self, row: int, reason: str) -> None:
        """Count a failure; after the third the row is quarantined and staff are told."""
