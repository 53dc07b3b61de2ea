"""What one process commits wakes the others."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.store.bell import Topic
from bot.store.database import Database
from bot.store.listening import listen
from tests.contracts.arrivals import mail
from tests.contracts.test_inbox import receive


async def test_a_commit_of_another_process_wakes_this_one(database: Database, database_url: str) -> None:
    other = Database(database_url)
    alarm, stop = database.bell.alarm(Topic.INBOX), asyncio.Event()
    async with asyncio.timeout(30):
        hearing = asyncio.create_task(listen(database, stop, neighbours=True))
        await alarm.wait(1000)  # it rings once when it begins to listen
        for number in range(3):
            alarm.clear()
            await receive(other, mail(number))
            await alarm.wait(1000)
        stop.set()
        await hearing
    await other.close()


async def test_a_rolled_back_transaction_rings_nobody(database: Database) -> None:
    alarm = database.bell.alarm(Topic.INBOX)
    with pytest.raises(AttributeError):
        await receive(database, mail(1), None)  # type: ignore[arg-type]  # what makes it fail
    await alarm.wait(0)
    assert not alarm._rung.is_set()


async def test_on_a_file_of_ones_own_there_is_nobody_to_hear(database: Database) -> None:
    if database.is_sqlite:
        await listen(database, asyncio.Event())
    else:
        stop = asyncio.Event()
        stop.set()
        await listen(database, stop)
    await database.run(lambda connection: connection.execute(text("SELECT 1")))
