"""The ledger of mails: which were seen, and what became of each. Each function is part of one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot import ceilings
from bot.keys import Keys
from bot.ports import FetchedMail, MailPosition, ReadMail, Undeliverable, WaitingMail
from bot.settings import Limits
from bot.store import bounces, inbox, roster, staff_items
from bot.store.database import micros, moment, now
from bot.store.records import OpenRecords
from bot.store.schema import conversations, mailboxes, mails
from bot.store.upsert import insert_or
from conversations.events import StaffWrote

FETCHED, QUEUED, SKIPPED, DUPLICATE, QUARANTINED = "fetched", "queued", "skipped", "duplicate", "quarantined"


def position(connection: Connection, mailbox: str) -> MailPosition | None:
    row = connection.execute(select(mailboxes).where(mailboxes.c.name == mailbox)).first()
    if row is None:
        return None
    swept_at = None if row.swept_at is None else moment(row.swept_at)
    return MailPosition(row.uidvalidity, row.last_uid, moment(row.first_seen_at), swept_at)


def begin(connection: Connection, mailbox: str, uid_validity: int, last_uid: int) -> MailPosition:
    values = {"uidvalidity": uid_validity, "last_uid": last_uid}
    first = {"name": mailbox, "first_seen_at": now(connection), **values}
    statement = insert_or(connection, mailboxes).values(first)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    found = position(connection, mailbox)
    assert found is not None
    return found


def unknown(connection: Connection, mailbox: str, uid_validity: int, uids: Sequence[int]) -> list[int]:
    here = (mails.c.mailbox == mailbox, mails.c.uidvalidity == uid_validity, mails.c.uid.in_(uids))
    known = set(connection.execute(select(mails.c.uid).where(*here)).scalars())
    return [uid for uid in uids if uid not in known]


def record(
    connection: Connection, mailbox: str, uid_validity: int, fetched: Sequence[FetchedMail], up_to: int
) -> None:
    for mail in fetched:
        known = select(mails.c.id).where(mails.c.content_key == mail.content_key).limit(1)
        state = FETCHED if connection.execute(known).first() is None else DUPLICATE
        row = {
            **_row(mailbox, uid_validity, mail.uid, micros(mail.received_at)),
            "content_key": mail.content_key,
            "raw": mail.raw if state == FETCHED else None,
            "size": mail.size,
            "state": state,
            "reason": None if state == FETCHED else DUPLICATE,
            "message_id": mail.message_id or None,
        }
        connection.execute(insert_or(connection, mails).values(row).on_conflict_do_nothing())
    behind = (
        mailboxes.c.name == mailbox,
        mailboxes.c.uidvalidity == uid_validity,
        mailboxes.c.last_uid < up_to,
    )
    connection.execute(update(mailboxes).where(*behind).values(last_uid=up_to))


def pass_over(
    connection: Connection, mailbox: str, uid_validity: int, uids: Sequence[int], reason: str
) -> None:
    at = now(connection)
    rows = [
        _row(mailbox, uid_validity, uid, at)
        | {
            "content_key": f"unread:{mailbox}:{uid_validity}:{uid}",
            "size": 0,
            "state": SKIPPED,
            "reason": reason,
        }
        for uid in uids
    ]
    if rows:
        connection.execute(insert_or(connection, mails).on_conflict_do_nothing(), rows)


def swept(connection: Connection, mailbox: str) -> None:
    connection.execute(update(mailboxes).where(mailboxes.c.name == mailbox).values(swept_at=now(connection)))


def take(connection: Connection, mailbox: str) -> WaitingMail | None:
    """The oldest mail that waits, its attempt counted."""
    oldest = (
        select(mails)
        .where(mails.c.state == FETCHED, mails.c.mailbox == mailbox)
        .order_by(mails.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(oldest).first()
    if row is None:
        return None
    attempts = row.attempts + 1
    connection.execute(update(mails).where(mails.c.id == row.id).values(attempts=attempts))
    return WaitingMail(
        id=row.id,
        raw=row.raw,
        whole=row.size <= len(row.raw),
        received_at=moment(row.received_at),
        attempts=attempts,
        content_key=row.content_key,
        repeated=_is_repeated(connection, row),
    )


def skip(connection: Connection, mail: int, reason: str, sender: str | None) -> None:
    _settle(connection, mail, state=SKIPPED, reason=reason, sender=sender, raw=None)


def quarantine(connection: Connection, mail: int, reason: str) -> None:
    """The raw mail stays, for whoever finds out why."""
    if _settle(connection, mail, state=QUARANTINED, reason=reason):
        staff_items.open_item(connection, None, "mail_quarantined", now(connection), detail=f"mail {mail}")


def queue(connection: Connection, keys: Keys, limits: Limits, mail: int, read: ReadMail) -> str:
    """Into the inbox of its case, or, at a ceiling, to staff; the ceiling's name, or ""."""
    if not _waits(connection, mail):
        return ""
    records = OpenRecords(connection, keys)
    case = _case_of(connection, read)
    draw = ceilings.Draw(read.arrival.sender, read.fingerprint, case is not None, read.vouched)
    reason = ceilings.held(records, limits, draw)
    said = replace(read.arrival.said, on_file=read.vouched and _is_on_file(connection, read))
    linked_to = _existing(connection, read.claimed) if case is None else None
    arrival = replace(read.arrival, said=said, conversation=case, linked_to=linked_to)
    if reason is None:
        conversation = inbox.receive(connection, arrival, keys=keys).conversation
        ceilings.count(records, draw, conversation)
    else:
        conversation = inbox.keep_for_staff(connection, arrival, reason.value, keys=keys).conversation
    values = {"conversation": conversation, "sender": arrival.reply_to, "reason": reason and reason.value}
    _settle(connection, mail, state=QUEUED, raw=None, **values)
    return reason.value if reason else ""


