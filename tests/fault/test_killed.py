"""kill -9 at random points while messages stream in: nothing lost, nothing handled twice, order kept."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot.store import inbox as inboxes
from bot.store import journal as journals
from bot.store import lookups
from bot.store.database import Database
from bot.store.schema import inbox, journal, messages, outbox, sends
from tests.conftest import LONG
from tests.contracts.arrivals import in_case, mail
from tests.fault.worker import IN_HAND

KILLS = 200 if LONG else 5
CASES, EACH = (200, 10) if LONG else (30, 10)
PATIENCE = 1800 if LONG else 60
EVALUATED_EVERY = 7


@asynccontextmanager
async def worker(url: str, carried: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fault.worker", url, str(carried)), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def feed(database: Database, chance: random.Random) -> None:
    """Every message twice, as a mail server gives it that was cut off before it heard of the commit."""
    homes: dict[int, int] = {}
    for step in range(EACH):
        for case in range(CASES):
            number = step * CASES + case
            words = f"evaluate {number}" if number % EVALUATED_EVERY == 0 else str(number)
            arrival = mail(number, words, sender=f"parent{case}@x.example")
            arrival = in_case(arrival, homes[case]) if case in homes else arrival
            for _ in range(chance.choice((1, 2))):
                received = await database.run(partial(inboxes.receive, arrival=arrival))
                homes[case] = received.conversation


async def until_quiet(database: Database) -> None:
    while True:
        numbers = await database.run(lookups.health)
        if numbers["inbox_due"] == numbers["outbox_open"] == 0:
            return
        await asyncio.sleep(0.05)  # another process works: this asks again, it waits for no one


@pytest.mark.fault
@pytest.mark.timeout(PATIENCE * 2)
async def test_killed_at_random_points_nothing_is_lost_doubled_or_turned_round(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    seed = int(os.environ.get("GUICHET_TEST_SEED", random.randrange(10**6)))
    sys.stdout.write(f"GUICHET_TEST_SEED={seed}\n")
    chance, carried = random.Random(seed), tmp_path / "carried"
    async with asyncio.timeout(PATIENCE):
        feeding = asyncio.create_task(feed(database, random.Random(seed)))
        for _ in range(KILLS):
            async with worker(database_url, carried) as process:
                assert process.stdout
                # So many decisions and parcels later, wherever it is by then.
                await process.stdout.readexactly(chance.randrange(1, 6 * CASES * EACH // KILLS // 4))
                process.kill()
        async with worker(database_url, carried) as process:
            assert process.stdout
            draining = asyncio.create_task(process.stdout.read())
            await feeding
            await until_quiet(database)
            process.kill()
            await draining
    await database.run(everything_once)
    sent_in_order(carried)
    assert journals.verdict(journals.check(database))[0] == 0


def everything_once(connection: Connection) -> None:
    said = CASES * EACH
    evaluated = len(range(0, said, EVALUATED_EVERY))

    def count(table: object, *where: object) -> int:
        statement = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]  # any table
        return int(connection.execute(statement).scalar_one())

    assert count(messages, messages.c.author == "parent") == said
    assert count(messages, messages.c.author == "bot") == said
    assert count(inbox, inbox.c.kind == "said", inbox.c.state == "done") == said
    assert count(inbox, inbox.c.kind == "evaluate", inbox.c.state == "done") == evaluated
    assert count(journal, journal.c.event == "intent.recognised") == said + evaluated
    assert count(outbox, outbox.c.kind == "reply", outbox.c.state == "sent") == said
    assert count(outbox, outbox.c.kind == "credential", outbox.c.state == "sent") == evaluated
    assert count(sends, sends.c.state == "sent") == evaluated


def sent_in_order(carried: Path) -> None:
    """By case, replies left in the order of their turns; what left twice left under the same key."""
    lines = [line.split() for line in carried.read_text().splitlines()]
    keys = [key for _, key in lines]
    assert len(keys) - len(set(keys)) <= KILLS * (IN_HAND + 1)
    replies = defaultdict(list)
    for case, key in lines:
        if key.startswith("reply:"):
            replies[case].append(int(key.removeprefix("reply:")))
    assert len(replies) == CASES
    for turns in replies.values():
        once = [turn for turn, _ in groupby(turns)]
        assert once == sorted(set(turns))
        assert len(once) == EACH
