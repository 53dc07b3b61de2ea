"""`guichet run`, `guichet replay` and `guichet audit verify`."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

from bot.app import House, Sources, stop_on_signals
from bot.handlers.explain import explain as explain_update
from bot.mailbox.explain import explain as explain_mail
from bot.settings import Settings, load
from bot.store import journal
from bot.store.database import Database
from bot.store.migrate import migrate

GLANCE = 0.05


def run(settings: Settings, *, only: str | None) -> int:
    """Until Ctrl-C or a polite kill; says `ready` once every part has begun."""
    log_plainly()
    return asyncio.run(_run(settings, only.split(",") if only else None))


async def _run(settings: Settings, only: list[str] | None) -> int:
    sources = Sources.of(settings)
    house = House(sources, only)
    try:
        await house.run(stop_on_signals(), up=lambda: _say_ready(house))
    finally:
        await sources.close()
    return 0


async def connected(house: House) -> None:
    """Once the mailbox is watched and the bot is polled, where they are."""
    lines = [each.state for each in (house.watch, house.poll) if each]
    while not all(line.well for line in lines):  # noqa: ASYNC110  # once, at the start: not worth an event
        await asyncio.sleep(GLANCE)


async def _say_ready(house: House) -> None:
    await connected(house)
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def replay(file: Path) -> int:
    """Print, as JSON, what the bot would do with a mail or an update. Sends and stores nothing."""
    explain = explain_update if file.suffix == ".json" else explain_mail
    told = explain(file.read_bytes(), load(os.environ))
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return 0


def verify_journal(settings: Settings, *, start: int | None) -> int:
    """0 sound, 1 broken, 2 cannot tell; one line either way."""
    database = Database(settings.database_url)
    migrate(database)
    code, line = journal.verdict(journal.check(database, start))
    sys.stdout.write(line + "\n")
    return code


def log_plainly() -> None:
    """One line an event on stderr. The libraries' own debug words hold mail bodies: never."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("aioimaplib", "aioimaplib.aioimaplib", "alembic", "mail.log", "httpx", "aiogram"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
