"""The counters of the mail room for a batch of mails: two questions to the database, whatever its size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from bot.ceilings import DAY, HOUR, SENDER, UNPROVEN
from bot.keys import Keys
from bot.store.database import micros, moment, now
from bot.store.limits import hidden
from bot.store.schema import limit_hits, limit_keys
from bot.store.upsert import insert_or

_MICRO = timedelta(microseconds=1)


class Tally:
    """Implements ceilings.Tally inside one transaction; `hit` counts at once and is written by `write`.

    Locks every sender it is made for, and, where `unproven`, the count over all: nobody else counts
    them until the transaction ends.
    """

    def __init__(
        self, connection: Connection, keys: Keys, wanted: Sequence[tuple[str, str]], *, unproven: bool
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._new: list[tuple[str, str, int]] = []
        senders = {self._pair(name, key) for name, key in wanted if name == SENDER}
        everything = {self._pair(UNPROVEN, "all")} if unproven else set()
        self._lock(sorted(senders | everything))
        self._at = now(connection)
        self._seen = self._load({self._pair(name, key) for name, key in wanted})
        self._over_all = self._count(*everything) if everything else 0

    def now(self) -> datetime:
        return moment(self._at)

    def lock(self, name: str, key: str) -> datetime | None:
        """Held already."""

    def hits(self, name: str, key: str, since: datetime) -> int:
        pair = self._pair(name, key)
        fresh = Counter((each, own) for each, own, _ in self._new)[pair]
        if name == UNPROVEN:
            return self._over_all + fresh
        return fresh + sum(at > micros(since) for at in self._seen[pair])

    def hit(self, name: str, key: str, conversation: int) -> None:
        """`conversation` is the mail's place in the batch, until `write` knows its case."""
        self._new.append((*self._pair(name, key), conversation))

    def write(self, cases: Mapping[int, int]) -> None:
        """Keep what was hit. `cases` by place in the batch."""
        rows = [
            {"name": name, "key": key, "at": self._at, "conversation": cases[place]}
            for name, key, place in self._new
        ]
        if rows:
            self._connection.execute(insert(limit_hits), rows)

    def _pair(self, name: str, key: str) -> tuple[str, str]:
        return name, hidden(self._keys, name, key)

    def _lock(self, pairs: Sequence[tuple[str, str]]) -> None:
        rows = [{"name": name, "key": key} for name, key in pairs]
        self._connection.execute(insert_or(self._connection, limit_keys).on_conflict_do_nothing(), rows)
        if self._connection.dialect.name == "sqlite":  # one writer anyway
            return
        mine = limit_keys.c.key.in_([key for _, key in pairs])
        ordered = select(limit_keys.c.key).where(mine).order_by(limit_keys.c.name, limit_keys.c.key)
        self._connection.execute(ordered.with_for_update())

    def _load(self, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
        """When each was hit within a day. Two names never share a key: keys are HMACs of both."""
        columns = select(limit_hits.c.name, limit_hits.c.key, limit_hits.c.at)
        mine = (
            limit_hits.c.name.in_({name for name, _ in pairs}),
            limit_hits.c.key.in_({key for _, key in pairs}),
            limit_hits.c.at > self._at - DAY // _MICRO,
        )
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for name, key, at in self._connection.execute(columns.where(*mine)):
            found[name, key].append(at)
        return found

    def _count(self, pair: tuple[str, str]) -> int:
        name, key = pair
        mine = (
            limit_hits.c.name == name,
            limit_hits.c.key == key,
            limit_hits.c.at > self._at - HOUR // _MICRO,
        )
        return self._connection.execute(
            select(func.count()).select_from(limit_hits).where(*mine)
        ).scalar_one()
