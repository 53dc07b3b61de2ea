"""How the house is, for machines, and the answer to "this was not me": the console's two parts, made real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from bot.console.parts import Part
from bot.errors import ProviderAway
from bot.handlers.poll import Poll
from bot.keys import Keys
from bot.mailbox.watch import Watch
from bot.portal.mail import NOT_ME
from bot.settings import Settings
from bot.store import disown, lookups, roster
from bot.store.database import Database


class HouseHealth:
    """Implements console.parts.Health."""

    def __init__(
        self, database: Database, settings: Settings, watches: Sequence[Watch], polls: Sequence[Poll] = ()
    ) -> None:
        self._database = database
        self._oldest = timedelta(days=settings.limits.roster_days)
        self._watches = watches
        self._polls = polls

    async def parts(self) -> Sequence[Part]:
        lines = [*map(_mailbox, self._watches), *map(_telegram, self._polls)]
        try:
            age = await self._database.run(roster.age)
        except ProviderAway as away:
            return [Part("database", well=False, detail=str(away)), *lines]
        return [Part("database", well=True), *lines, self._roster(age)]

    async def figures(self) -> Mapping[str, float]:
        connected = {"mailbox_connected": float(all(watch.state.well for watch in self._watches))}
        polled = {"telegram_connected": float(all(poll.state.well for poll in self._polls))}
        return {
            **await self._database.run(lookups.health),
            **(connected if self._watches else {}),
            **(polled if self._polls else {}),
        }

    def _roster(self, age: timedelta | None) -> Part:
        if age is None:
            return Part("roster", well=False, detail="empty: import one with `guichet roster import`")
        if age > self._oldest:
            return Part("roster", well=False, detail=f"{age.days} days old: nothing is sent by itself")
        return Part("roster", well=True, detail=f"{age.days} days old")


class Disowning:
    """Implements console.parts.Disowner."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def known(self, token: str) -> bool:
        send = self._keys.number_on(NOT_ME, token)
        return send is not None and await self._database.run(partial(disown.known, send=send))

    async def disown(self, token: str) -> bool:
        send = self._keys.number_on(NOT_ME, token)
        if send is None:
            return False
        return await self._database.run(partial(disown.disown, keys=self._keys, send=send))


def _mailbox(watch: Watch) -> Part:
    state = watch.state
    if state.waits_for_lease:
        return Part("mailbox", well=True, detail="another process watches it")
    return Part(
        "mailbox", well=state.connected, detail=state.trouble or ("" if state.connected else "connecting")
    )


def _telegram(poll: Poll) -> Part:
    state = poll.state
    if state.waits_for_lease:
        return Part("telegram", well=True, detail="another process polls it")
    return Part(
        "telegram", well=state.connected, detail=state.trouble or ("" if state.connected else "connecting")
    )
