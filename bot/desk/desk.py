"""Turn after turn: whoever waits longest is served first, until nobody waits."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from bot.desk.work import Decide, Inbox, Taken, TurnFailed
from bot.errors import ProviderAway
from bot.ports import Alarm

MOST = 32
"""Turns that share a commit under load."""
SHORTEST_WAIT = 0.02
"""Seconds before looking again at work that another process holds."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Desk:
    """Serves an inbox. Any number of desks may serve the same one. `poll`: seconds between looks at rest."""

    inbox: Inbox
    decide: Decide
    alarm: Alarm
    poll: float = 5.0
    most: int = MOST
    turns: int = field(default=0, init=False)
    """Turns handled so far."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is in hand is finished. A database that is away is waited for."""
        waiting = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self.alarm.clear()
                await self._rest(await self._served(), waiting)
        finally:
            waiting.cancel()

    async def turn(self) -> Taken:
        """All that one visit to the inbox can do. Raises ProviderAway."""
        try:
            taken = await self.inbox.take(self.decide, self.most)
        except TurnFailed as failed:
            taken = await self._one_by_one(failed)
        self.turns += taken.handled
        return taken

    async def _served(self) -> float:
        """One visit; the seconds to rest after it."""
        try:
            taken = await self.turn()
        except ProviderAway as away:
            log.warning("no turn is taken for now: %s", away)
            return self.poll
        if taken.handled or taken.failed:
            return 0.0
        return self.poll if taken.wait is None else min(self.poll, max(taken.wait, SHORTEST_WAIT))

    async def _one_by_one(self, failed: TurnFailed) -> Taken:
        """Which of them was it? Each has a commit of its own now, and a failure counts for its row."""
        if len(failed.rows) == 1:
            await self.inbox.stumbled(failed.rows[0], failed.reason)
            return Taken(0, failed=1)
        handled = stumbles = 0
        for _ in failed.rows:
            try:
                taken = await self.inbox.take(self.decide, 1)
            except TurnFailed as again:
                taken = await self._one_by_one(again)
            handled += taken.handled
            stumbles += taken.failed
        return Taken(handled, failed=stumbles)

    async def _rest(self, seconds: float, stopped: asyncio.Task[bool]) -> None:
        if not seconds:
            return
        rung = asyncio.create_task(self.alarm.wait(seconds))
        await asyncio.wait((rung, stopped), return_when=asyncio.FIRST_COMPLETED)
        rung.cancel()
