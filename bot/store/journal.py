"""The journal in the database: append-only, one chain over all processes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select, text

from bot.journal import Actor, Anchor, Chain, Entry, Flaw, Link, Report, seal
from bot.store.database import Database
from bot.store.schema import journal

PAGE = 2000
"""Rows read at a time while checking."""
_LOCK = 0x6A6F75726E616C
"""Names the journal's tail among PostgreSQL's advisory locks."""


def append(
    connection: Connection,
    at: int,
    event: str,
    conversation: int | None = None,
    data: Mapping[str, object] | None = None,
    *,
    actor: Actor = Actor.BOT,
    who: str = "",
) -> None:
    """Record one step; see `append_all`."""
    append_all(connection, [Entry(at, event, conversation, data or {}, actor, who)])


def append_all(connection: Connection, entries: Sequence[Entry]) -> None:
    """Record steps in the transaction that takes them.

    On PostgreSQL the tail stays locked until that transaction ends: call it last, so that nobody waits
    longer than for a commit. Raises ValueError for what a journal may not hold.
    """
    if not entries:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    links = seal(entries, _tail(connection))
    connection.execute(insert(journal), [_row(link) for link in links])


def rows_of(connection: Connection, conversation: int) -> list[dict[str, Any]]:
    """What was recorded of one case, oldest first: the bodies."""
    bodies = select(journal.c.body).where(journal.c.conversation == conversation).order_by(journal.c.seq)
    return [json.loads(body) for body in connection.execute(bodies).scalars()]


def check(database: Database, start: int | None = None) -> Report:
    """Check the chain in constant memory, from row `start` on, or all of it.

    Reads page by page: rows are never changed, so no long transaction is needed. Without an anchor
    from elsewhere a tail that was cut off looks like a shorter journal.
    """
    anchor = None
    if start is not None:
        anchor = database.transact(partial(_anchor, seq=start))
        if anchor is None:
            return Report(0, None, Flaw.CUT, start)
    chain = Chain(anchor)
    after = anchor.seq if anchor else 0
    while links := database.transact(partial(_page, after=after)):
        if not chain.check(links):
            break
        after = links[-1].seq
    return chain.report()


def verdict(report: Report) -> tuple[int, str]:
    """The exit code (0 sound, 1 broken, 2 cannot tell) and the line for `guichet audit verify`."""
    if report.flaw is Flaw.CUT:
        return 2, f"cannot tell: row {report.seq} is not in the journal, choose another start"
    if report.flaw:
        return 1, f"broken at row {report.seq}: {report.flaw}"
    if report.last is None:
        return 2, "cannot tell: the journal is empty"
    return 0, f"sound: {report.rows} rows, up to row {report.last.seq} with hash {report.last.hash.hex()}"


_LAST = select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)


def _tail(connection: Connection) -> Anchor | None:
    row = connection.execute(_LAST).first()
    return None if row is None else Anchor(row.seq, bytes(row.hash))


def _anchor(connection: Connection, seq: int) -> Anchor | None:
    """What row `seq` says of the one before it: taken on trust."""
    row = connection.execute(select(journal.c.prev).where(journal.c.seq == seq)).first()
    return None if row is None else Anchor(seq - 1, bytes(row.prev))


def _page(connection: Connection, after: int) -> list[Link]:
    page = select(journal).where(journal.c.seq > after).order_by(journal.c.seq).limit(PAGE)
    return [
        Link(row.seq, row.at, row.conversation, row.event, row.body, bytes(row.prev), bytes(row.hash))
        for row in connection.execute(page)
    ]


def _row(link: Link) -> dict[str, Any]:
    return {
        "seq": link.seq,
        "at": link.at,
        "conversation": link.conversation,
        "event": link.event,
        "body": link.body,
        "prev": link.prev,
        "hash": link.hash,
    }
