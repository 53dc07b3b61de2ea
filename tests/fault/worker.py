"""A process to be killed: a desk and a courier on one database, carrying into a file.

Arguments: database URL, file. Writes a byte to standard output for each decision and each parcel.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.courier import Courier, Lane, Patience
from bot.desk import Decision, Desk, Work
from bot.ports import Channel, Parcel, ParcelKind, Receipt, Records
from bot.store.bell import Topic
from bot.store.database import Database
from bot.store.listening import listen
from bot.store.outbox import StoredOutbox
from bot.store.turns import StoredInbox
from tests.contracts.deciding import Echo

IN_HAND = 4
POLL = 0.2
LEASE = 0.5


@dataclass
class Writing:
    """Carries a parcel into a file, for good before it says so."""

    path: Path

    async def carry(self, parcel: Parcel) -> Receipt:
        line = f"{parcel.conversation} {parcel.key}\n".encode()
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line)
        os.fsync(file)
        os.close(file)
        os.write(1, b"c")
        return Receipt(message_id=f"<{parcel.key}@x.example>")


class Deciding(Echo):
    def __call__(self, work: Work, records: Callable[[], Records]) -> Decision:
        os.write(1, b"d")
        return super().__call__(work, records)


def no_records(_connection: Connection) -> Records:
    raise AssertionError("these decisions ask no roster")


async def main(url: str, path: str) -> None:
    database, stop, carrier = Database(url), asyncio.Event(), Writing(Path(path))
    lanes = [
        Lane(ParcelKind.REPLY, Channel.MAIL, carrier, most=IN_HAND),
        Lane(ParcelKind.CREDENTIAL, Channel.MAIL, carrier),
    ]
    outbox = StoredOutbox(database, f"courier-{os.getpid()}", lease=LEASE)
    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    courier = Courier(outbox, lanes, alarm, poll=POLL, lease=LEASE, patience=Patience(first=POLL))
    desk = Desk(
        StoredInbox(database, no_records), Deciding(), database.bell.alarm(Topic.INBOX), poll=POLL, most=8
    )
    async with asyncio.TaskGroup() as parts:
        parts.create_task(listen(database, stop, neighbours=True))
        parts.create_task(desk.run(stop))
        parts.create_task(courier.run(stop))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
