"""A Telegram of each test's own, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.telegram.town import TelegramTown
from tests.handlers.home import Home, living


@pytest.fixture
async def town() -> AsyncIterator[TelegramTown]:
    async with TelegramTown() as telegram:
        yield telegram


@pytest.fixture
async def home(town: TelegramTown, tmp_path: object) -> AsyncIterator[Home]:
    async with living(town, f"sqlite:///{tmp_path}/guichet.db") as running:
        yield running
