"""Servers that misbehave to order, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.settings import MailServer

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ADDRESS, PASSWORD = "portail.famille@cepeo.example", "demo"


async def eventually(holds: Callable[[], object], patience: float = 20) -> None:
    """Wait for something that tells nobody when it happens."""
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110  # what is asked has no event to wait for
            await asyncio.sleep(0.01)


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[int]:
    """A server that plays `script` for each connection; yields its port."""
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            running.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def at_port(port: int, *, user: str = ADDRESS, password: str = PASSWORD, folder: str = "INBOX") -> MailServer:
    return MailServer("127.0.0.1", port, user, password, "plain", folder)


class ImapScript:
    """An IMAP server of canned answers: command name → lines, `{tag}` filled in."""

    def __init__(self, answers: dict[str, list[bytes]], *, bite: int = 0) -> None:
        self.answers = answers
        self.bite = bite
        """Bytes a packet; 0: all at once."""
        self.heard: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, self.answers.get("GREETING", [b"* OK ready\r\n"]), "")
        while line := await reader.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.heard.append(command)
            name = next((each for each in self.answers if command.upper().startswith(each)), "")
            usual = [b"* CAPABILITY IMAP4rev1 IDLE\r\n"] if command.upper().startswith("CAPABILITY") else []
            await self._say(writer, self.answers.get(name, [*usual, b"{tag} OK done\r\n"]), tag)

    async def _say(self, writer: asyncio.StreamWriter, lines: list[bytes], tag: str) -> None:
        for line in lines:
            data = line.replace(b"{tag}", tag.encode())
            step = self.bite or len(data) or 1
            for start in range(0, len(data), step):
                writer.write(data[start : start + step])
                await writer.drain()
                if self.bite:
                    await asyncio.sleep(0)


class SmtpScript:
    """An SMTP server of canned answers: verb → answer, or `cut` to drop the line there."""

    CUT = "cut"

    def __init__(self, **answers: str) -> None:
        self.answers = {
            "EHLO": "250 hello",
            "MAIL": "250 ok",
            "RCPT": "250 ok",
            "DATA": "354 go",
            "END": "250 taken",
        }
        self.answers |= {verb.upper(): answer for verb, answer in answers.items()}
        self.taken: list[bytes] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await self._say(writer, self.answers.get("GREETING", "220 ready"))
        while line := await reader.readline():
            verb = line[:4].decode().upper()
            await self._say(writer, self.answers.get(verb, "250 ok"))
            if verb == "DATA" and self.answers["DATA"].startswith("354"):
                self.taken.append(await reader.readuntil(b"\r\n.\r\n"))
                await self._say(writer, self.answers["END"])

    async def _say(self, writer: asyncio.StreamWriter, answer: str) -> None:
        if answer == self.CUT:
            writer.close()
            raise ConnectionResetError
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
