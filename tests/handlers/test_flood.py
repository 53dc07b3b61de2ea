"""One person floods, Telegram says "later" to them: nobody else waits, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sqlalchemy import func, select

from bot.settings import Limits, Waits
from bot.store.schema import messages
from sandbox.telegram.town import TelegramTown
from tests.handlers.home import FATOU, OTHER, living

PROMISED = 3.0
"""Seconds within which everyone else is answered."""
FLOOD, OTHERS = 200, 12


async def test_everyone_else_is_answered_soon_while_one_floods(town: TelegramTown, tmp_path: Path) -> None:
    usual = {"waits": Waits(), "limits": Limits()}
    async with living(town, f"sqlite:///{tmp_path}/guichet.db", **usual) as home:
        await home.asked("Bonjour", OTHER)
        town.api.faults.too_many(2, times=3, chat=FATOU, methods=["sendMessage"])
        took = []
        for other in range(1, OTHERS + 1):
            for number in range(FLOOD // OTHERS):
                home.say(f"Bonjour {number}")
            began = time.monotonic()
            await home.asked("g pa recu le code svp", OTHER + other)
            took.append(time.monotonic() - began)
        assert max(took) < PROMISED
        total = FLOOD // OTHERS * OTHERS + OTHERS + 1
        rows = await home.handled(total)
        assert {row.reason for row in rows if row.person != FATOU} == {None}
        kept = select(func.count()).select_from(messages).where(messages.c.author == "parent")
        async with asyncio.timeout(20):
            assert [tuple(row) for row in await home.rows(kept)] == [(total,)]
