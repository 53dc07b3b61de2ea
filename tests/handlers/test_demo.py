"""The demo as a stranger meets it: a few words in the chat lead to the mail at the address on file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.families import Parent, ordinary_parents
from tests.e2e.house import PATIENCE, House, open_house
from tests.handlers.home import FATOU, OTHER

WANTED = "g pa recu le code svp"


@dataclass
class Phone:
    """One person's Telegram, as the playground shows it."""

    house: House
    person: int
    chat: str = "private"
    read: int = 0

    async def say(self, text: str) -> dict[str, Any]:
        """Write; the bot's next answer."""
        about = {"user_id": self.person, "chat": self.chat, "text": text}
        await self.house.post("/town/telegram/messages", **about)
        return await self.answer()

    async def press(self, message: dict[str, Any], place: int = 0) -> dict[str, Any]:
        data = message["buttons"][0][place]["data"]
        about = {"user_id": self.person, "chat": self.chat, "message_id": message["message_id"], "data": data}
        await self.house.post("/town/telegram/press", **about)
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        query = str(httpx.QueryParams(user_id=self.person, chat=self.chat))
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.house.get(f"/town/telegram/messages?{query}")
                answers: list[dict[str, Any]] = [each for each in found if each["from"] == "bot"]
                if len(answers) > self.read:
                    self.read += 1
                    return answers[self.read - 1]
                await asyncio.sleep(0.05)  # the town's page has no push: this asks again, it waits for no one


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "state") as house:
        yield house


async def promised(phone: Phone, parent: Parent) -> str:
    """Three short messages; the one answer."""
    await phone.say(WANTED)
    recap = await phone.say(parent.facts())
    answered = await phone.press(recap)
    return str(answered["text"])


async def test_three_messages_lead_to_the_mail_and_wrong_ones_to_the_same_words(house: House) -> None:
    parent = ordinary_parents(house.families())[0]
    stranger = replace(parent, child=dict(parent.child) | {"birth_date": "2014-02-03"})
    right = await promised(Phone(house, FATOU), parent)
    wrong = await promised(Phone(house, OTHER), stranger)
    assert right == wrong
    await house.mails(parent.address, 1)
    await house.case_where(channel="telegram", outcome="resent")
    await house.case_where(channel="telegram", outcome="staff")


async def test_the_way_from_the_group_works(house: House) -> None:
    public = await Phone(house, FATOU, "group").say(WANTED)
    start = public["buttons"][0][0]["url"].partition("?start=")[2]
    await Phone(house, FATOU).say(f"/start {start}")
    await house.case_where(channel="telegram", intent="no_security_code", stage="collecting")
