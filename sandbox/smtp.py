"""The town's SMTP server: takes any mail for anybody in town and delivers it at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.border import stamped
from sandbox.imap import PASSWORD

LARGEST = 40 * 1024 * 1024
Deliver = Callable[[str, bytes], Awaitable[None]]


class SmtpServer:
    """Delivers through `deliver(address, raw)`. `refusals` maps addresses to the answer they give to RCPT."""

    def __init__(self, port: int, deliver: Deliver, refusals: Mapping[str, str]) -> None:
        self.port = port
        self._deliver = deliver
        self._refusals = refusals
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._server is not None:
            self._server.close()

    def _session(self) -> SMTP:
        return SMTP(
            self,
            hostname="town.example",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            authenticator=_authenticate,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

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
        raw = stamped(content, envelope.mail_from, signed_in)
        for address in dict.fromkeys(envelope.rcpt_tos):
            await self._deliver(address, raw)
        return "250 OK: delivered"


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
) -> AuthResult:
    if not isinstance(given, LoginPassword) or given.password != PASSWORD.encode():
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=given.login.decode("utf-8", "replace"))
