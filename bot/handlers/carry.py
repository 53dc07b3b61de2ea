"""The courier's carrier for answers in a chat: paced for each chat, over all processes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.chats import Pacing
from bot.errors import ProviderRefused
from bot.handlers.buttons import Buttons
from bot.handlers.render import messages
from bot.handlers.wire import BotApi
from bot.ports import Parcel, Receipt


@dataclass(frozen=True, slots=True)
class ChatCarrier:
    """Implements ports.Carrier for replies and notices. Telegram knows no idempotency key:

    a line that breaks after a message was handed over may repeat it once.
    """

    api: BotApi
    buttons: Buttons
    pacing: Pacing

    async def carry(self, parcel: Parcel) -> Receipt:
        try:
            pieces = messages(parcel, self.buttons)
        except (ValueError, KeyError) as error:
            # A row of another version: no retry mends it.
            raise ProviderRefused(
                f"the answer cannot be written as a message ({type(error).__name__})"
            ) from error
        sent = 0
        for piece in pieces:
            await self._turn(piece.chat)
            sent = await self.api.send(piece)
        return Receipt(message_id=f"telegram:{self.api.bot}:{pieces[-1].chat}:{sent}")

    async def _turn(self, chat: int) -> None:
        """In private at most a second: what is in hand beside it waits along, a try more would cost more."""
        wait = await self.pacing.wait(chat)
        while wait:
            await asyncio.sleep(wait)
            wait = await self.pacing.wait(chat)
