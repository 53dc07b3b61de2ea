"""aioimaplib behind a guard. Nothing else of the project talks to it.

What the library leaves to its user: a lost connection wakes no waiting call, several calls have no
time-out, a call that timed out poisons the connection, more than about a thousand response lines
end in RecursionError, and its debug log prints mails. Here every call races against the loss and a
clock, and whatever goes wrong ends the session.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import ssl
from collections.abc import Awaitable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from aioimaplib import aioimaplib

from bot.errors import GuichetError, ProviderAway
from bot.mailbox import answers
from bot.mailbox.answers import Listed, Opened, quoted_folder, uid_set
from bot.settings import MailServer

TIMEOUT_SECONDS = 20.0
DONE_SECONDS = 10.0
"""How long the end of an IDLE may take: the probe for a line that swallows everything."""
PART_BYTES = 512 * 1024
"""How much is fetched of a mail above the cap: its head and the beginning of its body."""

Answer = TypeVar("Answer")
_EXISTS = re.compile(rb"\* \d+ EXISTS")
_FAREWELL = re.compile(rb"(?:\* )?(?:BYE|NO|BAD)\b", re.IGNORECASE)


class Lost(ProviderAway):
    """The connection is gone, silent or beyond repair: open a new session."""


class SignInRefused(ProviderAway):
    """The server turned us away: asking again soon would only lock the account."""


class SignInBroken(SignInRefused):
    """The line broke while signing in: chance, the first time."""


class FolderMissing(GuichetError):
    """The folder of the setting does not exist, or may not be read."""


class _Protocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]  # the library is published without types
    """The library's protocol, telling of every loss instead of leaving its callers asleep."""

    def __init__(self, loop: asyncio.AbstractEventLoop, lost: asyncio.Future[str]) -> None:
        super().__init__(loop)
        self._lost = lost
        self.turned_away = False
        """Whether the server greeted us with a refusal, or with something that is no IMAP."""
        self.news = False
        """Whether the server told of mail since the last search, in whatever answer it stood."""

    def lose(self, why: str) -> None:
        if not self._lost.done():
            self._lost.set_result(why)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lose("the server closed the line" if exc is None else f"the line broke ({type(exc).__name__})")

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except Exception as error:  # noqa: BLE001  # The library raises what it likes, RecursionError included.
            self.lose(f"the server's answer could not be read ({type(error).__name__})")
            self.transport.abort()

    def _untagged_response(self, line: bytes) -> Any:
        # Told in the middle of another command's answer, the library forgets it.
        self.news = self.news or _EXISTS.match(line) is not None
        return super()._untagged_response(line)

    async def welcome(self, command: bytes) -> None:
        try:
            await super().welcome(command)
        except Exception as error:  # noqa: BLE001  # Raised in a task of the library's that nobody awaits.
            self.turned_away = True
            self.lose(f"the server turned us away at the door ({type(error).__name__})")


class _Client(aioimaplib.IMAP4):  # type: ignore[misc]  # the library is published without types
    def __init__(self, server: MailServer, lost: asyncio.Future[str], timeout: float) -> None:
        self._lost = lost
        context = ssl.create_default_context() if server.security == "tls" else None
        super().__init__(server.host, server.port, timeout=timeout, ssl_context=context)

    def create_client(
        self, host: str, port: int, loop: Any, conn_lost_cb: Any = None, ssl_context: Any = None
    ) -> None:
        del conn_lost_cb  # This protocol tells of the loss by itself.
        loop = loop or asyncio.get_running_loop()
        self.protocol = _Protocol(loop, self._lost)
        connection = loop.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        self._client_task = loop.create_task(connection)


