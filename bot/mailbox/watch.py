"""Watching one mailbox: a push wakes, the ledger decides, a sweep finds what a push forgot.

Whatever happens to the connection, the position in the ledger says where to go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.errors import GuichetError
from bot.mailbox import fetch, staff
from bot.mailbox.answers import Listed, Opened, imap_date
from bot.mailbox.imap import FolderMissing, Session, SignInBroken, SignInRefused
from bot.mailbox.pace import Pace
from bot.mailbox.receive import Receiver
from bot.mailbox.whom import Refusal
from bot.ports import FetchedMail, MailLedger, MailPosition
from bot.settings import MailServer, Waits

WINDOW = timedelta(days=3)
"""How far back a sweep looks for mails that no push told of."""
KEYWORD = "$Guichet"
"""A mark for people and other programs; the ledger alone is believed."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class WatchState:
    """How the watch is, for /readyz. Times are aware, UTC."""

    connected: bool = False
    trouble: str = ""
    """Why it is not connected: one line, no personal data."""
    waits_for_lease: bool = False
    """Another process watches this mailbox: all is well."""
    last_push: datetime | None = None
    last_sweep: datetime | None = None
    reconnects: int = 0

    @property
    def well(self) -> bool:
        return self.connected or self.waits_for_lease


@dataclass(slots=True)
class Watch:
    """Watches `server`'s folder until cancelled."""

    server: MailServer
    ledger: MailLedger
    receiver: Receiver
    waits: Waits
    answer_old: bool = False
    """Whether mails that lay there before the first sight are answered too."""
    pace: Pace = field(default_factory=Pace)
    timeout: float = 20.0
    state: WatchState = field(default_factory=WatchState)
    _broken: int = 0
    """Sign-ins in a row in which the line broke."""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        return mailbox_name(self.server)

    async def run(self) -> None:
        """Fetch and handle mail until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._fetch_forever())
                tasks.create_task(self._handle_forever())
        finally:
            self.state.connected = False
            with contextlib.suppress(GuichetError):
                await self.ledger.let_go(self.name)

    async def _handle_forever(self) -> None:
        """Handle what the ledger holds, also when the mailbox itself is away."""
        while True:
            self._woken.clear()
            try:
                await self.receiver.handle_all()
            except GuichetError as error:
                log.warning("mails wait in the ledger: %s", error)
            try:
                async with asyncio.timeout(self.waits.poll):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _fetch_forever(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self._connect_and_follow()
                wait = min(self.waits.poll, self.waits.lease / 3)
            except SignInBroken as error:
                self._broken += 1
                log.warning("%s", error)
                lived = time.monotonic() - began
                pause = self.pace.after_refusal() if self._broken > 1 else self.pace.after_trouble(lived)
                wait = self._troubled(error, pause)
            except (SignInRefused, FolderMissing) as error:
                log.error("%s; trying again in some minutes", error)  # noqa: TRY400  # its one line says it all
                wait = self._troubled(error, self.pace.after_refusal())
            except GuichetError as error:
                log.warning("the mailbox is away: %s", error)
                wait = self._troubled(error, self.pace.after_trouble(time.monotonic() - began))
            await asyncio.sleep(wait)

    def _troubled(self, error: GuichetError, wait: float) -> float:
        self.state.connected, self.state.trouble = False, str(error)
        self.state.reconnects += 1
        return wait

    async def _connect_and_follow(self) -> None:
        """One connection's life. Returns only when another process holds the lease."""
        self.state.waits_for_lease = not await self.ledger.hold(self.name)
        if self.state.waits_for_lease:
            return
        async with Session(self.server, timeout=self.timeout) as session:
            following = asyncio.create_task(self._follow(session))
            holding = asyncio.create_task(self._keep_lease())
            try:
                await asyncio.wait({following, holding}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (following, holding):
                    task.cancel()
                ended = await asyncio.gather(following, holding, return_exceptions=True)
                self.state.connected = False
            for outcome in ended:
                if isinstance(outcome, Exception):
                    raise outcome

    async def _keep_lease(self) -> None:
        while await self.ledger.hold(self.name):  # noqa: ASYNC110  # time itself is awaited: the lease runs out
            await asyncio.sleep(self.waits.lease / 3)

    async def _follow(self, session: Session) -> None:
        opened = await session.select(self.server.folder)
        position = await self._position(session, opened)
        self.state.connected, self.state.trouble, self._broken = True, "", 0
        cursor = position.last_uid
        swept = float("-inf")
        while True:
            cursor = await self._catch_up(session, opened.uid_validity, cursor)
            if time.monotonic() - swept >= self.waits.sweep:
                await self._sweep(session, opened.uid_validity)
                swept = time.monotonic()
                continue  # What arrived during the sweep may have been told of in its answers.
            left = self.waits.sweep - (time.monotonic() - swept)
            if await self._pushed(session, max(0.1, min(self.waits.idle_renewal, left))):
                self.state.last_push = datetime.now(UTC)

    async def _pushed(self, session: Session, seconds: float) -> bool:
        if session.can_idle:
            return await session.wait_for_push(seconds)
        await asyncio.sleep(min(seconds, self.waits.poll))
        return False

    async def _position(self, session: Session, opened: Opened) -> MailPosition:
        position = await self.ledger.position(self.name)
        if position is not None and position.uid_validity == opened.uid_validity:
            return position
        following = opened.uid_next or max(await session.search("ALL"), default=0) + 1
        if position is not None:
            await self._rescan(session, opened.uid_validity, position, following)
        elif self.answer_old:
            following = 1
        else:
            # Before the position is kept: falling over here means a first sight again.
            await self._pass_over_old(session, opened.uid_validity, following)
        return await self.ledger.begin(self.name, opened.uid_validity, following - 1)

    async def _pass_over_old(self, session: Session, uid_validity: int, following: int) -> None:
        recent = await session.search("SINCE", imap_date(datetime.now(UTC) - WINDOW - timedelta(days=2)))
        old = [uid for uid in recent if uid < following]
        for start in range(0, len(old), 1000):
            reason = Refusal.BEFORE_FIRST_SIGHT.value
            await self.ledger.pass_over(self.name, uid_validity, old[start : start + 1000], reason)

    async def _rescan(self, session: Session, validity: int, position: MailPosition, following: int) -> None:
        """A new numbering: look at all recent mails again; the content key knows those handled before."""
        log.warning("the mailbox numbers its mails anew (UIDVALIDITY): recent ones are compared by content")
        since = min(
            datetime.now(UTC) - WINDOW, (position.swept_at or position.first_seen_at) - timedelta(days=1)
        )
        found = await session.search("SINCE", imap_date(since))
        uids = [uid for uid in found if uid < following]
        missing = await self._unknown(validity, uids)
        await self._fetch(session, validity, missing, not_before=position.first_seen_at)

    async def _catch_up(self, session: Session, uid_validity: int, cursor: int) -> int:
        # "n:*" always holds the newest mail, even one below n (RFC 3501 6.4.8).
        found = await session.search("UID", f"{cursor + 1}:*")
        new = [uid for uid in found if uid > cursor]
        await self._fetch(session, uid_validity, new)
        return max(new, default=cursor)

    async def _sweep(self, session: Session, uid_validity: int) -> None:
        found = await session.search("SINCE", imap_date(datetime.now(UTC) - WINDOW))
        await self._fetch(session, uid_validity, await self._unknown(uid_validity, found))
        await staff.sweep(session, self.ledger, self.name, self.receiver.ourselves, self.server.folder)
        await self.ledger.swept(self.name)
        self.state.last_sweep = datetime.now(UTC)

    async def _unknown(self, uid_validity: int, uids: Sequence[int]) -> list[int]:
        missing: list[int] = []
        for start in range(0, len(uids), 500):
            missing += await self.ledger.unknown(self.name, uid_validity, uids[start : start + 500])
        return missing

    async def _fetch(
        self, session: Session, uid_validity: int, uids: Sequence[int], not_before: datetime | None = None
    ) -> None:
        """Fetch and record; the cursor passes a batch only when all of it stands in the ledger."""
        for batch in fetch.batches(uids):
            listed = await session.list_mails(batch)
            if not_before is not None:
                listed = await self._without_old(listed, uid_validity, not_before)
            recorded = 0
            async for mails in fetch.mails(session, listed):
                recorded = await self._record(session, uid_validity, mails) or recorded
            if recorded < batch[-1]:  # the last ones vanished before they were fetched
                await self.ledger.record(self.name, uid_validity, (), batch[-1])

    async def _record(self, session: Session, uid_validity: int, mails: Sequence[FetchedMail]) -> int:
        """Keep these mails and wake who handles them; the last UID, 0 where there is none."""
        if not mails:
            return 0
        await self.ledger.record(self.name, uid_validity, mails, mails[-1].uid)
        self._woken.set()
        await session.mark([mail.uid for mail in mails], KEYWORD)
        return mails[-1].uid

    async def _without_old(
        self, listed: Sequence[Listed], uid_validity: int, not_before: datetime
    ) -> list[Listed]:
        old = [each.uid for each in listed if each.received_at and each.received_at < not_before]
        if old:
            reason = Refusal.BEFORE_FIRST_SIGHT.value
            await self.ledger.pass_over(self.name, uid_validity, old, reason)
        return [each for each in listed if each.uid not in old]


def mailbox_name(server: MailServer) -> str:
    """What the ledger calls a mailbox."""
    return f"{server.user}@{server.host}/{server.folder}"
