"""Which parts run, by the settings, and what `guichet check` says of the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import House, Sources
from bot.errors import GuichetError, SettingsError
from bot.handlers.check import check_telegram
from bot.settings import load
from sandbox.telegram.town import TelegramTown
from tests.handlers.home import settings


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/guichet.db"


async def test_a_bot_that_is_asked_for_needs_a_token(town: TelegramTown, url: str) -> None:
    sources = Sources.of(settings(town, url, telegram_token=""))
    with pytest.raises(SettingsError, match="GUICHET_TELEGRAM_TOKEN"):
        House(sources, {"telegram"})
    assert House(sources, {"courier"}).poll is None
    await sources.close()


async def test_with_a_token_the_bot_is_polled(town: TelegramTown, url: str) -> None:
    sources = Sources.of(settings(town, url))
    assert House(sources, {"telegram"}).poll
    assert House(sources, {"courier"}).poll is None
    await sources.close()


async def test_the_check_names_the_bot_or_the_settings_to_mend(town: TelegramTown) -> None:
    assert await check_telegram(town.token, town.url) == town.world.bot["username"]
    with pytest.raises(GuichetError, match="GUICHET_TELEGRAM_TOKEN"):
        await check_telegram("1:wrong", town.url)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "not a token"),
        ("TELEGRAM_API", "http://far.example"),
        ("TELEGRAM_API", "no address"),
    ],
)
def test_a_setting_that_cannot_work_is_told_at_once(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"GUICHET_{name}"):
        load({f"GUICHET_{name}": value}, tmp_path)
