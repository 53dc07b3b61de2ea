"""Lines and servers that fail to order, and count who comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail import MailTown
from sandbox.proxy import Proxy
from tests.e2e.process import Counted


class Line(Proxy):
    """A proxy that counts its connections."""

    def __init__(self, target: int) -> None:
        super().__init__(target)
        self.connections = Counted()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.connections.one()
        await super()._serve(reader, writer)


class MoodySmtp:
    """The way out of the bot: an SMTP server that delivers to the town, and fails as told."""

    def __init__(self, town: MailTown) -> None:
        self._town = town
        self._server: asyncio.Server | None = None
        self.port = 0
        self.away = False
        """Hang up on whoever comes."""
        self.hangs_up_after: Callable[[bytes], bool] = lambda _raw: False
        """Which mails are taken and delivered, but never acknowledged: the line breaks instead."""
        self.callers = Counted()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._server is not None:
            self._server.close()

    def _session(self) -> SMTP:
        return SMTP(self, hostname="moody.example", loop=asyncio.get_running_loop())

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        await self.callers.one()
        session.host_name = hostname
        if self.away:
            _hang_up(server)
        return responses

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        raw = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            await self._town.append(address, raw)
        if self.hangs_up_after(raw):
            _hang_up(server)
        return "250 OK"


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()
