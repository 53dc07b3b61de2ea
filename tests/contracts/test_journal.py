"""The journal over each database: one chain, append-only, every tampering found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.journal import Actor, Flaw
from bot.store import journal
from bot.store.database import Database


def write(database: Database, count: int) -> None:
    for number in range(count):
        database.transact(partial(journal.append, at=number, event="test.event", data={"number": number}))


def tamper(database: Database, *statements: str) -> None:
    """As somebody with the rights of the owner would: the triggers are taken off first."""

    def at_work(connection: Connection) -> None:
        if database.is_sqlite:
            for deed in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS journal_no_{deed}"))
        else:
            connection.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))

    database.transact(at_work)


ROUND_THE_TRIGGERS = {
    # Without recursive_triggers a replaced row is deleted past the trigger.
    "sqlite": "INSERT OR REPLACE INTO journal SELECT seq, 7, conversation, event, body, prev, hash FROM journal",
    "postgresql": "TRUNCATE journal",
}


@pytest.mark.parametrize("statement", ["UPDATE journal SET at = 7 WHERE seq = 2", "DELETE FROM journal", ""])
async def test_the_database_itself_refuses_a_change(database: Database, statement: str) -> None:
    write(database, 3)
    statement = statement or ROUND_THE_TRIGGERS[database.engine.dialect.name]
    with pytest.raises(DBAPIError, match="append-only"):
        await database.run(lambda connection: connection.execute(text(statement)))
    assert journal.check(database).rows == 3


async def test_rows_written_by_many_at_once_make_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: write(database, 10), range(4)))
    assert journal.verdict(journal.check(database))[0] == 0
    assert journal.check(database).rows == 40


@pytest.mark.parametrize(
    ("statement", "flaw", "seq"),
    [
        ("UPDATE journal SET body = replace(body, '4', '5') WHERE seq = 5", Flaw.ALTERED, 5),
        ("UPDATE journal SET event = 'other' WHERE seq = 5", Flaw.ALTERED, 5),
        ("DELETE FROM journal WHERE seq = 5", Flaw.GAP, 5),
        ("DELETE FROM journal WHERE seq = 1", Flaw.GAP, 1),
        ("UPDATE journal SET seq = seq + 100 WHERE seq = 5", Flaw.GAP, 5),
    ],
)
async def test_a_tampering_is_found_and_named(
    database: Database, statement: str, flaw: Flaw, seq: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PAGE", 3)
    write(database, 10)
    tamper(database, statement)
    report = journal.check(database)
    assert (report.flaw, report.seq) == (flaw, seq)
    code, line = journal.verdict(report)
    assert code == 1
    assert str(seq) in line
    assert flaw.value in line


async def test_a_check_from_a_row_on_trusts_what_stands_before_it(database: Database) -> None:
    write(database, 10)
    tamper(database, "DELETE FROM journal WHERE seq = 2")
    assert journal.verdict(journal.check(database))[0] == 1
    assert journal.check(database, 5).rows == 6
    assert journal.verdict(journal.check(database, 5))[0] == 0
    tamper(database, "UPDATE journal SET event = 'other' WHERE seq = 5")
    assert journal.verdict(journal.check(database, 5))[0] == 1
    assert journal.verdict(journal.check(database, 6))[0] == 0
    assert journal.verdict(journal.check(database, 99))[0] == 2


async def test_of_an_empty_journal_nothing_can_be_told(database: Database) -> None:
    assert journal.verdict(journal.check(database))[0] == 2


async def test_a_rolled_back_transaction_leaves_no_hole(database: Database) -> None:
    write(database, 2)

    def failing(connection: Connection) -> None:
        journal.append(connection, 1, "test.event")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(failing)
    write(database, 2)
    assert journal.check(database).rows == 4


async def test_the_rows_of_a_case_are_read_back_in_order(database: Database) -> None:
    def two(connection: Connection) -> None:
        journal.append(connection, 5, "message.received", 7, {"held": False}, actor=Actor.PARENT, who="abc")
        journal.append(connection, 6, "case.closed", 7)
        journal.append(connection, 6, "case.closed", 8)

    await database.run(two)
    rows = await database.run(partial(journal.rows_of, conversation=7))
    assert [(row["event"], row["actor"]) for row in rows] == [
        ("message.received", {"kind": "parent", "id": "abc"}),
        ("case.closed", {"kind": "bot"}),
    ]
