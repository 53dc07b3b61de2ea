"""A mail ledger in memory: the contract of the real one, without a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.ports import FetchedMail, MailPosition, ReadMail, Undeliverable, WaitingMail


@dataclass
class Row:
    mailbox: str
    uid_validity: int
    uid: int
    content_key: str
    message_id: str
    mail: FetchedMail | None
    state: str
    reason: str = ""
    attempts: int = 0
    read: ReadMail | None = None


class MemoryLedger:
    """Implements ports.MailLedger; `changed` is notified of every change."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.positions: dict[str, MailPosition] = {}
        self.holders: dict[str, object] = {}
        self.reports: list[Undeliverable] = []
        self.staff: list[tuple[str, int]] = []
        self.changed = asyncio.Condition()
        self.spoiled: Callable[[ReadMail], bool] = lambda _: False
        """Mails whose transaction fails."""

    async def until(self, holds: Callable[[], bool], patience: float = 20) -> None:
        async with asyncio.timeout(patience), self.changed:
            await self.changed.wait_for(holds)

    def texts(self) -> list[str]:
        """What was queued, in the order it was."""
        return [row.read.arrival.said.text for row in self.rows if row.read is not None]

    def reasons(self) -> list[str]:
        return [row.reason for row in self.rows if row.reason]

    async def hold(self, mailbox: str) -> bool:
        return self.holders.setdefault(mailbox, self) is self

    async def let_go(self, mailbox: str) -> None:
        if self.holders.get(mailbox) is self:
            del self.holders[mailbox]

    async def position(self, mailbox: str) -> MailPosition | None:
        return self.positions.get(mailbox)

    async def begin(self, mailbox: str, uid_validity: int, last_uid: int) -> MailPosition:
        known = self.positions.get(mailbox)
        first_seen_at = known.first_seen_at if known else datetime.now(UTC)
        position = MailPosition(uid_validity, last_uid, first_seen_at, known.swept_at if known else None)
        self.positions[mailbox] = position
        await self._tell()
        return position

    async def unknown(self, mailbox: str, uid_validity: int, uids: Sequence[int]) -> list[int]:
        here = {row.uid for row in self.rows if (row.mailbox, row.uid_validity) == (mailbox, uid_validity)}
        return [uid for uid in uids if uid not in here]

    async def record(self, mailbox: str, uid_validity: int, mails: Sequence[FetchedMail], up_to: int) -> None:
        for mail in mails:
            if not await self.unknown(mailbox, uid_validity, [mail.uid]):
                continue
            known = any(row.content_key == mail.content_key for row in self.rows)
            state, reason = ("duplicate", "duplicate") if known else ("fetched", "")
            key = mail.content_key
            self.rows.append(Row(mailbox, uid_validity, mail.uid, key, mail.message_id, mail, state, reason))
        position = self.positions.get(mailbox)
        if position and position.uid_validity == uid_validity and position.last_uid < up_to:
            self.positions[mailbox] = replace(position, last_uid=up_to)
        await self._tell()

    async def pass_over(self, mailbox: str, uid_validity: int, uids: Sequence[int], reason: str) -> None:
        for uid in await self.unknown(mailbox, uid_validity, uids):
            key = f"unread:{mailbox}:{uid_validity}:{uid}"
            self.rows.append(Row(mailbox, uid_validity, uid, key, "", None, "skipped", reason))
        await self._tell()

    async def swept(self, mailbox: str) -> None:
        self.positions[mailbox] = replace(self.positions[mailbox], swept_at=datetime.now(UTC))
        await self._tell()

    async def take(self, mailbox: str, most: int = 1) -> list[WaitingMail]:
        taken: list[WaitingMail] = []
        for number, row in enumerate(self.rows):
            if row.state == "fetched" and row.mailbox == mailbox and row.mail is not None:
                if taken and (row.attempts or len(taken) == most):
                    break
                row.attempts += 1
                same = {each.content_key for each in self.rows if each.message_id == row.message_id}
                taken.append(
                    WaitingMail(
                        id=number,
                        raw=row.mail.raw,
                        whole=row.mail.size <= len(row.mail.raw),
                        received_at=row.mail.received_at,
                        attempts=row.attempts,
                        content_key=row.content_key,
                        repeated=bool(row.message_id) and len(same) > 1,
                    )
                )
                if row.attempts > 1:
                    break
        return taken

    async def skip(self, mail: int, reason: str, sender: str | None) -> None:
        del sender
        await self._settle(mail, "skipped", reason)

    async def quarantine(self, mail: int, reason: str) -> None:
        await self._settle(mail, "quarantined", reason)

    async def queue(self, batch: Sequence[tuple[int, ReadMail]]) -> list[str]:
        if any(self.spoiled(read) for _, read in batch):
            raise RuntimeError("one of these cannot be handled")
        for mail, read in batch:
            self.rows[mail].read = read
            await self._settle(mail, "queued", "")
        return [""] * len(batch)

    async def bounced(self, mail: int, report: Undeliverable) -> None:
        self.reports.append(report)
        await self._settle(mail, "skipped", "bounce")

    async def staff_wrote(
        self, mailbox: str, uid_validity: int, uid: int, message_id: str, case: int
    ) -> None:
        await self.pass_over(mailbox, uid_validity, [uid], "staff")
        self.staff.append((message_id, case))
        await self._tell()

    async def _settle(self, mail: int, state: str, reason: str) -> None:
        self.rows[mail].state, self.rows[mail].reason = state, reason
        await self._tell()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()
