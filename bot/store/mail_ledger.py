"""The ledger of mails as the mail room sees it: each call one transaction on the database's thread."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from functools import partial

from bot.keys import Keys
from bot.ports import FetchedMail, MailPosition, ReadMail, Undeliverable, WaitingMail
from bot.settings import Settings
from bot.store import leases, mails
from bot.store.database import Database


class DatabaseMailLedger:
    """Implements ports.MailLedger. `holder` names this process in a lease: host/process id/anything."""

    def __init__(self, database: Database, keys: Keys, settings: Settings, holder: str | None = None) -> None:
        self._database = database
        self._keys = keys
        self._limits = settings.limits
        self._lease = int(settings.waits.lease * 1_000_000)
        self._holder = holder or f"{socket.gethostname()}/{os.getpid()}"

    async def hold(self, mailbox: str) -> bool:
        call = partial(leases.hold, name=f"mailbox/{mailbox}", holder=self._holder, lease=self._lease)
        return await self._database.run(call)

    async def let_go(self, mailbox: str) -> None:
        call = partial(leases.let_go, name=f"mailbox/{mailbox}", holder=self._holder)
        await self._database.run(call)

    async def position(self, mailbox: str) -> MailPosition | None:
        return await self._database.run(partial(mails.position, mailbox=mailbox))

    async def begin(self, mailbox: str, uid_validity: int, last_uid: int) -> MailPosition:
        call = partial(mails.begin, mailbox=mailbox, uid_validity=uid_validity, last_uid=last_uid)
        return await self._database.run(call)

    async def unknown(self, mailbox: str, uid_validity: int, uids: Sequence[int]) -> list[int]:
        call = partial(mails.unknown, mailbox=mailbox, uid_validity=uid_validity, uids=uids)
        return await self._database.run(call)

    async def record(
        self, mailbox: str, uid_validity: int, fetched: Sequence[FetchedMail], up_to: int
    ) -> None:
        call = partial(mails.record, mailbox=mailbox, uid_validity=uid_validity, fetched=fetched, up_to=up_to)
        await self._database.run(call)

    async def pass_over(self, mailbox: str, uid_validity: int, uids: Sequence[int], reason: str) -> None:
        call = partial(mails.pass_over, mailbox=mailbox, uid_validity=uid_validity, uids=uids, reason=reason)
        await self._database.run(call)

    async def swept(self, mailbox: str) -> None:
        await self._database.run(partial(mails.swept, mailbox=mailbox))

    async def take(self, mailbox: str, most: int = 1) -> list[WaitingMail]:
        return await self._database.run(partial(mails.take, mailbox=mailbox, most=most))

    async def skip(self, mail: int, reason: str, sender: str | None) -> None:
        await self._database.run(partial(mails.skip, mail=mail, reason=reason, sender=sender))

    async def quarantine(self, mail: int, reason: str) -> None:
        await self._database.run(partial(mails.quarantine, mail=mail, reason=reason))

    async def queue(self, batch: Sequence[tuple[int, ReadMail]]) -> list[str]:
        call = partial(mails.queue, keys=self._keys, limits=self._limits, batch=batch)
        return await self._database.run(call)

    async def bounced(self, mail: int, report: Undeliverable) -> None:
        await self._database.run(partial(mails.bounced, mail=mail, report=report))

    async def staff_wrote(
        self, mailbox: str, uid_validity: int, uid: int, message_id: str, case: int
    ) -> None:
        call = partial(
            mails.staff_wrote,
            mailbox=mailbox,
            uid_validity=uid_validity,
            uid=uid,
            message_id=message_id,
            case=case,
        )
        await self._database.run(call)
