"""A process that asks a gate again and again, and prints when it was let through (microseconds)."""

from __future__ import annotations

import sys

from sqlalchemy import Connection

from bot.courier import Gate
from bot.store.database import Database, now
from bot.store.gates import pass_through

GATE = Gate("mail", most=12, seconds=0.2)
ASKED = 80


def main(url: str) -> None:
    database = Database(url)

    def ask(connection: Connection) -> tuple[int, int]:
        at = now(connection)
        return at, pass_through(connection, GATE, 2, at)[0]

    for _ in range(ASKED):
        at, granted = database.transact(ask)
        sys.stdout.write(f"{at}\n" * granted)


if __name__ == "__main__":
    main(*sys.argv[1:])
