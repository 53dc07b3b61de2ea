"""`guichet run` as an operator starts it, in a process of its own: to be killed, cut off, starved and stopped."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select

from bot.store.database import Database
from bot.store.schema import conversations, inbox, mails, outbox, staff_items

Answer = TypeVar("Answer")
ROOT = Path(__file__).parents[2]
HELP_LINE = "aide@ecole.example"
PATIENCE = 60.0
"""Seconds after which something that was to happen never will: only ever reached when a test fails."""
UNLIMITED = {
    f"GUICHET_LIMIT_{name}": "1000000"
    for name in (
        "REPLIES_UNKNOWN_HOUR",
        "MAILS_PER_MINUTE",
        "REPLIES_PER_SENDER_HOUR",
        "REPLIES_PER_SENDER_DAY",
    )
}
SHORT_WAITS = {
    "GUICHET_WAIT_LEASE": "1.5",
    "GUICHET_WAIT_POLL": "0.5",
    "GUICHET_WAIT_IDLE_RENEWAL": "1",
    "GUICHET_WAIT_ANSWER": "2",
    "GUICHET_WAIT_RETRY": "0.2",
}
"""Faults are found and mended in a second or two, so that tests need not wait minutes for them."""


class Counted:
    """How often something came, and a way to wait for it."""

    def __init__(self) -> None:
        self.count = 0
        self._more = asyncio.Condition()

    async def one(self) -> None:
        async with self._more:
            self.count += 1
            self._more.notify_all()

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self._more:
            await self._more.wait_for(lambda: self.count >= count)


class Bot:
    """One bot over all its lives; `said` is what all of them wrote to stderr, line by line."""

    def __init__(
        self, imap_port: int, smtp_port: int, url: str, directory: Path, more: Mapping[str, str]
    ) -> None:
        self.url = url
        self.said: list[str] = []
        self.room: int | None = None
        """Bytes that a file of the next life may have: more is refused as on a full disk."""
        self._complaints = Counted()
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")},
            **UNLIMITED,
            **SHORT_WAITS,
            "PYTHONPATH": str(ROOT),
            "GUICHET_DATABASE_URL": url,
            "GUICHET_IMAP_URL": f"imap://{HELP_LINE.replace('@', '%40')}:demo@127.0.0.1:{imap_port}/INBOX",
            "GUICHET_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "GUICHET_MAIL_FROM": HELP_LINE,
            "GUICHET_SECRET_KEY": "a secret of at least thirty-two characters",
            **more,
        }

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def launch(self) -> None:
        """A new life, not yet ready."""
        self._process = await self._command("run", "--only", "mail,courier", room=self.room)
        self._listening = asyncio.create_task(self._listen(self._process))

    async def start(self) -> None:
        """A new life, once it watches the mailbox."""
        await self.launch()
        assert self._process
        assert self._process.stdout
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        assert line == b"ready\n", self.said[-5:]

    async def kill(self) -> None:
        """kill -9."""
        assert self._process
        if self._process.returncode is None:
            self._process.kill()
        await self.ended()

    async def stop(self) -> int:
        """A polite kill; the exit code."""
        assert self._process
        self._process.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """The exit code, once it is gone and all that it said is heard."""
        assert self._process
        assert self._listening
        async with asyncio.timeout(PATIENCE):
            code = await self._process.wait()
            await self._listening
        return code

    async def verify(self) -> int:
        """The exit code of `guichet audit verify`."""
        process = await self._command("audit", "verify")
        await process.communicate()
        assert process.returncode is not None
        return process.returncode

    def fill_disk(self) -> None:
        """No file of this life may be written any more."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free_disk(self) -> None:
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    async def complains(self) -> None:
        """Wait for its next word on stderr."""
        await self._complaints.reach(self._complaints.count + 1)

    async def _command(self, *arguments: str, room: int | None = None) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        limited: tuple[str, ...] = ()
        environment = self._environment
        if room is not None:
            limited = ("prlimit", f"--fsize={room}:")
            # What measures coverage would want to write its own file at the end, and complain.
            environment = {
                name: value for name, value in environment.items() if not name.startswith("COVERAGE_")
            }
        return await asyncio.create_subprocess_exec(
            *(*limited, sys.executable, "-m", "bot", *arguments),
            cwd=self._directory,
            env=environment,
            stdout=pipe,
            stderr=pipe,
        )

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr
        while line := await process.stderr.readline():
            self.said.append(line.decode().rstrip())
            await self._complaints.one()


@asynccontextmanager
async def bot(imap_port: int, smtp_port: int, url: str, directory: Path, **more: str) -> AsyncIterator[Bot]:
    """A bot, not yet started; gone at the end. `more`: settings."""
    one = Bot(imap_port, smtp_port, url, directory, more)
    try:
        yield one
    finally:
        if one._process is not None:
            await one.kill()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A look into the bot's database from outside."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def states(url: str) -> dict[str, dict[str, int]]:
    """How many rows of each state stand in the tables that are queues."""

    def counted(connection: Connection) -> dict[str, dict[str, int]]:
        return {
            table.name: dict(
                connection.execute(select(table.c.state, func.count()).group_by(table.c.state)).all()
            )
            for table in (mails, inbox, outbox)
        }

    async with opened(url) as database:
        return await database.run(counted)


async def cases(url: str) -> int:
    """How many there are."""
    async with opened(url) as database:
        counted = select(func.count()).select_from(conversations)
        return await database.run(lambda connection: int(connection.execute(counted).scalar_one()))


async def fates(url: str) -> list[tuple[str, str | None]]:
    """State and reason of each mail, in the order they came."""
    rows = select(mails.c.state, mails.c.reason).order_by(mails.c.id)
    async with opened(url) as database:
        found = await database.run(lambda connection: connection.execute(rows).all())
    return [(row.state, row.reason) for row in found]


async def staff_reasons(url: str) -> list[str]:
    """What a person must look at."""
    async with opened(url) as database:
        return await database.run(
            lambda connection: list(connection.execute(select(staff_items.c.reason)).scalars())
        )


async def eventually(asked: Callable[[], Awaitable[Answer]], wanted: Answer) -> None:
    """Wait for what the database holds: it tells nobody of this process when it changes."""
    async with asyncio.timeout(PATIENCE):
        while await asked() != wanted:  # noqa: ASYNC110  # a database has no event to wait for
            await asyncio.sleep(0.05)
