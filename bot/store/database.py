"""One transaction is one plain function, run on a database thread, behind an async call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ProviderAway, SettingsError
from bot.store import bell

Result = TypeVar("Result")
POSTGRES_THREADS = 4
TRIES = 4
"""Of one transaction that a deadlock or a restarted server undid."""
_UNDONE = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for a serialisation failure and a deadlock."""


class Database:
    """SQLite (one thread, one connection) or PostgreSQL (a small pool), by URL.

    Nothing is opened before the first transaction. Raises SettingsError for a URL that cannot work,
    ProviderAway when the server does not answer or the disk is full.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.bell = bell.Bell()
        threads = 1 if self.is_sqlite else POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        try:
            self.engine = _sqlite(url) if self.is_sqlite else _postgres(url, threads)
        except (ArgumentError, ValueError):
            raise SettingsError("GUICHET_DATABASE_URL is no address of a database: check it") from None

    async def run(self, transaction: Callable[[Connection], Result]) -> Result:
        """Run `transaction` in a transaction of its own and commit; roll back if it raises.

        It must be fit to run again: a deadlock, or a server that restarted before the commit, makes
        it start anew.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.transact, transaction)

    def transact(self, transaction: Callable[[Connection], Result]) -> Result:
        """The same, for callers that are on a thread of their own."""
        left = TRIES
        while True:
            left -= 1
            try:
                return self._once(transaction)
            except _Undone as undone:
                if not left:
                    raise _sorted(undone.error) from undone.error
            except (OperationalError, InterfaceError) as error:
                raise _sorted(error) from error
            except DatabaseError as error:
                if "not a database" in str(error.orig) or "malformed" in str(error.orig):
                    raise _sorted(error) from error
                raise

    def _once(self, transaction: Callable[[Connection], Result]) -> Result:
        with self.engine.connect() as connection:
            bell.forget(connection)
            try:
                result = transaction(connection)
                topics = bell.announce(connection)
            except DBAPIError as error:
                if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _UNDONE:
                    raise _Undone(error) from error
                raise
            connection.commit()
        self.bell.ring(*topics)
        return result

    async def close(self) -> None:
        """Wait for running transactions, then let every connection go."""
        await asyncio.to_thread(self._threads.shutdown)
        self.engine.dispose()


class _Undone(Exception):
    """The server undid the transaction before its commit: it may run again."""

    def __init__(self, error: DBAPIError) -> None:
        super().__init__(str(error))
        self.error = error


def now(connection: Connection) -> int:
    """The database's clock, in microseconds UTC: the same for all processes that share it."""
    if connection.dialect.name == "sqlite":
        return micros(datetime.now(UTC))
    answer = connection.execute(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"))
    return int(answer.scalar_one())


def micros(at: datetime) -> int:
    """An aware datetime as whole microseconds since 1970 UTC."""
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(at: int) -> datetime:
    """The inverse of `micros`."""
    return datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000)


_MENDABLE = {
    "password authentication failed": "GUICHET_DATABASE_URL: user name or password are refused, correct them",
    "no password supplied": "GUICHET_DATABASE_URL lacks the password: postgresql://user:password@host/name",
    "does not exist": "the user or database named in GUICHET_DATABASE_URL does not exist: create it",
    "unable to open database": "the file of GUICHET_DATABASE_URL cannot be opened: check its permissions",
    "readonly database": "the file of GUICHET_DATABASE_URL cannot be written: check its permissions",
    "not a database": "the file of GUICHET_DATABASE_URL is no SQLite database: name another, or restore it",
    "malformed": "the file of GUICHET_DATABASE_URL is damaged: stop the bot and restore the last backup",
}


def _sorted(error: DBAPIError) -> ProviderAway | SettingsError:
    """What to do about it: mend the settings, or wait."""
    told = str(error.orig)
    if getattr(error.orig, "sqlstate", None) is None:  # errors of SQL have one, those of connecting do not
        for sign, remedy in _MENDABLE.items():
            if sign in told:
                return SettingsError(remedy)
    return ProviderAway(f"the database does not answer: {told.partition(chr(10))[0]}")


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise SettingsError("GUICHET_DATABASE_URL needs a file: sqlite:///guichet.db")
    if not Path(path).resolve().parent.is_dir():
        raise SettingsError(f"GUICHET_DATABASE_URL: the folder of {path} does not exist, create it first")
    engine = create_engine(url, pool_size=1, max_overflow=4)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transactions lost an update: it begins late and without the write lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # Without this INSERT OR REPLACE slips past the journal's delete trigger.
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgres(url: str, threads: int) -> Engine:
    return create_engine(url, pool_size=threads, max_overflow=2)
