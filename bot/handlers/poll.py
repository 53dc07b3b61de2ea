"""Long polling: updates into the ledger first, and only then are they confirmed to Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from bot.chats import ChatLedger
from bot.errors import GuichetError, ProviderAway
from bot.handlers.commands import menu
from bot.handlers.receive import Receiver
from bot.handlers.wire import BotApi
from bot.settings import Waits
from conversations.model import Language

LONGEST_POLL = 25.0
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
log = logging.getLogger(__name__)


@dataclass(slots=True)
class ChatState:
    """How the bot's line to Telegram is, for `ready` and the health page."""

    waits_for_lease: bool = False
    connected: bool = False
    trouble: str = ""

    @property
    def well(self) -> bool:
        return self.connected or self.waits_for_lease


@dataclass(slots=True)
class Poll:
    """One poller a bot, over all processes: a lease in the database says who."""

    api: BotApi
    ledger: ChatLedger
    receiver: Receiver
    waits: Waits
    state: ChatState = field(default_factory=ChatState)
    _offset: int | None = None
    _tries: int = 0
    _named: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive())
                while True:
                    wait = await self._round()
                    await asyncio.sleep(wait)
        finally:
            await self.receiver.close()
            with contextlib.suppress(GuichetError):
                await self.ledger.let_go(self.api.bot)

    async def _round(self) -> float:
        """One poll; the seconds to wait after it."""
        try:
            if not await self.ledger.hold(self.api.bot):
                return self._stand_by()
            self.state.waits_for_lease = False
            await self._poll()
        except ProviderAway as away:
            return self._in_trouble(away)
        if not self.state.connected:
            log.info("Telegram is polled")
        self.state.connected, self.state.trouble, self._tries = True, "", 0
        return 0.0

    async def _poll(self) -> None:
        # The first answer comes at once: it shows that the line stands.
        seconds = max(1, int(min(LONGEST_POLL, self.waits.lease / 3))) if self.state.connected else 0
        if not self._named:
            await self._name_commands()
        updates = [kept for each in await self.api.updates(self._offset, seconds) if (kept := _kept(each))]
        if updates:
            await self.ledger.record(self.api.bot, updates)
            self._offset = max(number for number, _ in updates) + 1
            self._news.set()

    async def _name_commands(self) -> None:
        self._named = True
        with contextlib.suppress(GuichetError):  # a menu is a convenience
            await self.api.name_commands(menu(Language.FRENCH), None)
            await self.api.name_commands(menu(Language.ENGLISH), Language.ENGLISH)

    async def _receive(self) -> None:
        """Whatever waits, also what another process left behind."""
        while True:
            self._news.clear()
            try:
                await self.receiver.handle_all()
            except ProviderAway as away:
                log.warning("updates wait: %s", away)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.waits.poll):
                    await self._news.wait()

    def _stand_by(self) -> float:
        if not self.state.waits_for_lease:
            log.warning("another process polls this bot: this one waits until it stops")
        self.state.waits_for_lease, self.state.connected = True, False
        return self.waits.lease / 3

    def _in_trouble(self, away: ProviderAway) -> float:
        if self.state.trouble != str(away):
            log.warning("Telegram is not polled for now: %s", away)
        self.state.connected, self.state.trouble = False, str(away)
        self._tries += 1
        return away.wait or min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self._tries - 1, 6))


def _kept(update: Any) -> tuple[int, str] | None:
    """An update by its number; what has none cannot be told from another, nor be confirmed."""
    number = update.get("update_id") if isinstance(update, dict) else None
    if isinstance(number, int) and abs(number) < 2**63:
        return number, json.dumps(update, separators=(",", ":"))
    log.error("Telegram gave an update without a number: it is passed over")
    return None
