"""Waking whoever waits for work, as soon as a transaction that made some has committed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from enum import StrEnum

from sqlalchemy import Connection, text

CHANNEL = "guichet"
"""The name that LISTEN and NOTIFY use on PostgreSQL."""
_PENDING = "guichet.rings"


class Topic(StrEnum):
    INBOX = "inbox"
    OUTBOX = "outbox"


class Alarm:
    """One waiter's own bell. `clear`, look for work, then `wait`: no ring is lost between the three."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def clear(self) -> None:
        self._rung.clear()

    async def wait(self, seconds: float) -> None:
        """Until it rings, or for that long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()

    def ring(self) -> bool:
        """From any thread; False when nobody can hear it any more."""
        try:
            self._loop.call_soon_threadsafe(self._rung.set)
        except RuntimeError:  # its event loop is closed
            return False
        return True


class Bell:
    """The alarms of this process, by topic."""

    def __init__(self) -> None:
        self._alarms: dict[Topic, list[Alarm]] = {topic: [] for topic in Topic}
        self._lock = threading.Lock()

    def alarm(self, *topics: Topic) -> Alarm:
        """A new alarm of the running event loop."""
        alarm = Alarm()
        with self._lock:
            for topic in topics:
                self._alarms[topic].append(alarm)
        return alarm

    def ring(self, *topics: Topic) -> None:
        """Wake all who wait for these topics; from any thread."""
        with self._lock:
            for topic in topics:
                self._alarms[topic] = [alarm for alarm in self._alarms[topic] if alarm.ring()]


def ring_after_commit(connection: Connection, topic: Topic) -> None:
    """Ring once the transaction under way has committed, here and in every process on PostgreSQL."""
    connection.info.setdefault(_PENDING, set()).add(topic)


def forget(connection: Connection) -> None:
    """Drop what an earlier transaction left, on a connection that is used again."""
    connection.info.pop(_PENDING, None)


def announce(connection: Connection) -> tuple[Topic, ...]:
    """What is to be rung after the commit; PostgreSQL tells the other processes at that commit."""
    topics = tuple(sorted(connection.info.pop(_PENDING, ())))
    if topics and connection.dialect.name == "postgresql":
        for topic in topics:
            connection.execute(
                text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic}
            )
    return topics
