"""The databases that the contract suites run over: SQLite, and a PostgreSQL that the tests start."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.schema import metadata
from tests.postgres import Server, running_server

KINDS = ("sqlite", "postgresql")
TEMPLATE = "template_guichet"
_numbers = count(1)


@dataclass
class Cluster:
    """One server, and its databases that a test has given back: a new one takes a third of a second."""

    server: Server
    free: list[str] = field(default_factory=list)

    def migrated(self) -> str:
        """The URL of a migrated database without rows."""
        return self.free.pop() if self.free else self.create(TEMPLATE)

    def create(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        self.server.run_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.server.url(name)

    def give_back(self, url: str) -> None:
        database = Database(url)
        database.transact(_empty)
        database.engine.dispose()
        self.free.append(url)


def _empty(connection: Connection) -> None:
    # Triggers and foreign keys are off for this transaction alone.
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in metadata.tables:
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # the schema's own names
    sequences = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
    connection.execute(text(sequences))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One server a session."""
    with running_server() as server:
        server.run_sql(f"CREATE DATABASE {TEMPLATE}")
        migrate_to_end(server.url(TEMPLATE))
        yield Cluster(server)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate_to_end(f"sqlite:///{path}")
    return path


def migrate_to_end(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.engine.dispose()


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/guichet.db"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.create("template0")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of this test alone."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "guichet.db")
        return f"sqlite:///{tmp_path}/guichet.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def postgres_url(cluster: Cluster) -> Iterator[str]:
    """A migrated database on PostgreSQL, for what only a server can do."""
    url = cluster.migrated()
    yield url
    cluster.give_back(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
