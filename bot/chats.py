"""What the chat channel needs of the world, and what an update comes to: values and interfaces only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports import Arrival
from conversations.effects import Say
from conversations.model import Intent, Language


@dataclass(frozen=True, slots=True)
class WaitingUpdate:
    """An update of the Bot API, as JSON, that nobody handled yet."""

    id: int
    body: str
    received_at: datetime
    attempts: int
    """1 at the first try."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Words of the chat channel itself. In private, `language` holds only where no case has another."""

    chat: int
    say: Say
    language: Language
    start: str = ""
    """Payload of a button that opens the private chat."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody wrote in private. `ticket` is the payload of a /start: a good one says what is wanted."""

    arrival: Arrival
    language: Language
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours: it counts while nothing was said since that turn of the case."""

    arrival: Arrival
    turn: int
    stale: Notice


@dataclass(frozen=True, slots=True)
class Edited:
    """A message was changed. `whole`: the new words tell on their own what they are."""

    arrival: Arrival
    original: str
    """The external id of the message as it first came."""
    whole: bool
    told: Notice


@dataclass(frozen=True, slots=True)
class Switched:
    """Another language is wanted; without a case, `arrival` opens one."""

    arrival: Arrival
    told: Notice


@dataclass(frozen=True, slots=True)
class Told:
    """Nothing for a case. `no_case` is said instead where the words would name a case and there is none."""

    person: int
    notice: Notice
    no_case: Say | None = None


@dataclass(frozen=True, slots=True)
class AskedInPublic:
    """Answered once a person and hour, neutrally, with a one-use button into private."""

    person: int
    notice: Notice
    intent: Intent | None


@dataclass(frozen=True, slots=True)
class Passed:
    """Not for us, for this reason."""

    reason: str


Deed = Heard | Pressed | Edited | Switched | Told | AskedInPublic | Passed
"""What an update comes to, for the transaction that settles it."""


class ChatLedger(Protocol):
    """Every update seen, and what became of it: the truth. Each call is one transaction."""

    async def hold(self, bot: int) -> bool:
        """Take or renew the right to poll this bot; False while another process has it."""

    async def let_go(self, bot: int) -> None: ...
    async def record(self, bot: int, updates: Sequence[tuple[int, str]]) -> None:
        """Keep updates (id, JSON), each once."""

    async def take(self, bot: int, most: int) -> Sequence[WaitingUpdate]:
        """The oldest not handled, the attempt counted; one that was tried before comes alone."""

    async def quarantine(self, update: int, reason: str) -> None:
        """Leave it to staff, with an item of theirs."""

    async def settle(self, batch: Sequence[tuple[int, Deed]]) -> None: ...
    async def is_current(self, case: int, turn: int) -> bool:
        """Whether nothing was said since this turn of the case."""


class Pacing(Protocol):
    """How fast one chat may be written to, over all processes."""

    async def wait(self, chat: int) -> float:
        """Seconds to wait before asking again; 0.0: it may leave now, and is counted."""
