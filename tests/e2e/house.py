"""The whole house as a stranger meets it: the demo in a process of its own, SMTP, IMAP and HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import aioimaplib
import aiosmtplib
import httpx

PATIENCE = 30.0
"""Seconds after which something that was to happen never will: only ever reached when a test fails."""
MARKER = "— Répondez au-dessus"
PORTS = (0, 25, 81, 143)


def free_base() -> int:
    """A port base of which all the demo's ports are free."""
    for base in range(20_000 + os.getpid() % 500 * 40, 60_000, 200):
        if all(_is_free(base + offset) for offset in PORTS):
            return base
    raise RuntimeError("no free ports on loopback")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class House:
    """A running demo."""

    base: int
    process: asyncio.subprocess.Process
    town: Mapping[str, Any]

    @property
    def help_line(self) -> str:
        return str(self.town["help_line"])

    def families(self) -> Sequence[Mapping[str, Any]]:
        families: Sequence[Mapping[str, Any]] = self.town["families"]
        return families

    async def get(self, path: str) -> Any:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.base}", timeout=PATIENCE) as client:
            return (await client.get(path)).raise_for_status().json()

    async def post(self, path: str, **body: Any) -> Any:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.base}", timeout=PATIENCE) as client:
            return (await client.post(path, json=body)).json()

    async def send(
        self,
        sender: str,
        text: str,
        *,
        subject: str = "Portail Famille",
        answering: EmailMessage | None = None,
        signed_in: bool = False,
    ) -> EmailMessage:
        """A mail of `sender` to the help line, over ordinary SMTP; `answering` makes it a reply."""
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = self.help_line
        mail["Subject"] = subject if answering is None else f"Re: {answering['Subject']}"
        mail["Message-ID"] = make_msgid(domain="parents.example")
        if answering is not None:
            mail["In-Reply-To"] = answering["Message-ID"]
            mail["References"] = answering["Message-ID"]
        mail.set_content(text)
        await aiosmtplib.send(
            mail,
            hostname="127.0.0.1",
            port=self.base + 25,
            start_tls=False,
            username=sender if signed_in else None,
            password="demo" if signed_in else None,
        )
        return mail

    async def mails(self, address: str, count: int) -> list[EmailMessage]:
        """All mails of `address`, once there are at least `count` of them."""
        async with asyncio.timeout(PATIENCE):
            return await _await_mails(self.base + 143, address, count)

    async def case_where(self, **wanted: str) -> Mapping[str, Any]:
        """The newest case, once it shows these values."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for case in reversed(await self.get("/town/cases")):
                    if all(case.get(name) == value for name, value in wanted.items()):
                        return dict(case)
                await asyncio.sleep(0.05)  # the town's page has no push: this asks again, it waits for no one

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def open_house(state: Path, base: int | None = None, *options: str) -> AsyncIterator[House]:
    """The demo on `state`, up and ready; stopped at the end."""
    base = base or free_base()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--fast", "--port-base", str(base), "--state", str(state), *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")},
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await _ready(process)
        house = House(base, process, {})
        house.town = await house.get("/town")
        yield house
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout
    assert process.stderr
    while line := await process.stdout.readline():
        if line.strip().startswith(b"ready"):
            return
    raise RuntimeError((await process.stderr.read()).decode())


async def _await_mails(port: int, address: str, count: int) -> list[EmailMessage]:
    client = aioimaplib.IMAP4(host="127.0.0.1", port=port, timeout=PATIENCE)
    await client.wait_hello_from_server()
    await client.login(address, "demo")
    await client.select("INBOX")
    try:
        while True:
            numbers = (await client.search("ALL")).lines[0].split()
            if len(numbers) >= count:
                return [await _fetch(client, number.decode()) for number in numbers]
            idle = await client.idle_start(timeout=PATIENCE)
            # What the server told of in its answer to SEARCH, this bare client dropped: look again soon.
            with contextlib.suppress(TimeoutError):
                await client.wait_server_push(timeout=1.0)
            client.idle_done()
            await idle
    finally:
        await client.logout()


async def _fetch(client: aioimaplib.IMAP4, number: str) -> EmailMessage:
    answer = await client.fetch(number, "(BODY.PEEK[])")
    raw = next(line for line in answer.lines if isinstance(line, bytearray))
    mail = message_from_bytes(bytes(raw), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def words(mail: EmailMessage) -> str:
    """The plain text of a mail as its reader sees it, without the quoted mail below."""
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return "\n".join(line for line in text.splitlines() if not line.startswith((">", MARKER))).strip()
