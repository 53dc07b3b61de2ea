"""One of our mails came back for good. Part of one transaction; the requester never learns of it."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select, update

from bot.ports import ParcelKind, Undeliverable
from bot.store import inbox, journal, staff_items
from bot.store.database import moment, now
from bot.store.schema import contacts, conversations, outbox, sends
from conversations.effects import Reason
from conversations.events import Undelivered


def undelivered(connection: Connection, report: Undeliverable) -> bool:
    """Note that this mail did not arrive. False where its case is gone."""
    known = select(conversations.c.id).where(conversations.c.id == report.conversation)
    if connection.execute(known).first() is None:
        return False
    at = now(connection)
    sent = select(outbox.c.kind, outbox.c.payload).where(outbox.c.message_id == report.message_id)
    parcel = connection.execute(sent).first()
    if parcel is not None and parcel.kind == ParcelKind.CREDENTIAL:
        contact = _mark(connection, json.loads(parcel.payload).get("send"), at)
        event = Undelivered(moment(at), contact)
        inbox.put_event(connection, report.conversation, event, external_id=f"bounce:{report.message_id}")
    else:
        staff_items.open_item(connection, report.conversation, Reason.UNDELIVERED.value, at)
    journal.append(connection, at, "mail.bounced", report.conversation, {"status": report.status})
    return True


def _mark(connection: Connection, send: int | None, at: int) -> str | None:
    """The contact of a send, marked undeliverable at the address it was sent to, and no newer one."""
    row = connection.execute(select(sends).where(sends.c.id == send)).first()
    if row is None:
        return None
    connection.execute(update(sends).where(sends.c.id == send).values(state="bounced"))
    same = (contacts.c.sourced_id == row.contact, contacts.c.email_version == row.address_version)
    marked = {"undeliverable_at": at, "undeliverable_version": row.address_version}
    connection.execute(update(contacts).where(*same).values(**marked))
    return str(row.contact)
