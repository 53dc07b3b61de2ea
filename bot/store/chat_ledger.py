"""The ledger of updates as the handlers see it: each call one transaction on the database's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from bot.chats import Deed, WaitingUpdate
from bot.courier import Gate
from bot.keys import Keys
from bot.settings import Settings
from bot.store import chat_cases, chats, gates, leases
from bot.store.database import Database, now

MINUTE, PER_MINUTE_IN_A_GROUP = 60.0, 20


@dataclass(frozen=True, slots=True)
class DatabaseChatLedger:
    """Implements chats.ChatLedger. `holder` names this process in a lease: host/process id/anything."""

    database: Database
    keys: Keys
    settings: Settings
    holder: str

    async def hold(self, bot: int) -> bool:
        lease = int(self.settings.waits.lease * 1_000_000)
        call = partial(leases.hold, name=_lease(bot), holder=self.holder, lease=lease)
        return await self.database.run(call)

    async def let_go(self, bot: int) -> None:
        await self.database.run(partial(leases.let_go, name=_lease(bot), holder=self.holder))

    async def record(self, bot: int, updates: Sequence[tuple[int, str]]) -> None:
        await self.database.run(partial(chats.record, bot=bot, updates=updates))

    async def take(self, bot: int, most: int) -> list[WaitingUpdate]:
        return await self.database.run(partial(chats.take, bot=bot, most=most))

    async def quarantine(self, update: int, reason: str) -> None:
        await self.database.run(partial(chats.quarantine, row=update, reason=reason))

    async def settle(self, batch: Sequence[tuple[int, Deed]]) -> None:
        call = partial(chats.settle, keys=self.keys, limits=self.settings.limits, batch=batch)
        await self.database.run(call)

    async def is_current(self, case: int, turn: int) -> bool:
        return await self.database.run(partial(chat_cases.is_current, case=case, turn=turn))


@dataclass(frozen=True, slots=True)
class DatabasePacing:
    """Implements chats.Pacing: one message in `seconds` to a person, 20 a minute to a group."""

    database: Database
    seconds: float = 1.0

    async def wait(self, chat: int) -> float:
        if chat > 0 and not self.seconds:
            return 0.0
        # Groups and channels have negative ids.
        group = Gate(f"telegram/{chat}", PER_MINUTE_IN_A_GROUP, MINUTE)
        gate = group if chat < 0 else Gate(f"telegram/{chat}", 1, self.seconds)
        return await self.database.run(partial(_wait, gate=gate))


def _wait(connection: Connection, gate: Gate) -> float:
    at = now(connection)
    granted, free_at = gates.pass_through(connection, gate, 1, at)
    return 0.0 if granted else (free_at - at) / 1_000_000


def _lease(bot: int) -> str:
    return f"telegram/{bot}"
