"""From an update in the ledger to what it comes to, and the small courtesies that need no keeping."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.chats import ChatLedger, Deed, Passed, WaitingUpdate
from bot.errors import GuichetError, ProviderAway
from bot.handlers.keyboards import schools_page
from bot.handlers.parse import Incoming, UnreadableError, What, parse
from bot.handlers.private import PrivateChat
from bot.handlers.public import overhear
from bot.handlers.wire import BotApi
from conversations.model import Medium
from conversations.phrases import Phrase
from conversations.texts import line

ATTEMPTS = 3
"""Tries before an update is poison."""
TOGETHER = 25
"""Updates that share a transaction."""
AWAY_SECONDS, AWAY_LONGEST = 0.1, 30.0
Courtesy = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Receiver:
    """Empties the ledger of one bot, oldest update first."""

    api: BotApi
    ledger: ChatLedger
    chat: PrivateChat
    staff_group: str = ""
    _courtesies: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle_all(self) -> int:
        """Handle every waiting update; how many. Raises ProviderAway when the database does not answer."""
        handled = 0
        while taken := await self.ledger.take(self.api.bot, TOGETHER):
            await self.handle(taken)
            handled += len(taken)
        return handled

    async def close(self) -> None:
        """Let what is under way end."""
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def handle(self, taken: Sequence[WaitingUpdate]) -> None:
        batch: list[tuple[int, Deed]] = []
        courtesies: list[Courtesy] = []
        for update in taken:
            if update.attempts > ATTEMPTS:
                await self._quarantine(update, "poison")
                continue
            try:
                deed, courtesy = await self._understood(update)
            except UnreadableError as error:
                await self._quarantine(update, f"unreadable: {error}")
            except GuichetError:
                raise
            except Exception as error:  # noqa: BLE001  # what an update may set off is open-ended
                log.warning("update %d could not be handled (%s)", update.id, type(error).__name__)
            else:
                batch.append((update.id, deed))
                courtesies += courtesy
        await self._settled(batch)
        for each in courtesies:
            self._show(each)

    async def _understood(self, update: WaitingUpdate) -> tuple[Deed, list[Courtesy]]:
        """The one outer filter: only what comes from a private chat can become a word in a case."""
        incoming = parse(update.body)
        if incoming.what is What.PASSED:
            return Passed(incoming.text), []
        if not incoming.private:
            return await self._in_public(incoming)
        return self.chat.deed(incoming, update.received_at), self._for_press(incoming)

    async def _in_public(self, incoming: Incoming) -> tuple[Deed, list[Courtesy]]:
        if incoming.what is What.PRESS:
            words = line(Phrase.CHAT_STALE_BUTTON, incoming.language, Medium.CHAT)
            return Passed("press_in_public"), [partial(self.api.answer_press, incoming.press, words)]
        if str(incoming.chat) == self.staff_group:
            return Passed("staff_group"), []
        overheard = await asyncio.to_thread(overhear, incoming)
        removal = [partial(self.api.delete, incoming.chat, incoming.message)]
        return overheard.deed, list[Courtesy](removal if overheard.personal else [])

    def _for_press(self, incoming: Incoming) -> list[Courtesy]:
        """The little clock on a pressed button ends; a page of the school list turns."""
        if incoming.what is not What.PRESS:
            return []
        shown: list[Courtesy] = [partial(self.api.answer_press, incoming.press)]
        return [*shown, partial(self._turn_page, incoming)] if self.chat.page(incoming) else shown

    async def _turn_page(self, incoming: Incoming) -> None:
        press = self.chat.page(incoming)
        if press is not None and await self.ledger.is_current(press.case, press.turn):
            page = schools_page(self.chat.buttons, incoming.chat, press, press.number)
            await self.api.change_keyboard(incoming.chat, incoming.message, page)

    async def _settled(self, batch: Sequence[tuple[int, Deed]]) -> None:
        """All in one transaction; where that fails, they come back one at a time, attempts counted."""
        wait = AWAY_SECONDS
        done = not batch
        while not done:
            try:
                await self.ledger.settle(batch)
                done = True
            except ProviderAway as away:
                log.warning("updates wait: %s", away)
                await asyncio.sleep(wait)
                wait = min(wait * 2, AWAY_LONGEST)
            except GuichetError:
                raise
            except Exception as error:  # noqa: BLE001  # one that cannot be kept must not stop the others
                log.warning("%d updates could not be kept (%s)", len(batch), type(error).__name__)
                done = True

    async def _quarantine(self, update: WaitingUpdate, reason: str) -> None:
        log.error("update %d is left to staff: %s", update.id, reason)
        await self.ledger.quarantine(update.id, reason)

    def _show(self, courtesy: Courtesy) -> None:
        task = asyncio.create_task(_kindly(courtesy))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _kindly(courtesy: Courtesy) -> None:
    """Nothing depends on it: a right that the bot lacks, or a message that is gone, is no trouble."""
    try:
        await courtesy()
    except GuichetError as error:
        log.info("a courtesy was not shown: %s", error)
