"""What can happen to a conversation. Each event carries its time (`at`, aware, UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Said:
    """A parent wrote. `text` is their own words: quotes and signature are off already."""

    at: datetime
    text: str
    subject: str = ""
    quoted: str = ""
    """What stood below, quoted: only ever read to know that they hold one of the portal's mails."""
    on_file: bool = False
    """Our border vouches for the sender and the mailbox is on file (path V)."""


class Timer(StrEnum):
    FOLLOW_UP = "follow_up"
    """A day after the uniform answer: did it arrive?"""
    IDLE = "idle"
    """The parent stopped answering in the middle of the facts."""
    SILENCE = "silence"
    """No answer to the follow-up: the case closes kindly."""


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A reminder that this conversation set has come due."""

    at: datetime
    timer: Timer


class Verdict(StrEnum):
    """How a set of facts, or a vouched mailbox, compared with the roster and the limits."""

    MATCHED = "matched"
    NOBODY = "nobody"
    SEVERAL = "several"
    BARRED = "barred"
    """Restriction, no portal access, child of age, left or graduated."""
    NO_ADDRESS = "no_address"
    UNDELIVERABLE = "undeliverable"
    ADDRESS_TOO_NEW = "address_too_new"
    NOTHING_TO_SEND = "nothing_to_send"
    """No code on the roster, an expired one, or an account that is active already."""
    SENDER_LIMITED = "sender_limited"
    TARGET_LOCKED = "target_locked"
    SENDS_LIMITED = "sends_limited"
    ALL_LOCKED = "all_locked"
    """Too many failures over all: path F waits for staff."""
    ROSTER_STALE = "roster_stale"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The roster and the limits were asked. Never seen by the parent, whatever it says."""

    at: datetime
    verdict: Verdict
    contact: str | None = None
    """sourcedId of the one contact matched."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A credential mail came back or could not be sent. Never seen by the parent."""

    at: datetime
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class StaffTook:
    """A member of staff took the case over: the bot keeps quiet."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StaffWrote:
    """A member of staff wrote to the parent, from the console, Telegram or the mailbox itself."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StaffHandedBack:
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffResolved:
    at: datetime


Hidden = Evaluated | Undelivered
"""Events that come from behind the counter: they never change what the parent sees."""

Event = Said | TimerDue | Evaluated | Undelivered | StaffTook | StaffWrote | StaffHandedBack | StaffResolved
