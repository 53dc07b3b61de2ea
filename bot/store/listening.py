"""Hearing of work that other processes made: LISTEN on PostgreSQL, a glance at the file on SQLite.

A crash sends no NOTIFY and a line may be cut: whoever waits looks by itself every few seconds too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3

import psycopg
from sqlalchemy import make_url

from bot.store.bell import CHANNEL, Topic
from bot.store.database import Database

AGAIN = 5.0
"""Seconds before a lost line is tried again."""
GLANCE = 0.05
log = logging.getLogger(__name__)


async def listen(database: Database, stop: asyncio.Event, *, neighbours: bool = False) -> None:
    """Ring this process's bell for the others, until `stop`.

    On SQLite there is something to hear only where `neighbours` share the file: it costs 20 glances
    a second. On PostgreSQL it holds one more connection and costs nothing at rest.
    """
    if database.is_sqlite and not neighbours:
        return
    hearing = asyncio.create_task(_glance(database) if database.is_sqlite else _listen(database))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((hearing, stopped), return_when=asyncio.FIRST_COMPLETED)
        if hearing.done():
            hearing.result()
    finally:
        for task in (hearing, stopped):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hearing


async def _listen(database: Database) -> None:
    arguments, options = database.engine.dialect.create_connect_args(make_url(database.url))
    options.pop("context", None)  # SQLAlchemy's own, for its pooled connections
    while True:
        try:
            line = await psycopg.AsyncConnection.connect(*arguments, **options, autocommit=True)
            async with line:
                await line.execute(f"LISTEN {CHANNEL}")
                database.bell.ring(*Topic)  # whatever was rung before anybody listened
                async for heard in line.notifies():
                    database.bell.ring(Topic(heard.payload))
        except psycopg.OperationalError as error:
            log.warning("other processes are not heard for now: %s", type(error).__name__)
        await asyncio.sleep(AGAIN)


async def _glance(database: Database) -> None:
    path = make_url(database.url).database or ""
    with contextlib.closing(sqlite3.connect(path)) as file:
        before = None
        while True:
            # Changes when another connection has committed; microseconds, so the event loop may wait.
            version = file.execute("PRAGMA data_version").fetchone()
            if version != before:
                database.bell.ring(*Topic)
            before = version
            await asyncio.sleep(GLANCE)
