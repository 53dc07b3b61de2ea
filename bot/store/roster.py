"""What the roster says, for one transaction at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.store.database import moment, now
from bot.store.schema import contacts, guardianships, roster_imports, schools, students
from conversations.identity import Candidate, Guardian, MailboxHolder, acts_as_guardian

IMPORTED = "imported"


def candidates_born(connection: Connection, day: date) -> list[Candidate]:
    """Every student born on this day, active or not, with all who are linked to them."""
    return _candidates(connection, select(students.c.sourced_id).where(students.c.birth_date == day))


def contacts_at(connection: Connection, mailbox: str) -> list[MailboxHolder]:
    """The contacts whose address on file is this mailbox, each with all of their children."""
    holders = connection.execute(
        select(contacts.c.sourced_id)
        .where(contacts.c.email_key == email_key(mailbox), contacts.c.active)
        .order_by(contacts.c.sourced_id)
    ).scalars()
    return [_holder(connection, contact) for contact in holders]


def is_on_file(connection: Connection, mailbox: str) -> bool:
    """Whether this mailbox is an address on file of anybody."""
    found = select(contacts.c.sourced_id).where(contacts.c.email_key == email_key(mailbox), contacts.c.active)
    return connection.execute(found.limit(1)).first() is not None


def imported_at(connection: Connection) -> int | None:
    """When the roster now in force was imported, in microseconds; None when there is none."""
    at: int | None = connection.execute(
        select(func.max(roster_imports.c.at)).where(roster_imports.c.state == IMPORTED)
    ).scalar_one()
    return at


def age(connection: Connection) -> timedelta | None:
    """How old the roster in force is."""
    at = imported_at(connection)
    return None if at is None else timedelta(microseconds=now(connection) - at)


def digest_in_force(connection: Connection) -> str | None:
    """The digest of the bundle in force."""
    newest = (
        select(roster_imports.c.digest)
        .where(roster_imports.c.state == IMPORTED)
        .order_by(roster_imports.c.id.desc())
        .limit(1)
    )
    return connection.execute(newest).scalar()


def email_key(address: str) -> str:
    """The address as it is looked up: exactly as on file but for case and surrounding space."""
    return address.strip().casefold()


def _holder(connection: Connection, contact: str) -> MailboxHolder:
    own = select(guardianships.c.student).where(guardianships.c.contact == contact)
    children = _candidates(connection, own)
    return MailboxHolder(contact, tuple(children))


def _candidates(connection: Connection, wanted: Any) -> list[Candidate]:
    rows = connection.execute(
        select(students, schools.c.name.label("school_name"))
        .outerjoin(schools, schools.c.sourced_id == students.c.school)
        .where(students.c.sourced_id.in_(wanted))
        .order_by(students.c.sourced_id)
    ).all()
    guardians = _guardians(connection, [row.sourced_id for row in rows])
    return [_candidate(row, guardians[row.sourced_id]) for row in rows]


def _guardians(connection: Connection, of: Sequence[str]) -> dict[str, list[Guardian]]:
    found: dict[str, list[Guardian]] = defaultdict(list)
    links = connection.execute(
        select(guardianships, contacts)
        .join(contacts, contacts.c.sourced_id == guardianships.c.contact)
        .where(guardianships.c.student.in_(of), contacts.c.active)
        .order_by(guardianships.c.student, guardianships.c.contact)
    )
    for row in links:
        found[row.student].append(_guardian(row))
    return found


def _guardian(row: Row[Any]) -> Guardian:
    changed = row.email_changed_at
    return Guardian(
        contact=row.contact,
        first_name=row.first_name,
        last_name=row.last_name,
        relationship=row.relationship,
        is_guardian_role=acts_as_guardian(row.relationship),
        portal_access=row.portal_access,
        restriction=row.restriction,
        account_state=row.account_state,
        email=row.email,
        undeliverable=row.undeliverable_at is not None and row.undeliverable_version == row.email_version,
        email_changed_at=None if changed is None else moment(changed),
    )


def _candidate(row: Row[Any], guardians: Iterable[Guardian]) -> Candidate:
    first = (row.first_name, row.preferred_first_name)
    other = (row.preferred_last_name,)
    return Candidate(
        student=row.sourced_id,
        first_names=tuple(name for name in first if name),
        last_name=row.last_name,
        birth_date=row.birth_date,
        school=row.school_name or "",
        active=row.active,
        contacts=tuple(guardians),
        other_last_names=tuple(name for name in other if name),
    )
