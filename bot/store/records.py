"""The roster and the counters as one evaluation sees them: all inside its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from bot.keys import Keys
from bot.store import roster
from bot.store.database import micros, moment, now
from bot.store.limits import Counters
from conversations.identity import Candidate, MailboxHolder


class OpenRecords:
    """Implements ports.Records over an open transaction."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._counters = Counters(connection, keys)
        self._now = now(connection)

    def born_on(self, day: date) -> Sequence[Candidate]:
        return roster.candidates_born(self._connection, day)

    def holders_of(self, mailbox: str) -> Sequence[MailboxHolder]:
        return roster.contacts_at(self._connection, mailbox)

    def roster_at(self) -> datetime | None:
        at = roster.imported_at(self._connection)
        return None if at is None else moment(at)

    def now(self) -> datetime:
        return moment(self._now)

    def lock(self, name: str, key: str) -> datetime | None:
        until = self._counters.lock(name, key)
        return moment(until) if until else None

    def freeze(self, name: str, key: str, until: datetime) -> None:
        self._counters.freeze(name, key, micros(until))

    def hits(self, name: str, key: str, since: datetime) -> int:
        return self._counters.hits(name, key, micros(since))

    def last_hit(self, name: str, key: str) -> datetime | None:
        at = self._counters.last_hit(name, key)
        return None if at is None else moment(at)

    def hit(self, name: str, key: str, conversation: int) -> None:
        self._counters.hit(name, key, self._now, conversation)

    def clear(self, name: str, key: str) -> None:
        self._counters.clear(name, key)
