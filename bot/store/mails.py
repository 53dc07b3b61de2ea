"""The ledger of mails: which were seen, and what became of each. Each function is part of one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot import ceilings
from bot.keys import Keys
from bot.ports import Arrival, FetchedMail, MailPosition, ReadMail, Undeliverable, WaitingMail
from bot.settings import Limits
from bot.store import bounces, inbox, roster, staff_items
from bot.store.database import micros, moment, now
from bot.store.schema import conversations, mailboxes, mails
from bot.store.tally import Tally
from bot.store.upsert import insert_or
from conversations.events import StaffWrote

FETCHED, QUEUED, SKIPPED, DUPLICATE, QUARANTINED = "fetched", "queued", "skipped", "duplicate", "quarantined"
TAKEN_BYTES = 8 * 1024 * 1024
"""Of raw mail that is taken at once."""


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


def take(connection: Connection, mailbox: str, most: int = 1) -> list[WaitingMail]:
    """The oldest mails that wait, their attempts counted."""
    here = (mails.c.state == FETCHED, mails.c.mailbox == mailbox)
    query = select(mails.c.id, mails.c.attempts, mails.c.size).where(*here).order_by(mails.c.id).limit(most)
    ids = _together(connection.execute(query.with_for_update(skip_locked=True)).all())
    if not ids:
        return []
    mine = mails.c.id.in_(ids)
    connection.execute(update(mails).where(mine).values(attempts=mails.c.attempts + 1))
    rows = connection.execute(select(mails).where(mine).order_by(mails.c.id)).all()
    repeated = _repeated(connection, rows)
    return [
        WaitingMail(
            id=row.id,
            raw=row.raw,
            whole=row.size <= len(row.raw),
            received_at=moment(row.received_at),
            attempts=row.attempts,
            content_key=row.content_key,
            repeated=row.id in repeated,
        )
        for row in rows
    ]


def _together(rows: Sequence[Any]) -> list[int]:
    """The first of these alone if it was tried before; else those that were not, up to TAKEN_BYTES."""
    taken: list[int] = []
    weight = 0
    for row in rows:
        weight += row.size
        if taken and (row.attempts or weight > TAKEN_BYTES):
            break
        taken.append(row.id)
        if row.attempts:
            break
    return taken


def skip(connection: Connection, mail: int, reason: str, sender: str | None) -> None:
    _settle(connection, mail, state=SKIPPED, reason=reason, sender=sender, raw=None)


def quarantine(connection: Connection, mail: int, reason: str) -> None:
    """The raw mail stays, for whoever finds out why."""
    if _settle(connection, mail, state=QUARANTINED, reason=reason):
        staff_items.open_item(connection, None, "mail_quarantined", now(connection), detail=f"mail {mail}")


def queue(
    connection: Connection, keys: Keys, limits: Limits, batch: Sequence[tuple[int, ReadMail]]
) -> list[str]:
    """Each into the inbox of its case, or, at a ceiling, to staff; the ceilings' names, or ""."""
    waiting = _waiting(connection, [mail for mail, _ in batch])
    open_cases = _senders(connection, [read.claimed for _, read in batch if read.claimed is not None])
    addressed = {mail: _addressed(connection, read, open_cases) for mail, read in batch if mail in waiting}
    draws = {
        mail: ceilings.Draw(
            read.arrival.sender, read.fingerprint, addressed[mail].conversation is not None, read.vouched
        )
        for mail, read in batch
        if mail in waiting
    }
    if not draws:
        return [""] * len(batch)
    wanted = [counter for draw in draws.values() for counter in ceilings.counters(draw)]
    tally = Tally(connection, keys, wanted, unproven=any(draw.unproven for draw in draws.values()))
    reasons: dict[int, str] = {}
    for mail, draw in draws.items():
        reasons[mail] = ceilings.held(tally, limits, draw) or ""
        if not reasons[mail]:
            ceilings.count(tally, draw, mail)
    cases = _kept(connection, keys, addressed, reasons)
    tally.write(cases)
    settled = [
        {"mail": mail, "case": cases[mail], "from": addressed[mail].reply_to, "why": reasons[mail] or None}
        for mail in cases
    ]
    connection.execute(_QUEUED, settled)
    return [reasons.get(mail, "") for mail, _ in batch]


_QUEUED = (
    update(mails)
    .where(mails.c.id == bindparam("mail"))
    .values(
        state=QUEUED,
        raw=None,
        conversation=bindparam("case"),
        sender=bindparam("from"),
        reason=bindparam("why"),
    )
)


def _kept(
    connection: Connection, keys: Keys, addressed: Mapping[int, Arrival], reasons: Mapping[int, str]
) -> dict[int, int]:
    """Into the inbox, in order, or for staff; the case of each mail."""
    flowing = [mail for mail in addressed if not reasons[mail]]
    received = inbox.receive_many(connection, [addressed[mail] for mail in flowing], keys=keys)
    cases = {mail: each.conversation for mail, each in zip(flowing, received, strict=True)}
    for mail in addressed:
        if reasons[mail]:
            kept = inbox.keep_for_staff(connection, addressed[mail], reasons[mail], keys=keys)
            cases[mail] = kept.conversation
    return cases


def _addressed(connection: Connection, read: ReadMail, senders: Mapping[int, str]) -> Arrival:
    """The arrival with its case, if a keyed tag names it and the sender is the case's own."""
    joins = read.claimed is not None and senders.get(read.claimed) == read.arrival.sender
    linked = read.claimed if not joins and read.claimed in senders else None
    said = replace(read.arrival.said, on_file=read.vouched and _is_on_file(connection, read))
    return replace(read.arrival, said=said, conversation=read.claimed if joins else None, linked_to=linked)


def bounced(connection: Connection, mail: int, report: Undeliverable) -> None:
    if _waiting(connection, [mail]):
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


def _waiting(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Hold these rows: whoever settles a mail first settles it alone."""
    rows = select(mails.c.id, mails.c.state).where(mails.c.id.in_(ids)).order_by(mails.c.id).with_for_update()
    return {row.id for row in connection.execute(rows) if row.state == FETCHED}


def _settle(connection: Connection, mail: int, **values: Any) -> bool:
    waiting = (mails.c.id == mail, mails.c.state == FETCHED)
    return bool(connection.execute(update(mails).where(*waiting).values(**values)).rowcount)


def _repeated(connection: Connection, rows: Sequence[Row[Any]]) -> set[int]:
    """Those whose Message-ID stands on a mail with other content, too."""
    ids = {row.message_id for row in rows if row.message_id}
    query = select(mails.c.message_id, mails.c.content_key).where(mails.c.message_id.in_(ids)).distinct()
    contents = Counter(message_id for message_id, _ in connection.execute(query)) if ids else Counter()
    return {row.id for row in rows if contents[row.message_id] > 1}


def _is_on_file(connection: Connection, read: ReadMail) -> bool:
    """Exactly the address on file: a mailbox with a +tag counts as its owner's, but proves nothing."""
    exact = read.arrival.reply_to.casefold() == read.arrival.sender
    return exact and roster.is_on_file(connection, read.arrival.reply_to)


def _senders(connection: Connection, cases: Sequence[int]) -> dict[int, str]:
    """The sender of each of these cases that exists."""
    if not cases:
        return {}
    query = select(conversations.c.id, conversations.c.sender).where(conversations.c.id.in_(cases))
    return {row.id: row.sender for row in connection.execute(query)}


def _existing(connection: Connection, case: int | None) -> int | None:
    return connection.execute(
        select(conversations.c.id).where(conversations.c.id == case)
    ).scalar_one_or_none()