def bounced(connection: Connection, mail: int, report: Undeliverable) -> None:
    if _waits(connection, mail):
        case = report.conversation if bounces.undelivered(connection, report) else None
        _settle(connection, mail, state=SKIPPED, reason="bounce", raw=None, conversation=case)


def staff_wrote(
    connection: Connection, mailbox: str, uid_validity: int, uid: int, message_id: str, case: int
) -> None:
    at = now(connection)
    row = _row(mailbox, uid_validity, uid, at) | {
        "content_key": f"unread:{mailbox}:{uid_validity}:{uid}",
        "size": 0,
        "state": SKIPPED,
        "reason": "staff",
        "message_id": message_id or None,
    }
    statement = insert_or(connection, mails).values(row).on_conflict_do_nothing()
    noted = connection.execute(statement.returning(mails.c.id)).first()
    if noted is not None and _existing(connection, case) is not None:
        external_id = f"sent:{message_id or row['content_key']}"
        inbox.put_event(connection, case, StaffWrote(moment(at)), external_id=external_id)


def _row(mailbox: str, uid_validity: int, uid: int, at: int) -> dict[str, Any]:
    return {"mailbox": mailbox, "uidvalidity": uid_validity, "uid": uid, "received_at": at}


def _waits(connection: Connection, mail: int) -> bool:
    """Hold the row: whoever settles a mail first settles it alone."""
    row = select(mails.c.state).where(mails.c.id == mail).with_for_update()
    return bool(connection.execute(row).scalar_one() == FETCHED)


def _settle(connection: Connection, mail: int, **values: Any) -> bool:
    waiting = (mails.c.id == mail, mails.c.state == FETCHED)
    return bool(connection.execute(update(mails).where(*waiting).values(**values)).rowcount)


def _is_repeated(connection: Connection, row: Row[Any]) -> bool:
    if row.message_id is None:
        return False
    other = (mails.c.message_id == row.message_id, mails.c.content_key != row.content_key)
    return connection.execute(select(mails.c.id).where(*other).limit(1)).first() is not None


def _is_on_file(connection: Connection, read: ReadMail) -> bool:
    """Exactly the address on file: a mailbox with a +tag counts as its owner's, but proves nothing."""
    exact = read.arrival.reply_to.casefold() == read.arrival.sender
    return exact and roster.is_on_file(connection, read.arrival.reply_to)


def _case_of(connection: Connection, read: ReadMail) -> int | None:
    """The case that the keyed tag names, if the sender is the case's own."""
    if read.claimed is None:
        return None
    here = (conversations.c.id == read.claimed, conversations.c.sender == read.arrival.sender)
    return connection.execute(select(conversations.c.id).where(*here)).scalar_one_or_none()


def _existing(connection: Connection, case: int | None) -> int | None:
    return connection.execute(
        select(conversations.c.id).where(conversations.c.id == case)
    ).scalar_one_or_none()
