"""What a database does when it is wrong, away, full, or in the middle of something else."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text, update

from bot.errors import ProviderAway, SettingsError
from bot.store import inbox
from bot.store.database import Database, micros, moment, now
from bot.store.migrate import migrate
from bot.store.schema import gates
from tests.contracts.arrivals import mail
from tests.databases import Cluster


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:////no/such/folder/guichet.db",
        "postgresql://host:port/name",
    ],
)
def test_an_address_that_cannot_work_is_told_before_anything_is_opened(url: str) -> None:
    with pytest.raises(SettingsError, match="GUICHET_DATABASE_URL"):
        Database(url)


def test_a_file_that_is_no_database_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "guichet.db"
    path.write_bytes(b"certainly not a database, and long enough to be looked at" * 20)
    with pytest.raises(SettingsError, match="GUICHET_DATABASE_URL"):
        migrate(Database(f"sqlite:///{path}"))


@pytest.mark.parametrize(
    ("change", "error"),
    [("name", SettingsError), ("user", SettingsError), ("server", ProviderAway)],
)
def test_a_server_that_cannot_be_used_is_told_with_what_to_do(
    cluster: Cluster, change: str, error: type[Exception]
) -> None:
    url = cluster.server.url("no_such_database" if change == "name" else "postgres")
    if change == "user":
        url = url.replace("user=guichet", "user=nobody_here")
    if change == "server":
        url = url.replace(str(cluster.server.folder), "/no/such/socket")
    with pytest.raises(error):
        migrate(Database(url))


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def failing(connection: Connection) -> None:
        inbox.receive(connection, mail(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(failing)
    received = await database.run(partial(inbox.receive, arrival=mail(1)))
    assert received.new


async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/guichet.db")
    migrate(database)
    pages = int(await database.run(lambda c: c.execute(text("PRAGMA page_count")).scalar_one()))
    full = text(f"PRAGMA max_page_count = {pages}")
    await database.run(lambda connection: connection.execute(full))
    large = mail(1, "x" * 100_000)
    with pytest.raises(ProviderAway):
        await database.run(partial(inbox.receive, arrival=large))
    room = text(f"PRAGMA max_page_count = {pages + 1000}")
    await database.run(lambda connection: connection.execute(room))
    assert (await database.run(partial(inbox.receive, arrival=large))).new
    await database.close()


async def test_a_cut_line_in_the_middle_starts_the_transaction_anew(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    tries = 0

    def cut_the_first_time(connection: Connection) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            cut = text(f"SELECT pg_terminate_backend({own})")
            other.transact(lambda of_another: of_another.execute(cut))
        return inbox.receive(connection, mail(1)).new

    assert await database.run(cut_the_first_time)
    assert tries == 2
    await database.close()
    await other.close()


async def test_two_transactions_that_wait_for_each_other_both_end_well(database: Database) -> None:
    """On PostgreSQL one of them is undone and runs again; on SQLite they take turns."""
    rows = [{"name": name, "next_at": 0} for name in ("one", "other")]
    await database.run(lambda connection: connection.execute(gates.insert(), rows))
    met = threading.Barrier(2)
    second = Database(database.url)

    def both(connection: Connection, first: str, then: str, tried: list[None]) -> None:
        for place, name in enumerate((first, then)):
            more = update(gates).where(gates.c.name == name).values(next_at=gates.c.next_at + 1)
            connection.execute(more)
            if place == 0 and not tried and not database.is_sqlite:
                tried.append(None)
                met.wait(30)

    threads = [
        threading.Thread(target=each.transact, args=(partial(both, first=first, then=then, tried=[]),))
        for each, first, then in ((database, "one", "other"), (second, "other", "one"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    counts = await database.run(lambda connection: list(connection.execute(gates.select())))
    assert {row.name: row.next_at for row in counts} == {"one": 2, "other": 2}
    second.engine.dispose()


async def test_the_clock_is_the_databases_own_and_in_microseconds(database: Database) -> None:
    first, then = await database.run(lambda connection: (now(connection), now(connection)))
    assert first <= then
    assert micros(moment(first)) == first
