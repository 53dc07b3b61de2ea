"""The mail of the town: one SMTP and one IMAP server on loopback, and a mailbox for everybody."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from sandbox.archive import Archive
from sandbox.imap import ImapServer
from sandbox.smtp import SmtpServer


class MailTown:
    """`async with MailTown() as town`: both servers up on free ports, or on those given.

    Any address has a mailbox; its owner signs in with the address and the password `demo`.
    """

    def __init__(self, imap_port: int = 0, smtp_port: int = 0, directory: Path | None = None) -> None:
        self._exit = AsyncExitStack()
        self._imap = ImapServer(imap_port, Archive(directory))
        self.refusals: dict[str, str] = {}
        """Addresses that refuse mail, with the SMTP answer: "550 5.1.1 no such user"."""
        self.bounces: dict[str, str] = {}
        """Addresses whose mail is taken and then comes back, with the status of the report: "5.1.1"."""
        self._smtp = SmtpServer(smtp_port, self.append, self.refusals, self.bounces)
        self._arrived = asyncio.Condition()

    @property
    def imap_port(self) -> int:
        return self._imap.port

    @property
    def smtp_port(self) -> int:
        return self._smtp.port

    async def __aenter__(self) -> Self:
        await self._exit.enter_async_context(self._imap)
        await self._exit.enter_async_context(self._smtp)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._exit.aclose()

    async def append(self, address: str, raw: bytes) -> None:
        """Put a mail in a mailbox, as if it had been delivered."""
        await self._imap.append(address, raw)
        async with self._arrived:
            self._arrived.notify_all()

    def mails(self, address: str) -> list[bytes]:
        """All mails of a mailbox, oldest first."""
        return self._imap.mails(address)

    async def wait_for(self, address: str, count: int, patience: float = 30) -> list[bytes]:
        """All mails of a mailbox once there are `count`. Raises TimeoutError after `patience` seconds."""
        async with asyncio.timeout(patience), self._arrived:
            await self._arrived.wait_for(lambda: len(self.mails(address)) >= count)
        return self.mails(address)

    async def changed(self) -> None:
        """Wait for the next mail, whosever it is."""
        async with self._arrived:
            await self._arrived.wait()

    def renumber(self, address: str) -> None:
        """Change the UIDVALIDITY of an inbox."""
        self._imap.renumber(address)
