"""One IMAP server and one SMTP sink for all contenders, in a process of their own.

The parent talks to it over a pipe by lines of JSON: {"fill": n}, {"append": n}, {"wait": n}, {"clear": true}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

HELP_LINE = "portail.famille@ecole.example"
OPENINGS = (
    "Bonjour, je n'ai jamais reçu le code de sécurité pour le Portail Famille. Merci, Parent {n}",
    "Hello, I never received the security code for the family portal. Thank you, Parent {n}",
    "Bonsoir, le courriel avec le code de sécurité n'est pas arrivé chez nous. Parent {n}",
)


def parent_mail(number: int) -> bytes:
    """A first mail of one parent, each from a mailbox of its own."""
    mail = EmailMessage()
    mail["From"] = f"Parent {number} <parent{number}@famille.example>"
    mail["To"] = HELP_LINE
    mail["Subject"] = f"Portail Famille {number}"
    mail["Message-ID"] = f"<{number}.{time.time_ns()}@famille.example>"
    mail["Date"] = "Tue, 24 Nov 2026 09:00:00 -0500"
    mail["Return-Path"] = f"<parent{number}@famille.example>"
    mail.set_content(OPENINGS[number % len(OPENINGS)].format(n=number))
    return mail.as_bytes()


class Town:
    """The parent's side of the pipe."""

    def __init__(self, process: asyncio.subprocess.Process, ports: dict[str, int]) -> None:
        self._process = process
        self.imap_port = ports["imap"]
        self.smtp_port = ports["smtp"]

    async def ask(self, **question: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        await self._process.stdin.drain()
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """A fresh town, stopped at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.town",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        yield Town(process, json.loads(await process.stdout.readline()))
    finally:
        process.terminate()
        await process.wait()
