"""The Bot API on loopback, and two strangers' clients that speak to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiogram
import httpx
import pytest
import telegram as ptb
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.telegram.town import TelegramTown


@pytest.fixture
async def town() -> AsyncIterator[TelegramTown]:
    async with TelegramTown(retry_pause=0) as town:
        yield town


@pytest.fixture
async def raw(town: TelegramTown) -> AsyncIterator[httpx.AsyncClient]:
    """Plain HTTP below the bot's own address."""
    async with httpx.AsyncClient(base_url=f"{town.url}/bot{town.token}", timeout=30) as client:
        yield client


@pytest.fixture
async def bot(town: TelegramTown) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(town.url))
    async with aiogram.Bot(town.token, session=session) as bot:
        yield bot


@pytest.fixture
async def other(town: TelegramTown) -> AsyncIterator[ptb.Bot]:
    """The same bot through python-telegram-bot."""
    async with ptb.Bot(town.token, base_url=f"{town.url}/bot") as bot:
        yield bot
