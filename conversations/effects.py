"""What the core asks the world to do. The desk stores effects; the courier carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from conversations.events import Timer
from conversations.model import Facts, Intent
from conversations.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the parent something. All that one turn says leaves as one mail, or message by message in chat."""

    phrase: Phrase
    blanks: tuple[tuple[str, str], ...] = ()
    """Words for the phrase's blanks: only ever what this parent typed, or public facts."""
    items: tuple[Phrase, ...] = ()
    """Phrases listed under this one (facts to give, steps to follow, readings to choose from)."""


class Path(StrEnum):
    """The two ways in (never mixed)."""

    VOUCHED = "vouched"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Compare with the roster, once, after the answer is committed."""

    path: Path
    facts: Facts
    intent: Intent


@dataclass(frozen=True, slots=True)
class Resend:
    """Send the credential mail to this contact's address on file."""

    contact: str


class Reason(StrEnum):
    """Why a person is needed. Shown to staff."""

    ASKED_FOR_A_PERSON = "asked_for_a_person"
    REQUEST_FOR_STAFF = "request_for_staff"
    NOT_UNDERSTOOD = "not_understood"
    OTHER_LANGUAGE = "other_language"
    REMEDIES_EXHAUSTED = "remedies_exhausted"
    TOO_MANY_SETS = "too_many_sets"
    TOO_MANY_FORM_REFUSALS = "too_many_form_refusals"
    STILL_NOTHING = "still_nothing"
    UNDELIVERED = "undelivered"
    NOBODY = "nobody"
    SEVERAL = "several"
    BARRED = "barred"
    NO_ADDRESS = "no_address"
    UNDELIVERABLE = "undeliverable"
    ADDRESS_TOO_NEW = "address_too_new"
    NOTHING_TO_SEND = "nothing_to_send"
    SENDER_LIMITED = "sender_limited"
    TARGET_LOCKED = "target_locked"
    SENDS_LIMITED = "sends_limited"
    ALL_LOCKED = "all_locked"
    ROSTER_STALE = "roster_stale"


@dataclass(frozen=True, slots=True)
class HandOver:
    """Open (or refresh) a staff item on this case."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Remind:
    """Send TimerDue(timer) after this long; setting a timer again replaces it."""

    timer: Timer
    after: timedelta


@dataclass(frozen=True, slots=True)
class CancelReminders:
    """Whatever timers this conversation set are void."""


class Outcome(StrEnum):
    """How a case ended, or where it waits, as staff read it."""

    OPEN = "open"
    RESENT = "resent"
    ANSWERED = "answered"
    STAFF = "staff"
    DECLINED = "declined"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Close:
    """The case is finished; the facts are wiped."""

    outcome: Outcome


Quiet = Resend | HandOver
"""All that a Hidden event may lead to: nothing the parent can see."""

Effect = Say | Evaluate | Resend | HandOver | Remind | CancelReminders | Close
