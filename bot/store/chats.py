"""The ledger of updates: which were seen, what became of each. Each function is part of one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import Connection, func, select, update

from bot.chats import AskedInPublic, Deed, Edited, Heard, Passed, Pressed, Switched, Told, WaitingUpdate
from bot.keys import Keys
from bot.settings import Limits
from bot.store import chat_cases, chat_notices, staff_items
from bot.store.database import moment, now
from bot.store.schema import IS_FETCHED, telegram_updates
from bot.store.upsert import insert_or

FETCHED, QUEUED, SKIPPED, QUARANTINED = "fetched", "queued", "skipped", "quarantined"
MINUTE = 60_000_000
FLOOD = "chat_flood"
"""Words beyond the limit stand in their case, for staff; the bot answers none of them."""
LONGEST_REASON = 40


def record(connection: Connection, bot: int, updates: Sequence[tuple[int, str]]) -> None:
    at = now(connection)
    rows = [
        {"bot": bot, "update_id": number, "body": body, "state": FETCHED, "received_at": at}
        for number, body in updates
    ]
    if rows:
        connection.execute(insert_or(connection, telegram_updates).on_conflict_do_nothing(), rows)


def take(connection: Connection, bot: int, most: int) -> list[WaitingUpdate]:
    table = telegram_updates.c
    waiting = (table.bot == bot, IS_FETCHED)
    oldest = select(table.id, table.attempts).where(*waiting).order_by(table.id).limit(most)
    ids = _together(connection.execute(oldest.with_for_update(skip_locked=True)).all())
    if not ids:
        return []
    mine = table.id.in_(ids)
    connection.execute(update(telegram_updates).where(mine).values(attempts=table.attempts + 1))
    rows = connection.execute(select(telegram_updates).where(mine).order_by(table.id)).all()
    return [WaitingUpdate(row.id, row.body, moment(row.received_at), row.attempts) for row in rows]


def _together(rows: Sequence[Any]) -> list[int]:
    """The first of these alone if it was tried before; else those that were not."""
    taken: list[int] = []
    for row in rows:
        if taken and row.attempts:
            break
        taken.append(row.id)
        if row.attempts:
            break
    return taken


def quarantine(connection: Connection, row: int, reason: str) -> None:
    """The raw update stays, for whoever finds out why."""
    values = {"state": QUARANTINED, "reason": reason[:LONGEST_REASON]}
    waiting = (telegram_updates.c.id == row, telegram_updates.c.state == FETCHED)
    if connection.execute(update(telegram_updates).where(*waiting).values(values)).rowcount:
        at = now(connection)
        staff_items.open_item(connection, None, "update_quarantined", at, detail=f"update {row}")


def settle(connection: Connection, keys: Keys, limits: Limits, batch: Sequence[tuple[int, Deed]]) -> None:
    """Each update becomes what it came to, in order; one that was settled before changes nothing."""
    ids = [row for row, _ in batch]
    table = telegram_updates.c
    held = select(table.id, table.state).where(table.id.in_(ids)).order_by(table.id).with_for_update()
    waiting = {row.id for row in connection.execute(held) if row.state == FETCHED}
    for row, deed in batch:
        if row in waiting:
            waiting.discard(row)
            _settle(connection, keys, limits, row, deed)


def _settle(connection: Connection, keys: Keys, limits: Limits, row: int, deed: Deed) -> None:
    if isinstance(deed, Passed):
        _finish(connection, row, SKIPPED, deed.reason)
        return
    at = now(connection)
    person = person_of(deed)
    if _said_within(connection, person, at - MINUTE) >= limits.chat_messages_per_minute:
        kept = (
            chat_cases.keep_for_staff(connection, keys, deed, FLOOD, at) if isinstance(deed, Heard) else None
        )
        _finish(connection, row, SKIPPED, FLOOD, person, kept)
        return
    case, reason = _done(connection, keys, row, deed, at)
    _finish(connection, row, SKIPPED if reason else QUEUED, reason, person, case)


def person_of(deed: Heard | Pressed | Edited | Switched | Told | AskedInPublic) -> int:
    return deed.person if isinstance(deed, Told | AskedInPublic) else int(deed.arrival.sender)


def _done(connection: Connection, keys: Keys, row: int, deed: Deed, at: int) -> tuple[int | None, str]:
    """The case that the update went to, if any, and why it changed nothing, if so."""
    match deed:
        case Heard():
            return chat_cases.hear(connection, keys, deed, at), ""
        case Pressed():
            return chat_cases.press(connection, keys, row, deed, at)
        case Edited():
            return chat_cases.edit(connection, keys, row, deed, at)
        case Switched():
            return chat_cases.switch(connection, keys, row, deed, at), ""
        case Told():
            return chat_notices.tell(connection, row, deed, at), ""
        case AskedInPublic():
            return None, chat_notices.answer_in_public(connection, keys, row, deed, at)
        case Passed():
            return None, deed.reason
        case _:
            assert_never(deed)


def _said_within(connection: Connection, person: int, since: int) -> int:
    table = telegram_updates.c
    mine = (table.person == person, table.received_at > since, table.state == QUEUED)
    return connection.execute(select(func.count()).select_from(telegram_updates).where(*mine)).scalar_one()


def _finish(
    connection: Connection,
    row: int,
    state: str,
    reason: str = "",
    person: int | None = None,
    case: int | None = None,
) -> None:
    """The raw update goes: words stand in the timeline of the case, or nowhere."""
    values = {
        "state": state,
        "reason": reason[:LONGEST_REASON] or None,
        "person": person,
        "conversation": case,
        "body": None,
    }
    connection.execute(update(telegram_updates).where(telegram_updates.c.id == row).values(values))
