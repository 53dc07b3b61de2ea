"""Pacing in the database, so that all processes together keep a provider's limit.

The generic cell rate algorithm (ITU-T I.371): one time a gate says how far ahead of its pace it is.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from bot.courier import Gate
from bot.store.schema import gates
from bot.store.upsert import insert_or


def pass_through(connection: Connection, gate: Gate, wanted: int, at: int) -> tuple[int, int]:
    """Let up to `wanted` through now; how many, and when the next one may (microseconds).

    The gate stays locked until the transaction ends.
    """
    connection.execute(
        insert_or(connection, gates).values(name=gate.name, next_at=0).on_conflict_do_nothing()
    )
    row = select(gates.c.next_at).where(gates.c.name == gate.name).with_for_update()
    paced = max(int(connection.execute(row).scalar_one()), at)
    ahead = (gate.burst - 1) * gate.step
    granted = max(0, min(wanted, (at + ahead - paced) // gate.step + 1))
    paced += granted * gate.step
    if granted:
        connection.execute(update(gates).where(gates.c.name == gate.name).values(next_at=paced))
    return granted, max(at, paced - ahead)
