"""The town's SMTP server: takes any mail for anybody in town and delivers it at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.border import stamped
from sandbox.bounce import returned
from sandbox.imap import PASSWORD

LARGEST = 40 * 1024 * 1024
Deliver = Callable[[str, bytes], Awaitable[None]]


class SmtpServer:
    """Delivers through `deliver(address, raw)`.

    `refusals` maps addresses to the answer they give to RCPT; `bounces` maps addresses whose mail is taken
    and then returned to the status that the report gives (RFC 3463).
    """

    def __init__(
        self, port: int, deliver: Deliver, refusals: Mapping[str, str], bounces: Mapping[str, str]
    ) -> None:
        self.port = port
        self._bounces = bounces
        self._open: WeakSet[SMTP] = WeakSet()
        self._deliver = deliver
        self._refusals = refusals
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        # Its warnings quote lines of the mail that it did not understand.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._server is not None:
            self._server.close()
        for session in tuple(self._open):
            if isinstance(session.transport, asyncio.WriteTransport):
                session.transport.abort()

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            hostname="town.example",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            authenticator=_authenticate,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )
        self._open.add(session)
        return session

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._refusals.get(address.casefold())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        content = envelope.original_content or b""
        signed_in = session.auth_data if session.authenticated else None
        # aiosmtpd gives the null sender as "<>".
        sender = (envelope.mail_from or "").removeprefix("<").removesuffix(">")
        raw = stamped(content, sender, signed_in)
        for address in dict.fromkeys(envelope.rcpt_tos):
            status = self._bounces.get(address.casefold())
            if status is None:
                await self._deliver(address, raw)
            elif sender:  # the null sender is never told (RFC 5321 6.1)
                report = returned(raw, sender, address, status)
                await self._deliver(sender, stamped(report, None, None))
        return "250 OK: delivered"


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
) -> AuthResult:
    if not isinstance(given, LoginPassword) or given.password != PASSWORD.encode():
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=given.login.decode("utf-8", "replace"))
