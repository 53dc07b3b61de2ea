"""Desk turns a second on SQLite and PostgreSQL, against the same database's plain commits a second.

Each worker is a process of its own. A turn is the whole of it: recognise, decide, keep the new state,
the journal, the reply and the reminder. Run as a program it is one such worker: DATABASE_URL.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count

from sqlalchemy import Connection, func, select, text

from benchmarks.report import Figure, figure
from bot.desk import Desk
from bot.desk.deciding import Deciding
from bot.evaluation import Evaluator
from bot.ports import Arrival, Channel, Records
from bot.settings import Settings
from bot.store import inbox as inboxes
from bot.store.bell import Topic
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.schema import conversations
from bot.store.turns import StoredInbox
from conversations.events import Said
from tests.postgres import running_server

GOAL = 0.15
WORKERS = (1, 4)
AT_ONCE = 100
SAID = (
    "Bonjour, je n'ai jamais reçu le code de sécurité.",
    "Hello, I never received the security code for the portal.",
    "Le lien de l'invitation ne fonctionne plus.",
    "I did not get the validation e-mail.",
)
_numbers = count(1)


async def measure(quick: bool) -> list[Figure]:
    """Turns a second for 1 and 4 workers on each database."""
    cases, rounds, seconds = (600, 1, 1.0) if quick else (4000, 3, 3.0)
    figures = []
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        for kind in ("SQLite", "PostgreSQL"):
            plain: list[float] = []
            turns: dict[int, list[float]] = {workers: [] for workers in WORKERS}
            for _ in range(rounds):
                for workers in WORKERS:
                    name = f"turns{next(_numbers)}"
                    if kind == "PostgreSQL":
                        server.run_sql(f"CREATE DATABASE {name}")
                    url = server.url(name) if kind == "PostgreSQL" else f"sqlite:///{folder}/{name}.db"
                    async with _filled(url, cases) as database:
                        plain.append(await asyncio.to_thread(_plain_commits, database, seconds))
                        turns[workers].append(await _turns(url, workers, cases))
            figures += _compared(kind, plain, turns)
    return figures


def _compared(kind: str, plain: list[float], turns: dict[int, list[float]]) -> list[Figure]:
    limit = figure(f"{kind}: plain commits", "commits/s", plain)
    figures = [limit]
    for workers, rounds in turns.items():
        ratio = figure("", "", rounds).median / limit.median
        figures.append(
            figure(
                f"{kind}: turns, {workers} worker{'s' * (workers > 1)}", "turns/s", rounds,
                ratio_to_limit=ratio, goal=f"≥ {GOAL} × commits", goal_met=ratio >= GOAL,
            )
        )  # fmt: skip
    return figures


@asynccontextmanager
async def _filled(url: str, cases: int) -> AsyncIterator[Database]:
    """A database in which one message waits in each of many cases."""
    database = Database(url)
    await asyncio.to_thread(migrate, database)
    for first in range(0, cases, AT_ONCE):
        arrivals = [_arrival(number) for number in range(first, first + AT_ONCE)]
        await database.run(partial(inboxes.receive_many, arrivals=arrivals))
    yield database
    await database.close()


def _arrival(number: int) -> Arrival:
    sender = f"parent{number}@x.example"
    said = Said(datetime.now(UTC), f"{SAID[number % len(SAID)]} ({number})")
    return Arrival(f"mail:{number}", Channel.MAIL, sender, sender, said)


def _plain_commits(database: Database, seconds: float) -> float:
    """One row a commit, by the bare driver: what the disk allows."""
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("CREATE TABLE plain (words TEXT)")
    raw.commit()
    commits, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("INSERT INTO plain VALUES ('Bonjour')")
        raw.commit()
        commits += 1
    rate = commits / (time.monotonic() - start)
    cursor.close()
    raw.close()
    return rate


async def _turns(url: str, workers: int, cases: int) -> float:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "benchmarks.turns", url)
    processes = [
        await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout
        await process.stdout.readline()
    start = time.monotonic()
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    seconds = time.monotonic() - start
    done = sum(int(out) for out, _ in told)
    if done != cases:
        raise SystemExit(f"benchmarks: {done} turns of {cases} were taken")
    return cases / seconds


async def _work(url: str) -> None:
    """One worker: until nothing waits."""
    database = Database(url)
    await database.run(lambda connection: connection.execute(text("SELECT 1")))
    decide = Deciding(Evaluator(Settings()))
    decide.understand(SAID[0])  # the model is loaded once a process, not once a turn
    desk = Desk(StoredInbox(database, _no_records), decide, database.bell.alarm(Topic.INBOX))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    still_new = select(func.count()).select_from(conversations).where(conversations.c.stage == "new")
    while True:
        taken = await desk.turn()
        if taken.failed:
            raise SystemExit("benchmarks: a turn failed")
        if not taken.handled and not await database.run(lambda c: c.execute(still_new).scalar_one()):
            break
    sys.stdout.write(f"{desk.turns}\n")
    await database.close()


def _no_records(_connection: Connection) -> Records:
    raise AssertionError("first messages are not evaluated")


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))
