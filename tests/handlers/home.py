"""The bot in this process, the Bot API of the town on loopback, and people who write to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from bot.app import House, Sources
from bot.settings import Limits, MailServer, Settings, Waits
from bot.store.schema import conversations, telegram_updates
from sandbox.telegram.messages import Message
from sandbox.telegram.person import view
from sandbox.telegram.town import TelegramTown
from sandbox.telegram.world import BOT_ID

PATIENCE = 20.0
"""Seconds after which something that was to happen never will: only ever reached when a test fails."""
FATOU, OTHER = 6_000_000_001, 6_000_000_002
SECRET = "a secret of the tests, long enough for everybody"
SLOWLESS = Waits(poll=0.2, lease=6.0, retry=0.1, chat=0.0)
NOWHERE = MailServer("127.0.0.1", 1, "", "", "plain")
"""No mail leaves in these tests: their roster is empty."""


def settings(town: TelegramTown, url: str, **changes: Any) -> Settings:
    usual: dict[str, Any] = {
        "database_url": url,
        "smtp": NOWHERE,
        "mail_from": "aide@x.example",
        "secret_key": SECRET,
        "telegram_token": town.token,
        "telegram_api": town.url,
        "waits": SLOWLESS,
        "limits": Limits(chat_messages_per_minute=1000),
    }
    return Settings(**(usual | changes))


@dataclass
class Home:
    """People's side of a running bot."""

    town: TelegramTown
    sources: Sources
    house: House
    running: asyncio.Task[None]
    seen: dict[tuple[int, str], int] = field(default_factory=dict)

    def say(self, text: str, person: int = FATOU, chat: str = "private", **how: Any) -> int:
        return self.town.people.say(person, chat, text, **how)

    def answers(self, person: int = FATOU, chat: str = "private") -> list[Message]:
        """What the bot wrote in this chat, oldest first."""
        found = self.town.people.messages(person, chat)
        return [each for each in found if each.sender and each.sender["id"] == BOT_ID]

    async def answer(self, person: int = FATOU, chat: str = "private") -> Message:
        """The next answer of the bot that the test has not seen."""
        place = (person if chat == "private" else 0, chat)
        nth = self.seen.get(place, 0)
        await self.until(lambda: len(self.answers(person, chat)) > nth)
        self.seen[place] = nth + 1
        return self.answers(person, chat)[nth]

    async def asked(self, text: str, person: int = FATOU, **how: Any) -> Message:
        self.say(text, person, **how)
        return await self.answer(person)

    async def press(self, message: Message, place: int, person: int = FATOU) -> Message:
        """Press the button of that place, counted over all rows; the answer."""
        self.town.people.press(person, "private", message.id, data(message)[place])
        return await self.answer(person)

    async def until(self, so: Callable[[], object]) -> None:
        seeing = asyncio.create_task(self.town.world.news.until(so, PATIENCE))
        await asyncio.wait((seeing, self.running), return_when=asyncio.FIRST_COMPLETED)
        if self.running.done():  # the bot ended: why is what the test should tell
            seeing.cancel()
            await self.running
        await seeing

    async def rows(self, query: Select[Any]) -> list[Any]:
        return await self.sources.database.run(lambda connection: list(connection.execute(query).all()))

    async def cases(self) -> list[Any]:
        return await self.rows(select(conversations).order_by(conversations.c.id))

    async def handled(self, count: int) -> list[Any]:
        """All updates, once so many are settled."""
        settled = select(telegram_updates).where(telegram_updates.c.state != "fetched")
        async with asyncio.timeout(PATIENCE):
            while len(rows := await self.rows(settled.order_by(telegram_updates.c.id))) < count:
                alarm = asyncio.create_task(self.town.world.news.next())
                await asyncio.wait((alarm,), timeout=0.05)
                alarm.cancel()
        return rows


def data(message: Message) -> list[str]:
    """What the buttons of a message hold."""
    return [button.get("data", button.get("url", "")) for row in view(message)["buttons"] for button in row]


def start_of(message: Message) -> str:
    """The payload of the button into the private chat."""
    [url] = data(message)
    found = re.search(r"\?start=([A-Za-z0-9_-]{1,64})$", url)
    assert found
    return found[1]


@asynccontextmanager
async def living(town: TelegramTown, url: str, **changes: Any) -> AsyncIterator[Home]:
    """The bot's telegram and courier parts, running until the end of the block."""
    sources = Sources.of(settings(town, url, **changes))
    house = House(sources, {"telegram", "courier"})
    stop, up = asyncio.Event(), asyncio.Event()

    async def begun() -> None:
        up.set()

    running = asyncio.create_task(house.run(stop, begun))
    beginning = asyncio.create_task(up.wait())
    await asyncio.wait((beginning, running), return_when=asyncio.FIRST_COMPLETED)
    try:
        yield Home(town, sources, house, running)
    finally:
        stop.set()
        beginning.cancel()
        await asyncio.wait((running,))
        await sources.close()
    await running
