"""Questions that change nothing: cases for whoever watches, and how the house is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.store import journal
from bot.store.database import now
from bot.store.schema import (
    IS_DEAD,
    IS_OPEN,
    IS_QUARANTINED,
    IS_WAITING,
    conversations,
    inbox,
    outbox,
    staff_items,
)

Numbers = dict[str, float]


def cases(connection: Connection, limit: int = 1000) -> list[dict[str, Any]]:
    """The newest cases, oldest first: number, channel, intent, stage and outcome."""
    newest = select(*_SHOWN).order_by(conversations.c.id.desc()).limit(limit)
    return [_shown(row) for row in reversed(connection.execute(newest).all())]


def case(connection: Connection, number: str) -> dict[str, Any] | None:
    """One case with its rows of the journal; None when there is none of that number."""
    row = connection.execute(select(*_SHOWN).where(conversations.c.number == number)).first()
    return None if row is None else {**_shown(row), "journal": journal.rows_of(connection, row.id)}


def health(connection: Connection) -> Numbers:
    """What waits, what is stuck, and for how long the oldest has waited (seconds)."""
    at = now(connection)
    counts = {
        "inbox_due": _count(inbox, IS_WAITING, inbox.c.due_at <= at),
        "inbox_quarantined": _count(inbox, IS_QUARANTINED),
        "outbox_open": _count(outbox, IS_OPEN),
        "outbox_dead": _count(outbox, IS_DEAD),
        "staff_items_open": _count(staff_items, staff_items.c.closed_at.is_(None)),
    }
    oldest = {
        "inbox_oldest_seconds": select(func.min(inbox.c.due_at)).where(IS_WAITING),
        "outbox_oldest_seconds": select(func.min(outbox.c.created_at)).where(IS_OPEN),
    }
    numbers = {name: float(connection.execute(each).scalar_one()) for name, each in counts.items()}
    for name, each in oldest.items():
        since = connection.execute(each).scalar()
        numbers[name] = 0.0 if since is None else max(0.0, (at - since) / 1_000_000)
    return numbers


_SHOWN = (
    conversations.c.id,
    conversations.c.number,
    conversations.c.channel,
    conversations.c.intent,
    conversations.c.stage,
    conversations.c.outcome,
)


def _shown(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    names = ("number", "channel", "intent", "stage", "outcome")
    return {name: getattr(row, name) for name in names}


def _count(table: Any, *where: Any) -> Any:
    return select(func.count()).select_from(table).where(*where)
