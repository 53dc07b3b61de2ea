"""kill -9 while updates stream in: none lost, none handled twice, order kept for each person."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.store.database import Database
from bot.store.schema import conversations, inbox, messages, telegram_updates
from sandbox.telegram.town import TelegramTown
from sandbox.telegram.world import BOT_ID
from tests.conftest import LONG
from tests.handlers.home import FATOU, SECRET

KILLS = 20 if LONG else 2
PEOPLE, EACH = (40, 50) if LONG else (8, 8)
TOTAL = PEOPLE * EACH
PATIENCE = 900 if LONG else 90


@asynccontextmanager
async def bot(town: TelegramTown, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    told = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "aide@x.example",
        "TELEGRAM_TOKEN": town.token,
        "TELEGRAM_API": town.url,
        "LIMIT_CHAT_MESSAGES_PER_MINUTE": "100000",
        "WAIT_CHAT": "0",
        "WAIT_LEASE": "3",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--only", "telegram,courier"),
        stdout=asyncio.subprocess.DEVNULL,
        env=others | {f"GUICHET_{name}": value for name, value in told.items()},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def answers(town: TelegramTown) -> int:
    chats = [town.people.messages(FATOU + number, "private") for number in range(PEOPLE)]
    return sum(each.sender is not None and each.sender["id"] == BOT_ID for chat in chats for each in chat)


async def at_least(town: TelegramTown, count: int) -> None:
    await town.world.news.until(lambda: answers(town) >= count)


async def running(process: asyncio.subprocess.Process, until: Coroutine[Any, Any, None]) -> None:
    """Until that has come about, with a bot that does not end by itself."""
    ending, coming = asyncio.create_task(process.wait()), asyncio.create_task(until)
    await asyncio.wait((ending, coming), return_when=asyncio.FIRST_COMPLETED)
    assert not ending.done(), "the bot ended by itself"
    ending.cancel()
    await coming


async def stream(town: TelegramTown) -> None:
    """As fast as the bot is, so that each kill meets something under way."""
    for step in range(EACH):
        for person in range(PEOPLE):
            town.people.say(FATOU + person, "private", f"Bonjour {step}")
            await at_least(town, step * PEOPLE + person - 2 * PEOPLE)


@pytest.mark.fault
@pytest.mark.timeout(PATIENCE * 2)
async def test_killed_at_random_points_each_update_is_handled_once(
    town: TelegramTown, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/guichet.db"
    seed = int(os.environ.get("GUICHET_TEST_SEED", random.randrange(10**6)))
    sys.stdout.write(f"GUICHET_TEST_SEED={seed}\n")
    points = sorted(random.Random(seed).sample(range(1, TOTAL * 3 // 4), KILLS))
    async with asyncio.timeout(PATIENCE):
        streaming = asyncio.create_task(stream(town))
        for point in points:
            async with bot(town, url) as process:
                await running(process, at_least(town, point))
                process.kill()
        async with bot(town, url) as process:
            await running(process, at_least(town, TOTAL))
            await streaming
            await settled(url)
    database = Database(url)
    try:
        await database.run(everything_once)
    finally:
        await database.close()


async def settled(url: str) -> None:
    database = Database(url)
    done = select(func.count()).select_from(inbox).where(inbox.c.kind == "said", inbox.c.state == "done")
    while True:
        if await database.run(lambda connection: connection.execute(done).scalar_one()) >= TOTAL:
            return await database.close()
        await asyncio.sleep(0.05)  # another process works: this asks again, it waits for no one


def everything_once(connection: Connection) -> None:
    execute = connection.execute
    states = execute(select(telegram_updates.c.state)).scalars().all()
    assert states == ["queued"] * TOTAL
    cases = execute(select(conversations.c.id)).scalars().all()
    assert len(cases) == PEOPLE
    for case in cases:
        mine = (messages.c.conversation == case, messages.c.author == "parent")
        said = execute(select(messages.c.body).where(*mine).order_by(messages.c.id)).scalars().all()
        assert said == [f"Bonjour {step}" for step in range(EACH)]
        turns = (
            select(func.count())
            .select_from(inbox)
            .where(inbox.c.conversation == case, inbox.c.kind == "said")
        )
        assert execute(turns).scalar_one() == EACH
