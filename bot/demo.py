"""`guichet demo`: the bot and a small town on loopback, with nothing to configure and nothing to lose."""

from __future__ import annotations

import asyncio
import logging
import secrets
import tempfile
import zipfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.app import House, Sources, stop_on_signals
from bot.board import bring_in
from bot.errors import SettingsError
from bot.roster.bundle import FILES
from bot.roster.importing import digest
from bot.roster.sample import write
from bot.running import connected, log_plainly
from bot.settings import Limits, MailServer, Settings, Waits
from bot.store import lookups, roster
from bot.store.database import Database
from bot.store.migrate import migrate

FAMILIES = 80
UNPACED = 100_000
FAST = Waits(
    follow_up=600.0,
    silence=600.0,
    chat=0.0,
    after_failure_1=0.0,
    after_failure_2=0.0,
    after_failure_3=0.0,
    after_failure_4=0.0,
)
"""Without the waits that are meant for people."""


def demo(*, port_base: int, fast: bool, state: Path | None, seed: int, roster: Path | None) -> int:
    """Run until Ctrl-C. Raises SettingsError when a port is taken or the demo's own parts are missing."""
    log_plainly()
    logging.getLogger().setLevel(logging.WARNING)
    with ExitStack() as exits:
        folder = state or Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="guichet-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_demo(port_base, folder, _board(folder, seed, roster), fast=fast))


async def _demo(port_base: int, folder: Path, board: Path, *, fast: bool) -> int:
    try:
        from sandbox.town import PortTakenError, Town
    except ImportError as error:
        raise SettingsError(
            f"the demo's parts are not installed ({error.name}): pip install 'guichet-famille[demo]'"
        ) from error
    settings = _settings(port_base, folder, fast=fast)
    sources = Sources.of(settings)
    try:
        await asyncio.to_thread(_import, settings, sources.database, board)
        house = House(sources, {"mail", "telegram", "courier"})
        town = Town(
            port_base,
            board,
            cases=_Cases(sources.database),
            beside=house.web(),
            directory=folder / "town",
            portal_key=settings.portal_key,
        )
        async with town:
            await house.run(stop_on_signals(), up=partial(_announce, port_base, house))
    except PortTakenError as error:
        raise SettingsError(str(error)) from error
    finally:
        await sources.close()
    return 0


def _settings(port_base: int, folder: Path, *, fast: bool) -> Settings:
    from sandbox.border import AUTHSERV_ID
    from sandbox.imap import PASSWORD
    from sandbox.telegram.api import TOKEN
    from sandbox.town import BOT_API, HELP_LINE, HTTP, IMAP, SMTP

    web = f"http://127.0.0.1:{port_base + HTTP}"
    return Settings(
        database_url=f"sqlite:///{folder / 'guichet.db'}",
        imap=MailServer("127.0.0.1", port_base + IMAP, HELP_LINE, PASSWORD, "plain"),
        smtp=MailServer("127.0.0.1", port_base + SMTP, HELP_LINE, PASSWORD, "plain"),
        mail_from=HELP_LINE,
        auth_results=f"generic:{AUTHSERV_ID}",
        portal_address=f"{web}/town/portal/",
        secret_key=_secret(folder),
        public_url=web,
        telegram_token=TOKEN,
        telegram_api=f"http://127.0.0.1:{port_base + BOT_API}",
        mail_start="all",
        limits=Limits(mails_per_minute=UNPACED, chat_messages_per_minute=UNPACED),
        waits=FAST if fast else Waits(),
    )


def _secret(folder: Path) -> str:
    """Made by chance once for each state folder: the demo has no secret of its own either."""
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def _board(folder: Path, seed: int, given: Path | None) -> Path:
    """A folder with the board's files: the sample, or what was given."""
    if given is None:
        sample = folder / f"board-{seed}"
        if not (sample / "manifest.csv").exists():
            write(sample, FAMILIES, seed)
        return sample
    if given.is_dir() or not zipfile.is_zipfile(given):
        return given
    unpacked = folder / "board"
    unpacked.mkdir(exist_ok=True)
    with zipfile.ZipFile(given) as bundle:
        for name in {*FILES, "manifest.csv"} & set(bundle.namelist()):
            (unpacked / name).write_bytes(bundle.read(name))
    return unpacked


def _import(settings: Settings, database: Database, board: Path) -> None:
    migrate(database)
    if database.transact(roster.digest_in_force) != digest(board):
        bring_in(settings, database, board, approved_by="demo")


async def _announce(port_base: int, house: House) -> None:
    from sandbox.town import BOT_API, HELP_LINE, HTTP, IMAP, SMTP

    await connected(house)
    console = Console(highlight=False)
    page = f"http://127.0.0.1:{port_base + HTTP}/"
    console.print("Guichet Famille", style="bold")
    console.print(f"Open {page} and write as a parent. Ctrl-C ends it all.", soft_wrap=True)
    console.print(f"Help line: {HELP_LINE}; each mailbox: its address, password demo.", soft_wrap=True)
    ports = {"smtp": SMTP, "bot-api": BOT_API, "imap": IMAP}
    addresses = " ".join(f"{name}=127.0.0.1:{port_base + offset}" for name, offset in ports.items())
    console.print(f"ready {page} {addresses}", soft_wrap=True)
    console.file.flush()


class _Cases:
    """What `GET /town/cases` tells."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[dict[str, Any]]:
        return await self._database.run(lookups.cases)

    async def one(self, number: str) -> dict[str, Any] | None:
        return await self._database.run(partial(lookups.case, number=number))
