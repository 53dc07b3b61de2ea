"""The town's IMAP server: pymap, embedded in the running loop, with a mailbox for whoever signs in."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Self

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.sock import SocketInfo
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPServer
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from sandbox.archive import Archive

PASSWORD = "demo"  # the town's one password, for a sandbox on loopback
KEPT_FLAGS = frozenset(
    Flag(name) for name in (b"\\Seen", b"\\Answered", b"\\Flagged", b"\\Deleted", b"\\Draft", b"$Guichet")
)


class _Box(MailboxData):
    """A mailbox that keeps the help line's own keyword, which pymap would drop."""

    @property
    def permanent_flags(self) -> frozenset[Flag]:
        return KEPT_FLAGS


class _Doorman(Login):
    """Everybody in town has the same password, and a mailbox of their own."""

    def __init__(self, config: Config, prepare: Callable[[str], object]) -> None:
        super().__init__(config)
        self._prepare = prepare

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        name = credentials.authcid.casefold()
        known = UserMetadata(self.config, credentials.authcid, password=PASSWORD)
        if not credentials.verify(known):
            raise InvalidAuth
        self._prepare(name)
        self.users_dict.setdefault(name, UserMetadata(self.config, name, password=PASSWORD))
        return Identity(name, self, None, frozenset())


class ImapServer:
    """Mailboxes by address, served on loopback. `archive` keeps their mails over a restart."""

    def __init__(self, port: int, archive: Archive) -> None:
        self._wanted_port = port
        self._archive = archive
        self._exit = AsyncExitStack()
        self._open: set[StreamWriter] = set()
        self._config = Config(
            Namespace(proxy_protocol=None, inherited_sockets=None, passlib_cfg=None),
            demo_data=False,
            demo_user="",
            demo_password="",
            host="127.0.0.1",
            port=port,
            tls_enabled=False,
            secure_auth=False,
            invalid_user_sleep=0,
            reject_dnsbl=False,
            hash_context=Cleartext(),
        )
        self.port = port

    async def __aenter__(self) -> Self:
        self._config.apply_context()
        for address in self._archive.addresses():
            await self._restore(address)
        reader = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        pymap = IMAPServer(_Doorman(self._config, self._box), self._config)

        async def serve(reader: StreamReader, writer: StreamWriter, about: SocketInfo) -> None:
            self._open.add(writer)
            try:
                await pymap(reader, writer, about)
            finally:
                self._open.discard(writer)

        server = await asyncio.start_server(reader.get_callback(serve), "127.0.0.1", self._wanted_port)
        self._exit.callback(self._hang_up)
        self._exit.callback(server.close)
        self.port = server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._exit.aclose()

    def _hang_up(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def append(self, address: str, raw: bytes) -> None:
        """Put a mail in the inbox of `address`; whoever watches it is told at once."""
        self._archive.keep(address, raw)
        await self._put(self._box(address), raw)

    def mails(self, address: str) -> list[bytes]:
        """All mails in the inbox of `address`, oldest first."""
        if address.casefold() not in self._config.set_cache:
            return []  # to look at a mailbox does not make it
        contents = (message._content for message in self._box(address)._messages.values())  # noqa: SLF001  # a look without a client
        return [bytes(content) for content in contents if content is not None]

    def renumber(self, address: str) -> None:
        """Give the inbox a new UIDVALIDITY, as a server does that was restored from a backup."""
        self._box(address)._uid_validity = MailboxSnapshot.new_uid_validity() + 1  # noqa: SLF001  # pymap has no way to ask

    def _box(self, address: str) -> MailboxData:
        name = address.casefold()
        if name not in self._config.set_cache:
            boxes = MailboxSet()
            inbox = _Box(boxes._content_cache, boxes._thread_cache)  # noqa: SLF001  # the same wiring with another class
            inbox._uid_validity = self._archive.uid_validity(name, inbox.uid_validity)  # noqa: SLF001  # as kept
            boxes._inbox = inbox  # noqa: SLF001  # pymap has no way to say which class
            self._config.set_cache[name] = (boxes, FilterSet())
        return self._config.set_cache[name][0]._inbox  # noqa: SLF001  # a look without a client

    async def _restore(self, address: str) -> None:
        for raw in self._archive.mails(address):
            await self._put(self._box(address), raw)

    async def _put(self, box: MailboxData, raw: bytes) -> None:
        await box.append(AppendMessage(raw, datetime.now(UTC), frozenset()), recent=True)
