"""What the desk and the courier need of the world, named for the need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from conversations.events import Said
from conversations.identity import Candidate, MailboxHolder


class Channel(StrEnum):
    MAIL = "mail"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message of a parent, read by a channel and ready for the inbox."""

    external_id: str
    """What makes twice into once: unique over all channels."""
    channel: Channel
    sender: str
    """Whom the limits count: a mailbox without its +tag, casefolded, or a Telegram id."""
    reply_to: str
    """Where answers go: the From address as written, or a chat id."""
    said: Said
    conversation: int | None = None
    """The case it belongs to, proven by the channel; None opens a new one."""
    thread: Mapping[str, object] = field(default_factory=dict)
    """The channel's own note for the reply (Message-IDs to refer to, a short quote)."""
    linked_to: int | None = None
    """A case it refers to without proof: shown to staff, joins nothing."""


class ParcelKind(StrEnum):
    REPLY = "reply"
    """What a turn says to the parent, through the channel of the case."""
    CREDENTIAL = "credential"
    """The invitation or validation e-mail, through the portal, to the address on file."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One stored effect, claimed by a courier."""

    id: int
    key: str
    """Stable over retries: the idempotency key, and what the Message-ID is made from."""
    kind: ParcelKind
    channel: Channel
    conversation: int
    payload: Mapping[str, object]
    """reply: {"says": [Say as JSON], "language", "medium", "number", "to", "thread"}; credential: {"send",
    "contact": sourcedId, "channel": Channel}. Never a code, nor an address on file."""
    attempts: int
    """1 at the first try."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the world said of a parcel that left."""

    message_id: str = ""
    note: str = ""
    """For the journal: a word without personal data, such as the kind of mail (invitation, validation)."""


class Carrier(Protocol):
    """Carries one parcel out. Raises ProviderAway, OutcomeUnknown or ProviderRefused."""

    async def carry(self, parcel: Parcel) -> Receipt: ...


@dataclass(frozen=True, slots=True)
class Postponed:
    """This sender must wait: the facts are evaluated then, the parent sees no difference."""

    until: datetime


class Records(Protocol):
    """The roster and the counters, inside the transaction of one evaluation."""

    def born_on(self, day: date) -> Sequence[Candidate]: ...
    def holders_of(self, mailbox: str) -> Sequence[MailboxHolder]: ...
    def roster_at(self) -> datetime | None:
        """When the roster now in force was imported; None when there is none."""

    def now(self) -> datetime:
        """The database's clock: one for all processes."""

    def lock(self, name: str, key: str) -> datetime | None:
        """Hold this counter until the end of the transaction; until when it is frozen, if it is."""

    def freeze(self, name: str, key: str, until: datetime) -> None: ...
    def hits(self, name: str, key: str, since: datetime) -> int: ...
    def last_hit(self, name: str, key: str) -> datetime | None: ...
    def hit(self, name: str, key: str, conversation: int) -> None: ...
    def clear(self, name: str, key: str) -> None: ...