class Session:
    """One connection, signed in. Every method raises Lost when it is of no more use."""

    def __init__(self, server: MailServer, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout = timeout
        self._done = min(timeout, DONE_SECONDS)
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        # Its debug log prints mails, its info log lines it did not understand.
        logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.WARNING)
        self._client = _Client(server, self._lost, timeout)
        self.can_idle = False

    async def __aenter__(self) -> Self:
        try:
            await self._sign_in()
        except BaseException:
            self.abort()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and not self._lost.done():
            with contextlib.suppress(Lost):
                await self._guarded(self._client.logout(), 2.0)
        self.abort()

    async def _sign_in(self) -> None:
        where = f"{self._server.host}:{self._server.port}"
        try:
            await self._guarded(self._client.wait_hello_from_server())
        except Lost as error:
            # A server that is down, or the proxy before it, comes back soon; one that says BYE may not.
            kind = SignInRefused if self._client.protocol.turned_away else Lost
            raise kind(f"the mailbox server {where} does not answer: {error}") from error
        user, password = self._server.user, self._server.password
        try:
            answer = await self._guarded(self._client.login(aioimaplib.quoted(user), password))
            if answer.result == "OK":
                await self._guarded(self._client.protocol.capability())
        except Lost as error:
            raise SignInBroken(f"the mailbox server {where} broke off while we signed in: {error}") from error
        if answer.result != "OK":
            raise SignInRefused(f"the mailbox server {where} refuses the user name or password")
        self.can_idle = self._client.has_capability("IDLE")

    async def select(self, folder: str, *, raw: bool = False) -> Opened:
        """Open a folder; `raw` names come from the server and are encoded already. Raises FolderMissing."""
        name = f'"{folder}"' if raw else quoted_folder(folder)
        answer = await self._guarded(self._client.select(name))
        if answer.result != "OK":
            raise FolderMissing(f"the mailbox has no folder {folder}, or this user may not read it")
        return answers.opened(answer.lines)

    async def sent_folder(self, usual: Sequence[str]) -> str | None:
        """The wire name of the folder of sent mails: marked so (RFC 6154), or named as `usual`."""
        answer = await self._guarded(self._client.list('""', '"*"'))
        return answers.sent_folder(answer.lines, usual)

    async def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The fields that tie mails to a thread, by UID."""
        items = "(UID BODY.PEEK[HEADER.FIELDS (Message-ID In-Reply-To References)])"
        return dict(answers.bodies((await self._fetched(uids, items)).lines))

    async def search(self, *criteria: str) -> list[int]:
        """UIDs that meet the criteria (RFC 3501 6.4.4), ascending."""
        self._client.protocol.news = False
        answer = await self._checked(self._client.uid_search(*criteria, charset=None))
        return answers.searched(answer.lines)

    async def list_mails(self, uids: Sequence[int]) -> list[Listed]:
        """Size and time of arrival of at most 50 mails."""
        answer = await self._fetched(uids, "(UID RFC822.SIZE INTERNALDATE)")
        return answers.listed(answer.lines)

    async def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Whole raw mails, unread as they were, by UID. The caller keeps batches small."""
        return dict(answers.bodies((await self._fetched(uids, "(UID BODY.PEEK[])")).lines))

    async def beginning(self, uid: int) -> dict[int, bytes]:
        """The first PART_BYTES of one mail."""
        return dict(answers.bodies((await self._fetched([uid], f"(UID BODY.PEEK[]<0.{PART_BYTES}>)")).lines))

    async def mark(self, uids: Sequence[int], keyword: str) -> None:
        """Set a keyword: a hint for people and programs, nothing more; a server that refuses is let alone."""
        await self._guarded(self._client.uid("store", uid_set(uids), "+FLAGS.SILENT", f"({keyword})"))

    async def wait_for_push(self, seconds: float) -> bool:
        """IDLE for at most so long (RFC 2177). True when the server told of mail since the last search."""
        if self._client.protocol.news:
            return True
        idle = await self._guarded(self._client.idle_start(timeout=seconds + self._timeout))
        try:
            async with asyncio.timeout(seconds):
                pushed = await self._pushed()
        except TimeoutError:
            pushed = False
        self._client.idle_done()
        await self._guarded(idle, self._done)
        return pushed

    async def _pushed(self) -> bool:
        while True:
            lines = await self._guarded(self._client.protocol.idle_queue.get(), None)
            pushes = [bytes(line) for line in lines] if isinstance(lines, list) else []
            if any(_FAREWELL.match(line) for line in pushes):
                raise self._end("the server said goodbye")
            if any(b"EXISTS" in line for line in pushes):
                return True

    async def _fetched(self, uids: Sequence[int], items: str) -> Any:
        return await self._checked(self._client.uid("fetch", uid_set(uids), items))

    async def _checked(self, call: Awaitable[Any]) -> Any:
        answer = await self._guarded(call)
        if answer.result != "OK":
            raise self._end(f"the server answered {answer.result}")
        return answer

    async def _guarded(self, call: Awaitable[Answer], seconds: float | None = 0.0) -> Answer:
        """The call's answer, unless the line is lost or the clock runs out first: both end the session."""
        task: asyncio.Future[Answer] = asyncio.ensure_future(call)
        race: set[asyncio.Future[Any]] = {task, self._lost}
        try:
            limit = self._timeout if seconds == 0.0 else seconds
            await asyncio.wait(race, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and not task.cancelled() and task.exception() is None:
                return task.result()
        finally:
            if not task.done():
                task.cancel()
        if not task.done():
            raise self._end(self._lost.result() if self._lost.done() else "no answer in time")
        error = None if task.cancelled() else task.exception()
        raise self._end(_reason(error)) from error

    def _end(self, why: str) -> Lost:
        self.abort()
        return Lost(why)

    def abort(self) -> None:
        """Drop the connection without ceremony. May be called twice."""
        protocol = self._client.protocol
        protocol.lose("dropped")
        self._client._client_task.cancel()  # noqa: SLF001  # the library never ends it
        if protocol.transport is not None:
            protocol.transport.abort()
        for task in (*protocol.tasks, *self._client.tasks):
            task.cancel()


def _reason(error: BaseException | None) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"no trust in its certificate or encryption ({error.reason})"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__
