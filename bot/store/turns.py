"""The desk's inbox in the database: the transaction is the lease."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath

from sqlalchemy import Connection, Row, exists, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.desk import Decide, Decision, Kind, Taken, TurnFailed, Work
from bot.errors import GuichetError
from bot.ports import Channel, Records
from bot.store import journal, staff_items
from bot.store.database import Database, moment, now
from bot.store.inbox import QUARANTINED, WAITING
from bot.store.keeping import keep
from bot.store.schema import IS_WAITING, conversations, inbox, sends

FAILURES = 3
"""Failed turns of one row before it is left to staff."""
_ROWS_A_TURN = 8
"""How far to look past rows of the same conversation for one of another."""
_HAS_MAIL = exists().where(sends.c.conversation == conversations.c.id, sends.c.state.in_(("queued", "sent")))


OpenRecords = Callable[[Connection], Records]


@dataclass(frozen=True, slots=True)
class StoredInbox:
    """Implements desk.Inbox. `open_records`: the roster and counters inside a transaction."""

    database: Database
    open_records: OpenRecords

    async def take(self, decide: Decide, most: int) -> Taken:
        call = partial(take_turns, open_records=self.open_records, decide=decide, most=most)
        return await self.database.run(call)

    async def stumbled(self, row: int, reason: str) -> None:
        await self.database.run(partial(stumble, failures={row: reason}))


@dataclass(slots=True)
class _Done:
    decisions: list[Decision] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)


def take_turns(connection: Connection, open_records: OpenRecords, decide: Decide, most: int) -> Taken:
    """One visit to the inbox, in one transaction. Raises TurnFailed when it could not be kept."""
    at = now(connection)
    unreadable: dict[int, str] = {}
    works = _claim(connection, at, most, unreadable)
    if not works and not unreadable:
        return Taken(0, wait=_until_due(connection, at))
    done = _decide_all(connection, works, open_records, decide)
    done.failures |= unreadable
    try:
        keep(connection, done.decisions, at)
        stumble(connection, done.failures)
    except Exception as error:
        if _is_no_fault_of_the_turn(error):
            raise
        raise TurnFailed([work.id for work in works], _where(error)) from error
    return Taken(len(done.decisions), failed=len(done.failures))


def stumble(connection: Connection, failures: dict[int, str]) -> None:
    """Count a failure of each of these rows; after the third it is quarantined and the next one flows."""
    for row_id, reason in failures.items():
        failed = (
            update(inbox)
            .where(inbox.c.id == row_id, inbox.c.state == WAITING)
            .values(attempts=inbox.c.attempts + 1, error=reason)
            .returning(inbox.c.attempts, inbox.c.conversation)
        )
        row = connection.execute(failed).first()
        if row is not None and row.attempts >= FAILURES:
            at = now(connection)
            connection.execute(
                update(inbox).where(inbox.c.id == row_id).values(state=QUARANTINED, handled_at=at)
            )
            staff_items.open_item(connection, row.conversation, "turn_failed", at, detail=reason)
            data: dict[str, object] = {"row": row_id, "error": reason}
            journal.append(connection, at, "turn.quarantined", row.conversation, data)


def _claim(connection: Connection, at: int, most: int, unreadable: dict[int, str]) -> list[Work]:
    """At most one row of each conversation, the oldest due, those conversations locked.

    Rows that this version cannot read go to `unreadable`, with the reason. An evaluation has a
    transaction of its own: it locks counters, and two that hold several would wait for each other.
    """
    locked = None
    if connection.dialect.name == "postgresql":  # on SQLite the transaction holds the one write lock
        locked = _lock(connection, at, most)
        if not locked:
            return []
    seen: set[int] = set()
    taken: list[Work] = []
    for row in _oldest(connection, at, locked, most):
        if row.conversation in seen or len(seen) == most:
            continue
        seen.add(row.conversation)
        try:
            taken.append(_work(row, at))
        except ValueError as error:
            unreadable[row.id] = _where(error)
    if taken and taken[0].kind is Kind.EVALUATE:
        return taken[:1]
    return [work for work in taken if work.kind is not Kind.EVALUATE]


def _lock(connection: Connection, at: int, most: int) -> set[int]:
    with_work = (
        select(conversations.c.id)
        .join(inbox, inbox.c.conversation == conversations.c.id)
        .where(IS_WAITING, inbox.c.due_at <= at)
        .order_by(inbox.c.due_at, inbox.c.id)
        .limit(most)
        .with_for_update(of=conversations, key_share=True, skip_locked=True)
    )
    return set(connection.execute(with_work).scalars())


def _oldest(
    connection: Connection, at: int, locked: set[int] | None, most: int
) -> Iterable[Row[tuple[object, ...]]]:
    """A second statement: what stood there before the lock may have been handled meanwhile."""
    rows = (
        select(
            inbox.c.id,
            inbox.c.kind,
            inbox.c.payload,
            inbox.c.conversation,
            conversations.c.number,
            conversations.c.channel,
            conversations.c.sender,
            conversations.c.reply_to,
            conversations.c.thread,
            conversations.c.state,
            conversations.c.needs_person,
            _HAS_MAIL.label("sent"),
        )
        .join(conversations, inbox.c.conversation == conversations.c.id)
        .where(IS_WAITING, inbox.c.due_at <= at)
        .order_by(inbox.c.due_at, inbox.c.id)
        .limit(most * _ROWS_A_TURN)
    )
    if locked is not None:
        rows = rows.where(inbox.c.conversation.in_(locked))
    return connection.execute(rows)


def _work(row: Row[tuple[object, ...]], at: int) -> Work:
    return Work(
        id=row.id,
        kind=Kind(row.kind),
        payload=json.loads(row.payload),
        now=moment(at),
        conversation=row.conversation,
        number=row.number,
        channel=Channel(row.channel),
        sender=row.sender,
        reply_to=row.reply_to,
        thread=json.loads(row.thread),
        state=json.loads(row.state),
        needs_person=row.needs_person,
        sent=row.sent,
    )


def _until_due(connection: Connection, at: int) -> float | None:
    """Seconds until the next row is due; None: nothing waits."""
    due = connection.execute(select(func.min(inbox.c.due_at)).where(IS_WAITING)).scalar()
    return None if due is None else max(0.0, (due - at) / 1_000_000)


def _decide_all(
    connection: Connection, works: Sequence[Work], open_records: OpenRecords, decide: Decide
) -> _Done:
    done = _Done()
    for work in works:
        try:
            if work.kind is Kind.EVALUATE:
                with connection.begin_nested():
                    done.decisions.append(decide(work, partial(open_records, connection)))
            else:
                done.decisions.append(decide(work, _no_records))
        except Exception as error:
            if _is_no_fault_of_the_turn(error):
                raise
            done.failures[work.id] = _where(error)
    return done


def _is_no_fault_of_the_turn(error: Exception) -> bool:
    """The database is away, or undid the transaction: the same turns again, later."""
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError) or error.connection_invalidated
    return isinstance(error, GuichetError)


def _no_records() -> Records:
    raise AssertionError("only an evaluation may ask the roster")


def _where(error: BaseException) -> str:
    """What failed and where, without the error's own text: that may hold a parent's words."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {PurePath(frame.filename).name}:{frame.lineno}"
