"""Who is measured: each contender is a process that reads one mailbox and answers at the sink."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.town import Town

ROOT = Path(__file__).parent.parent
PEER_VERSION = "2.6.1"
UNLIMITED = {
    f"GUICHET_LIMIT_{name}": "1000000"
    for name in (
        "REPLIES_UNKNOWN_HOUR",
        "MAILS_PER_MINUTE",
        "REPLIES_PER_SENDER_HOUR",
        "REPLIES_PER_SENDER_DAY",
    )
}
"""Benchmarks measure work, not the pacing that a provider asks for."""


@asynccontextmanager
async def guichet(town: Town, directory: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as an operator runs it, on SQLite with full syncs."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")},
        **UNLIMITED,
        "GUICHET_DATABASE_URL": f"sqlite:///{directory}/guichet.db",
        "GUICHET_IMAP_URL": f"imap://{town.to.replace('@', '%40')}:demo@127.0.0.1:{town.imap_port}/INBOX",
        "GUICHET_SMTP_URL": f"smtp://127.0.0.1:{town.smtp_port}",
        "GUICHET_MAIL_FROM": town.to,
        "GUICHET_MAIL_START": "all",
        "GUICHET_SECRET_KEY": os.urandom(32).hex(),
    }
    async with _process(
        "-m", "bot", "run", "--only", "mail,courier", env=environment, cwd=directory
    ) as process:
        yield process


@asynccontextmanager
async def bare(
    way: str, town: Town, directory: Path, count: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The limit: see benchmarks.bare."""
    ports = (str(town.imap_port), str(town.smtp_port))
    arguments = ("-m", "benchmarks.bare", way, *ports, town.to, str(directory / "bare.db"), str(count))
    async with _process(*arguments, cwd=ROOT) as process:
        yield process


@asynccontextmanager
async def helpdesk(python: Path, town: Town, directory: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The peer, up and waiting for a line on its stdin before it reads the mailbox."""
    script = ROOT / "benchmarks" / "peers" / "run_django_helpdesk.py"
    arguments = (str(script), str(directory), str(town.imap_port), str(town.smtp_port), town.to)
    async with _process(*arguments, python=str(python), cwd=directory) as process:
        yield process


async def while_alive(process: asyncio.subprocess.Process, measured: Awaitable[float]) -> float:
    """What is measured, or SystemExit where the contender ended before it: nothing more would come."""
    measuring, ended = asyncio.ensure_future(measured), asyncio.ensure_future(process.wait())
    await asyncio.wait({measuring, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not measuring.done():
        measuring.cancel()
        raise SystemExit(f"benchmarks: a contender ended early, exit code {process.returncode}")
    return measuring.result()


async def helpdesk_python() -> Path:
    """The interpreter of the peer's own virtual environment, made where it is missing."""
    home = Path(tempfile.gettempdir()) / f"guichet-peer-{PEER_VERSION}-{os.getuid()}"
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        await _call(sys.executable, "-m", "venv", str(home))
        await _call(
            str(python), "-m", "pip", "install", "--quiet", f"django-helpdesk=={PEER_VERSION}", "setuptools"
        )
        (home / "complete").touch()
    return python


async def _call(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    if await process.wait():
        raise SystemExit(f"benchmarks: {' '.join(command[:4])} … failed")


@asynccontextmanager
async def _process(
    *arguments: str, cwd: Path, python: str = sys.executable, env: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    environment = {**(env or os.environ), "PYTHONPATH": str(ROOT) if python == sys.executable else ""}
    process = await asyncio.create_subprocess_exec(
        python, *arguments, cwd=cwd, env=environment, stdin=pipe, stdout=pipe
    )
    try:
        assert process.stdout
        while line := await process.stdout.readline():
            if line.strip() == b"ready":
                break
        else:
            raise SystemExit(f"benchmarks: {' '.join(arguments[:3])} did not start")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
