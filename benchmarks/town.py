"""One IMAP server and one SMTP sink for all contenders, in a process of their own.

The measuring process talks to it over a pipe, one JSON object a line: {"do": "fill", "count": n} puts
mails of n different parents in the help line's mailbox, "reset" starts a new mailbox and an empty
sink, "wait" answers when the sink holds `count` mails. Each answer holds `at`, seconds of the
machine's monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail import MailTown

PASSWORD = "demo"  # noqa: S105  # the sandbox's password, on loopback
OPENINGS = (
    "Bonjour, je n'ai jamais reçu le code de sécurité pour le Portail Famille. Merci, Parent {n}",
    "Hello, I never received the security code for the family portal. Thank you, Parent {n}",
    "Bonsoir, le courriel avec le code de sécurité n'est pas arrivé chez nous. Parent {n}",
)


def parent_mail(number: int, to: str) -> bytes:
    """A first mail of one parent, each from a mailbox of its own."""
    mail = EmailMessage()
    mail["Return-Path"] = f"<parent{number}@famille.example>"
    mail["From"] = f"Parent {number} <parent{number}@famille.example>"
    mail["To"] = to
    mail["Subject"] = f"Portail Famille {number}"
    mail["Message-ID"] = f"<{number}.{time.time_ns()}@famille.example>"
    mail["Date"] = format_datetime(localtime())
    mail.set_content(OPENINGS[number % len(OPENINGS)].format(n=number))
    return mail.as_bytes()


class Sink:
    """Takes every mail, counts it, keeps nothing."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = asyncio.Condition()

    async def holds(self, wanted: int) -> None:
        """Wait until it holds so many."""
        async with self.changed:
            await self.changed.wait_for(lambda: self.count >= wanted)

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        async with self.changed:
            self.count += 1
            self.changed.notify_all()
        return "250 OK"


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    sink = Sink()
    smtp = await loop.create_server(lambda: SMTP(sink, hostname="sink", loop=loop), "127.0.0.1", 0)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with MailTown() as town:
        _tell(imap=town.imap_port, smtp=smtp.sockets[0].getsockname()[1])
        sent = 0
        while line := await reader.readline():
            order = json.loads(line)
            match order["do"]:
                case "reset":
                    sink.count = 0
                case "fill":
                    at = time.monotonic()
                    for number in range(sent, sent + order["count"]):
                        await town.append(order["to"], parent_mail(number, order["to"]))
                    sent += order["count"]
                    _tell(at=at)
                    continue
                case "wait":
                    await sink.holds(order["count"])
            _tell(at=time.monotonic())


def _tell(**answer: float) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


class Town:
    """The measuring side of the pipe. `to` is the mailbox in use: a fresh one for each round."""

    def __init__(self, process: asyncio.subprocess.Process, imap_port: int, smtp_port: int) -> None:
        self._process = process
        self._round = 0
        self.imap_port = imap_port
        self.smtp_port = smtp_port

    @property
    def to(self) -> str:
        return f"aide{self._round}@ecole.example"

    async def reset(self) -> None:
        """A new, empty mailbox and an empty sink."""
        self._round += 1
        await self._ask(do="reset")

    async def fill(self, count: int) -> float:
        """Put `count` mails in the mailbox; the time when the first was put there."""
        return await self._ask(do="fill", count=count, to=self.to)

    async def wait(self, count: int) -> float:
        """The time when the sink held `count` mails."""
        return await self._ask(do="wait", count=count)

    async def _ask(self, **order: Any) -> float:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        return float(json.loads(await self._process.stdout.readline())["at"])


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """A town of its own, stopped at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.town"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    ports = json.loads(await process.stdout.readline())
    try:
        yield Town(process, ports["imap"], ports["smtp"])
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
