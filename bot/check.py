"""`guichet check`: tries each connection, says what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from rich.console import Console
from rich.text import Text

from bot.errors import GuichetError
from bot.handlers.check import check_telegram
from bot.mailbox.check import Finding, check_imap, check_smtp
from bot.settings import Settings
from bot.store import roster
from bot.store.database import Database
from bot.store.migrate import behind

FOUND_WANTING = 1
Trial = Callable[[], Awaitable[Finding]]


def check(settings: Settings) -> int:
    """Print one line for each part; 0 when all are well, 1 when something is to be mended."""
    return asyncio.run(_check(settings))


async def _check(settings: Settings) -> int:
    console = Console()
    wanting = False
    for name, trial in _trials(settings):
        finding = await _tried(trial)
        wanting = wanting or not finding.well
        mark = Text("ok  " if finding.well else "FAIL", style="green" if finding.well else "bold red")
        console.print(mark, Text(f"{name}: {finding.line}"), soft_wrap=True)
    return FOUND_WANTING if wanting else 0


async def _tried(trial: Trial) -> Finding:
    try:
        return await trial()
    except GuichetError as error:
        return Finding(False, str(error))


def _trials(settings: Settings) -> list[tuple[str, Trial]]:
    database = Database(settings.database_url)
    return [
        ("secret", partial(_secret, settings)),
        ("database", partial(_database, database)),
        ("roster", partial(_roster, database, settings)),
        ("mailbox", partial(_imap, settings)),
        ("sender", partial(_smtp, settings)),
        ("border", partial(_border, settings)),
        ("telegram", partial(_telegram, settings)),
    ]


async def _secret(settings: Settings) -> Finding:
    if settings.secret_key:
        return Finding(True, "set")
    return Finding(False, "GUICHET_SECRET_KEY is missing: make one with `openssl rand -hex 32`")


async def _database(database: Database) -> Finding:
    if await asyncio.to_thread(behind, database):
        return Finding(True, "answers; `guichet run` will bring its tables up to date")
    return Finding(True, "answers, tables are up to date")


async def _roster(database: Database, settings: Settings) -> Finding:
    if await asyncio.to_thread(behind, database):
        return Finding(False, "empty: import one with `guichet roster import PATH`")
    age = await database.run(roster.age)
    if age is None:
        return Finding(False, "empty: import one with `guichet roster import PATH`")
    if age > timedelta(days=settings.limits.roster_days):
        return Finding(
            False,
            f"{age.days} days old: nothing is sent by itself until `guichet roster import` brings a new one",
        )
    return Finding(True, f"{age.days} days old")


async def _imap(settings: Settings) -> Finding:
    if settings.imap is None:
        return Finding(False, "GUICHET_IMAP_URL is missing: no mail is watched")
    return await check_imap(settings.imap)


async def _smtp(settings: Settings) -> Finding:
    if settings.smtp is None:
        return Finding(False, "GUICHET_SMTP_URL is missing: nothing can be answered by mail")
    if not settings.mail_from:
        return Finding(False, "GUICHET_MAIL_FROM is missing: the help line's own address")
    return await check_smtp(settings.smtp, settings.mail_from)


async def _border(settings: Settings) -> Finding:
    if settings.auth_results == "off":
        return Finding(True, "GUICHET_AUTH_RESULTS is off: every sender is asked for the facts")
    return Finding(True, f"senders are vouched for by {settings.auth_results}")


async def _telegram(settings: Settings) -> Finding:
    if not settings.telegram_token:
        return Finding(True, "GUICHET_TELEGRAM_TOKEN is not set: no bot is polled")
    name = await check_telegram(settings.telegram_token, settings.telegram_api)
    return Finding(True, f"the bot @{name} answers")
