"""Carries stored effects out: claimed under a lease, paced, tried again, never twice on purpose."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.courier.parcels import Claimed, Lane, Later, Load, Outbox, Sent, Settlement
from bot.courier.verdicts import Patience, after_failure
from bot.errors import ProviderAway
from bot.ports import Alarm

SHORTEST_WAIT = 0.02
GRACE = 4.0
"""Seconds that parcels in hand have after `stop`: the whole stop takes under five."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Courier:
    """Serves the lanes of one outbox. Any number of couriers may serve the same one.

    `alarm` makes one alarm for each lane; `poll` and `lease` in seconds.
    """

    outbox: Outbox
    lanes: Sequence[Lane]
    alarm: Callable[[], Alarm]
    poll: float = 5.0
    lease: float = 30.0
    grace: float = GRACE
    patience: Patience = field(default_factory=Patience)
    chance: Callable[[], float] = field(default=random.random)
    sent: int = field(default=0, init=False)
    """Parcels carried so far."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is in hand is finished within `grace` seconds, or may leave again later."""
        async with asyncio.TaskGroup() as lanes:
            for lane in self.lanes:
                lanes.create_task(_LaneRound(self, lane, self.alarm(), stop).run())


@dataclass(slots=True)
class _LaneRound:
    """Round after round on one lane: settle what was carried, claim more, carry it."""

    courier: Courier
    lane: Lane
    alarm: Alarm
    stop: asyncio.Event
    settled: Sequence[Settlement] = ()

    async def run(self) -> None:
        stopped = asyncio.create_task(self.stop.wait())
        try:
            while not self.stop.is_set():
                self.alarm.clear()
                load = await self._exchanged(self.lane.most)
                if load.claimed:
                    self.settled = await self._carried(load.claimed, stopped)
                else:
                    await self._rest(load.wait, stopped)
            if self.settled:
                await self._exchanged(0)
        finally:
            stopped.cancel()

    async def _exchanged(self, most: int) -> Load:
        """One visit to the outbox. While the database is away, what was carried waits to be settled."""
        try:
            load = await self.courier.outbox.exchange(self.settled, self.lane, most)
        except ProviderAway as away:
            log.warning("no parcel is taken for now: %s", away)
            return Load((), self.courier.poll)
        self.courier.sent += sum(isinstance(each, Sent) for each in self.settled)
        self.settled = ()
        return load

    async def _rest(self, wait: float | None, stopped: asyncio.Task[bool]) -> None:
        poll = self.courier.poll
        seconds = poll if wait is None else min(poll, max(wait, SHORTEST_WAIT))
        rung = asyncio.create_task(self.alarm.wait(seconds))
        await asyncio.wait((rung, stopped), return_when=asyncio.FIRST_COMPLETED)
        rung.cancel()

    async def _carried(self, claimed: Sequence[Claimed], stopped: asyncio.Task[bool]) -> list[Settlement]:
        """All of them, whatever befalls one."""
        tasks = {asyncio.create_task(self._carry(each)): each for each in claimed}
        try:
            await self._until_done(set(tasks), [each.parcel.id for each in claimed], stopped)
        finally:
            for task in tasks:
                task.cancel()
        return [task.result() if task.done() else _cut_short(each) for task, each in tasks.items()]

    async def _until_done(
        self, pending: set[asyncio.Task[Settlement]], parcels: Sequence[int], stopped: asyncio.Task[bool]
    ) -> None:
        """The lease is renewed while a slow server has its time; after `stop` there is only grace."""
        while pending and not self.stop.is_set():
            done, _ = await asyncio.wait(
                {*pending, stopped}, timeout=self.courier.lease / 3, return_when=asyncio.FIRST_COMPLETED
            )
            pending = {task for task in pending if not task.done()}
            if not done:
                await self._hold(parcels)
        if pending:
            await asyncio.wait(pending, timeout=self.courier.grace)

    async def _hold(self, parcels: Sequence[int]) -> None:
        try:
            await self.courier.outbox.hold(parcels)
        except ProviderAway as away:
            log.warning("the lease could not be renewed: %s", away)

    async def _carry(self, claimed: Claimed) -> Settlement:
        parcel = claimed.parcel
        try:
            return Sent(parcel, await self.lane.carrier.carry(parcel))
        except Exception as error:  # noqa: BLE001  # Whatever one parcel does, the others are carried.
            settlement = after_failure(claimed, error, self.courier.patience, self.courier.chance())
            log.warning("parcel %d, try %d: %s", parcel.id, parcel.attempts, settlement.error)
            return settlement


def _cut_short(claimed: Claimed) -> Later:
    """Stopped in the middle: it may have left, so that the next try has the same key."""
    return Later(claimed.parcel, "the courier was stopped", 0.0, doubtful=claimed.doubtful)
