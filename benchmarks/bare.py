"""The machine's own limit: loops that fetch, parse, commit one row and send, and do nothing else.

Arguments: backlog|echo IMAP_PORT SMTP_PORT MAILBOX DATABASE COUNT. Prints "ready" when it listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import aioimaplib
import aiosmtplib

BATCH = 50
LOOK_AGAIN = 0.03


async def main(way: str, imap_port: str, smtp_port: str, mailbox: str, database: str, count: str) -> None:
    rows = sqlite3.connect(database, isolation_level=None)
    rows.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE mails (raw BLOB)")
    client = aioimaplib.IMAP4(host="127.0.0.1", port=int(imap_port))
    await client.wait_hello_from_server()
    await client.login(mailbox, "demo")
    await client.select("INBOX")
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=int(smtp_port), start_tls=False)
    await smtp.connect()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    mails = _waiting(client, int(count)) if way == "backlog" else _pushed(client, int(count))
    async for raw in mails:
        rows.execute("INSERT INTO mails VALUES (?)", (raw,))
        await smtp.send_message(_answer(raw, mailbox))


def _answer(raw: bytes, mailbox: str) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    answer = EmailMessage()
    answer["From"] = mailbox
    answer["To"] = str(mail["From"])
    answer["Subject"] = "Portail Famille"
    answer["In-Reply-To"] = str(mail["Message-ID"])
    answer.set_content("Bonjour !")
    return answer


async def _waiting(client: aioimaplib.IMAP4, count: int) -> AsyncIterator[bytes]:
    for first in range(1, count + 1, BATCH):
        async for raw in _fetched(client, f"{first}:{min(first + BATCH - 1, count)}"):
            yield raw


async def _pushed(client: aioimaplib.IMAP4, count: int) -> AsyncIterator[bytes]:
    number = 1
    while number <= count:
        await _idle(client)
        async for raw in _fetched(client, str(number)):
            yield raw
            number += 1


async def _idle(client: aioimaplib.IMAP4) -> None:
    idle = await client.idle_start()
    if client.protocol.state != "SELECTED":
        raise ConnectionError("the mailbox is gone")
    # The library forgets what it is told of beside another answer: a mail in between is looked for soon.
    with contextlib.suppress(TimeoutError):
        while not any(b"EXISTS" in line for line in await client.wait_server_push(timeout=LOOK_AGAIN)):
            pass
    client.idle_done()
    await idle


async def _fetched(client: aioimaplib.IMAP4, numbers: str) -> AsyncIterator[bytes]:
    for line in (await client.fetch(numbers, "(BODY.PEEK[])")).lines:
        if isinstance(line, bytearray):
            yield bytes(line)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
