"""Sending mail: one connection, kept while there is work, and every answer of the server sorted."""

from __future__ import annotations

import asyncio
import contextlib
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.settings import MailServer

IDLE_SECONDS = 30.0
TIMEOUT_SECONDS = 30.0
AUTH_WAIT_SECONDS = 300.0
"""A refused password stays refused: asking again soon only locks the account."""


class Post:
    """Hands mails to the SMTP server, one at a time. After any error the next mail gets a new connection."""

    def __init__(
        self, server: MailServer, *, idle: float = IDLE_SECONDS, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._server = server
        self._idle = idle
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._client: SMTP | None = None
        self._idle_close: asyncio.TimerHandle | None = None

    async def post(self, message: EmailMessage) -> None:
        """Send `message` from its From to its To.

        Raises ProviderAway (try again later: surely not sent), ProviderRefused (never: surely not
        sent) or OutcomeUnknown (the line broke after the message was handed over).
        """
        sender, to, raw = str(message["From"]), str(message["To"]), bytes(message)
        async with self._turn:
            self._keep_open()
            try:
                client = await self._addressed(sender, to)
                await self._hand_over(client, raw)
            except BaseException:
                self._drop()
                raise
            self._close_when_idle()

    async def try_connection(self, sender: str) -> None:
        """Connect and log in, nothing more. Raises ProviderAway or ProviderRefused."""
        async with self._turn:
            self._keep_open()
            await self._connected(sender)
            await self._quit()

    async def close(self) -> None:
        """Say goodbye after the mail under way, if any."""
        async with self._turn:
            self._keep_open()
            await self._quit()

    async def _connected(self, sender: str) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        self._drop()
        client = self._new_client(sender)
        where = f"{self._server.host}:{self._server.port}"
        try:
            await client.connect()
        except SMTPAuthenticationError as error:
            raise ProviderAway(
                f"the mail server {where} refuses the user name or password ({error.code})", AUTH_WAIT_SECONDS
            ) from error
        except SMTPNotSupported as error:
            raise ProviderRefused(
                f"the mail server {where} lacks the encryption or login asked for"
            ) from error
        except (SMTPException, OSError) as error:
            raise ProviderAway(f"the mail server {where} does not answer: {type(error).__name__}") from error
        self._client = client
        return client

    def _new_client(self, sender: str) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            # Left to itself the library asks the resolver for this machine's name.
            local_hostname=sender.rpartition("@")[2] or "localhost",
            timeout=self._timeout,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
        )

    async def _addressed(self, sender: str, to: str) -> SMTP:
        """A connection that took the envelope; a kept one that the server closed meanwhile is renewed."""
        was_kept = self._client is not None
        client = await self._connected(sender)
        try:
            await _envelope(client, sender, to)
        except (SMTPServerDisconnected, OSError) as error:
            if not was_kept:
                raise _sorted(error) from error
        except SMTPException as error:
            raise _sorted(error) from error
        else:
            return client
        self._drop()
        return await self._addressed(sender, to)

    async def _hand_over(self, client: SMTP, raw: bytes) -> None:
        try:
            await client.data(raw)
        except SMTPResponseException as error:
            raise _sorted(error) from error
        except (SMTPException, OSError) as error:
            raise OutcomeUnknown(
                f"the line broke while the mail was handed over: {type(error).__name__}"
            ) from error

    async def _quit(self) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await client.quit(timeout=2)
            client.close()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _close_when_idle(self) -> None:
        self._idle_close = asyncio.get_running_loop().call_later(self._idle, self._drop_if_idle)

    def _drop_if_idle(self) -> None:
        if not self._turn.locked():
            self._drop()

    def _keep_open(self) -> None:
        if self._idle_close is not None:
            self._idle_close.cancel()
            self._idle_close = None


async def _envelope(client: SMTP, sender: str, to: str) -> None:
    await client.mail(sender)
    await client.rcpt(to)


def _sorted(error: SMTPException | OSError) -> ProviderAway | ProviderRefused:
    """4xx and broken lines: later. 5xx: never. The server's own text may hold addresses: it is left out."""
    if isinstance(error, SMTPResponseException) and error.code >= 500:
        whom = "the recipient" if isinstance(error, SMTPRecipientRefused) else "the mail"
        return ProviderRefused(f"the mail server refuses {whom} ({error.code})")
    code = f" ({error.code})" if isinstance(error, SMTPResponseException) else f": {type(error).__name__}"
    return ProviderAway(f"the mail server says later{code}")
