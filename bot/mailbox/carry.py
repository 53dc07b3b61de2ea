"""The courier's carrier for answers by mail."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.errors import ProviderRefused
from bot.mailbox.render import reply
from bot.ports import Parcel, Postman, Receipt
from bot.threads import Threads


@dataclass(frozen=True, slots=True)
class ReplyCarrier:
    """Implements ports.Carrier for replies: the same parcel is the same mail, Message-ID included."""

    post: Postman
    mail_from: str
    threads: Threads
    zone: tzinfo = UTC
    """Where the parents live: the day of a quoted mail is told by their clock."""

    async def carry(self, parcel: Parcel) -> Receipt:
        try:
            message = await asyncio.to_thread(
                reply, parcel, mail_from=self.mail_from, threads=self.threads, zone=self.zone
            )
        except (ValueError, KeyError) as error:
            # A header that will not hold its value, or a row of another version: no retry mends it.
            raise ProviderRefused(
                f"the answer cannot be written as a mail ({type(error).__name__})"
            ) from error
        await self.post.post(message)
        return Receipt(message_id=str(message["Message-ID"]))
