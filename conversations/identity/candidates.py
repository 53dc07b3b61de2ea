"""Records as the comparison needs them: what the roster says of one student and those who act for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from conversations.events import Verdict
from conversations.words.names import fold

OF_AGE = 18
SETTLED_AFTER = timedelta(hours=24)
"""How long a changed address waits for staff."""


@cache
def _school_board_time() -> ZoneInfo:
    return ZoneInfo("America/Toronto")


def local_day(now: datetime) -> date:
    """The calendar day at the board, of an aware time."""
    return now.astimezone(_school_board_time()).date()


def of_age(born: date | None, day: date) -> bool:
    """18 or older on this day; who was born on an unknown day counts as such."""
    if born is None:
        return True
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) >= OF_AGE


@dataclass(frozen=True, slots=True)
class Guardian:
    """A contact, as linked to one student."""

    contact: str
    """sourcedId."""
    first_name: str
    last_name: str
    relationship: str = ""
    is_guardian_role: bool = True
    """A parent or guardian, not a relative or an emergency contact; see `acts_as_guardian`."""
    portal_access: bool = False
    restriction: str | None = None
    account_state: str = "none"
    email: str | None = None
    undeliverable: bool = False
    """Mail to this very address came back."""
    email_changed_at: datetime | None = None
    other_first_names: tuple[str, ...] = ()
    """Preferred names, where the file has them."""
    other_last_names: tuple[str, ...] = ()

    def reached(self, now: datetime, settled_after: timedelta = SETTLED_AFTER) -> Verdict:
        """Whether a mail may leave for the address on file: MATCHED, or why not."""
        if not self.email:
            return Verdict.NO_ADDRESS
        if self.undeliverable:
            return Verdict.UNDELIVERABLE
        changed = self.email_changed_at
        return Verdict.ADDRESS_TOO_NEW if changed and now - changed < settled_after else Verdict.MATCHED


@dataclass(frozen=True, slots=True)
class Candidate:
    """A student, active or not, with their contacts."""

    student: str
    """sourcedId."""
    first_names: tuple[str, ...]
    """The given name, then the preferred one where the file has it."""
    last_name: str
    birth_date: date | None
    school: str
    active: bool
    contacts: tuple[Guardian, ...]
    other_last_names: tuple[str, ...] = ()

    def of_age(self, day: date) -> bool:
        """Whether nobody but the student may be written to; see `of_age`."""
        return of_age(self.birth_date, day)


@dataclass(frozen=True, slots=True)
class MailboxHolder:
    """A contact whose address on file is a given mailbox, with all of that person's children.

    Of each child's contacts only this one is looked at.
    """

    contact: str
    children: tuple[Candidate, ...]


def may_act(student: Candidate, guardian: Guardian, day: date) -> bool:
    """Whether this contact may be sent a credential for this student without a person deciding."""
    return (
        student.active
        and not student.of_age(day)
        and guardian.is_guardian_role
        and guardian.portal_access
        and not guardian.restriction
    )


_GUARDIANS = frozenset(
    """parent guardian legalguardian mother father mom dad stepmother stepfather stepparent mere pere maman
    papa parentoututeur tuteur tutrice tuteurlegal tutricelegale bellemere beaupere""".split()
)


def acts_as_guardian(relationship: str) -> bool:
    """Whether a relationship, as rosters word it, is a parent's or guardian's."""
    return fold(relationship).replace(" ", "").replace("_", "") in _GUARDIANS
