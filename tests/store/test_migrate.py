"""The tables that the migrations make are the tables that the program means."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.errors import SettingsError
from bot.store.database import Database
from bot.store.migrate import behind, migrate
from bot.store.schema import metadata


async def test_the_migrated_tables_are_those_of_the_schema(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    assert await database.run(differences) == []


def test_an_empty_database_is_behind_until_it_is_migrated(empty_url: str) -> None:
    database = Database(empty_url)
    assert behind(database)
    migrate(database)
    assert not behind(database)
    migrate(database)
    database.engine.dispose()


def test_many_processes_may_start_on_an_empty_database_at_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate, databases))
    assert [behind(database) for database in databases] == [False] * 4
    for database in databases:
        database.engine.dispose()


def test_a_database_of_a_newer_version_is_refused_with_what_to_do(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database)
    newer = text("UPDATE alembic_version SET version_num = 'from_the_future'")
    database.transact(lambda connection: connection.execute(newer))
    for look in (migrate, behind):
        with pytest.raises(SettingsError, match="from_the_future"):
            look(database)
    database.engine.dispose()
