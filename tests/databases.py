"""The databases that the contract suites run over: SQLite, and a PostgreSQL that the tests start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.migrate import migrate
from tests.postgres import Server, running_server

KINDS = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server a session."""
    with running_server() as server:
        server.run_sql("CREATE DATABASE template_guichet")
        migrate_to_end(server.url("template_guichet"))
        yield server


def migrate_to_end(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.engine.dispose()


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/guichet.db"
    server: Server = request.getfixturevalue("postgres")
    return _create(server, "template0")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of this test alone."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/guichet.db"
        migrate_to_end(url)
        return url
    return _create(request.getfixturevalue("postgres"), "template_guichet")


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """A migrated database on PostgreSQL, for what only a server can do."""
    return _create(postgres, "template_guichet")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


def _create(server: Server, template: str) -> str:
    name = f"test_{next(_numbers)}"
    server.run_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.url(name)
