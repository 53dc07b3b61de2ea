""" "This was not me": the holder of a mailbox says that a credential mail was not asked for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select, update

from bot.evaluation import TARGET, student_key
from bot.keys import Keys
from bot.store import journal, staff_items
from bot.store.database import now
from bot.store.limits import Counters
from bot.store.schema import guardianships, sends

FROZEN_FOR = timedelta(days=7)


def known(connection: Connection, send: int) -> bool:
    return connection.execute(select(sends.c.id).where(sends.c.id == send)).first() is not None


def disown(connection: Connection, keys: Keys, send: int) -> bool:
    """Freeze path F for the contact's students and tell staff, once; False when there is no such send."""
    row = connection.execute(select(sends).where(sends.c.id == send).with_for_update()).first()
    if row is None:
        return False
    if row.disowned_at is not None:
        return True
    at = now(connection)
    connection.execute(update(sends).where(sends.c.id == send).values(disowned_at=at))
    students = connection.execute(
        select(guardianships.c.student).where(guardianships.c.contact == row.contact)
    )
    counters = Counters(connection, keys)
    for student in sorted(students.scalars()):
        counters.freeze(TARGET, student_key(student), at + FROZEN_FOR // timedelta(microseconds=1))
    staff_items.open_item(connection, row.conversation, "disowned", at, contact=row.contact)
    journal.append(connection, at, "mail.disowned", row.conversation, {"send": send})
    return True
