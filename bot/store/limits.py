"""Counting over sliding windows, exactly: whoever counts first locks the counter's row.

Keys are given in clear and kept as HMACs. All times are the database's, in microseconds.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.keys import Keys
from bot.store.schema import limit_hits, limit_keys


class Counters:
    """The counters inside one transaction."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def lock(self, name: str, key: str) -> int:
        """Hold the counter until the transaction ends; the time until which it is frozen (0: it is not)."""
        tag = self._tag(name, key)
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        self._connection.execute(
            dialect.insert(limit_keys).values(name=name, key=tag).on_conflict_do_nothing()
        )
        row = select(limit_keys.c.locked_until).where(limit_keys.c.name == name, limit_keys.c.key == tag)
        until: int = self._connection.execute(row.with_for_update()).scalar_one()
        return until

    def freeze(self, name: str, key: str, until: int) -> None:
        """Freeze the counter until then, or thaw it (0)."""
        self.lock(name, key)
        where = (limit_keys.c.name == name, limit_keys.c.key == self._tag(name, key))
        self._connection.execute(update(limit_keys).where(*where).values(locked_until=until))

    def hits(self, name: str, key: str, since: int) -> int:
        """How often it was hit after `since`."""
        return self._connection.execute(
            select(func.count())
            .select_from(limit_hits)
            .where(*self._where(name, key), limit_hits.c.at > since)
        ).scalar_one()

    def last_hit(self, name: str, key: str) -> int | None:
        last: int | None = self._connection.execute(
            select(func.max(limit_hits.c.at)).where(*self._where(name, key))
        ).scalar_one()
        return last

    def hit(self, name: str, key: str, at: int, conversation: int | None = None) -> None:
        row = {"name": name, "key": self._tag(name, key), "at": at, "conversation": conversation}
        self._connection.execute(insert(limit_hits).values(row))

    def clear(self, name: str, key: str) -> None:
        self._connection.execute(delete(limit_hits).where(*self._where(name, key)))

    def _tag(self, name: str, key: str) -> str:
        return hidden(self._keys, name, key)

    def _where(self, name: str, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return limit_hits.c.name == name, limit_hits.c.key == self._tag(name, key)


def hidden(keys: Keys, name: str, key: str) -> str:
    """A counter's key as it is kept."""
    return keys.tag(f"limits/{name}", key)
