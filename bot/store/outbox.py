"""The courier's outbox in the database: leases, the head of each line, gates, dead letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, assert_never

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.sql.elements import ColumnElement, TextClause

from bot.courier import Claimed, Dead, Lane, Later, Load, Sent, Settlement
from bot.journal import Entry
from bot.ports import Channel, Parcel, ParcelKind
from bot.store import gates, journal, staff_items
from bot.store.database import Database, moment, now
from bot.store.inbox import compact, put_event
from bot.store.schema import IS_OPEN, outbox, sends
from conversations.events import Undelivered

WAITING, SENDING, SENT, DEAD = "waiting", "sending", "sent", "dead"
OPEN = (WAITING, SENDING)
TRIES = 24
"""A parcel whose couriers die over it is not taken over for ever either; those beside it in hand are
innocent, so that this is more than the tries that a provider gets."""
DOUBT = "may have left: "
"""Begins the error of a try that may have got through."""


@dataclass(frozen=True, slots=True)
class StoredOutbox:
    """Implements courier.Outbox. `holder` names this courier in its leases, like no other."""

    database: Database
    holder: str
    lease: float = field(default=30.0)
    """Seconds."""

    async def exchange(self, settled: Sequence[Settlement], lane: Lane, most: int) -> Load:
        call = partial(
            _exchange, settled=settled, lane=lane, most=most, holder=self.holder, lease=self._micros
        )
        return await self.database.run(call)

    async def hold(self, parcels: Sequence[int]) -> None:
        await self.database.run(partial(_hold, parcels=parcels, holder=self.holder, lease=self._micros))

    @property
    def _micros(self) -> int:
        return int(self.lease * 1_000_000)


def _exchange(
    connection: Connection, settled: Sequence[Settlement], lane: Lane, most: int, holder: str, lease: int
) -> Load:
    at = now(connection)
    entries = settle(connection, settled, at)
    load = Load(())
    if most:
        load, buried = claim(connection, lane, most, at, holder, lease)
        entries += buried
    journal.append_all(connection, entries)
    return load


def claim(
    connection: Connection, lane: Lane, most: int, at: int, holder: str, lease: int
) -> tuple[Load, list[Entry]]:
    """Parcels for this courier alone, counted as tried before anybody carries them; and what to journal."""
    rows = _heads(connection, lane, most, at)
    spent = [row for row in rows if row.attempts >= TRIES]
    entries = [
        entry
        for row in spent
        for entry in _bury(connection, Dead(_parcel(row), "its couriers died", refused=False), at)
    ]
    rows = [row for row in rows if row.attempts < TRIES]
    if not rows:
        wait = 0.0 if spent else _until_next(connection, lane, at)
        return Load((), wait), entries
    granted, free_at = len(rows), at
    if lane.gate:
        granted, free_at = gates.pass_through(connection, lane.gate, len(rows), at)
    rows = rows[:granted]
    until = at + lease
    taken = {
        "state": SENDING,
        "attempts": outbox.c.attempts + 1,
        "lease_by": holder,
        "lease_until": until,
        "next_at": until,
    }
    if rows:
        connection.execute(update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(taken))
    claimed = [Claimed(_parcel(row, 1), (row.error or "").startswith(DOUBT)) for row in rows]
    return Load(claimed, (free_at - at) / 1_000_000), entries


def _heads(connection: Connection, lane: Lane, most: int, at: int) -> list[Row[Any]]:
    """The first open parcel of each line that is due: new, to be tried again, or left by a dead courier."""
    earlier = outbox.alias("earlier")
    before_it = (
        select(earlier.c.id)
        .where(
            earlier.c.conversation == outbox.c.conversation,
            earlier.c.kind == outbox.c.kind,
            earlier.c.channel == outbox.c.channel,
            earlier.c.id < outbox.c.id,
            earlier.c.state.in_(OPEN),
        )
        .exists()
    )
    heads = (
        select(outbox)
        .where(*_open_on(lane), outbox.c.next_at <= at, ~before_it)
        .order_by(outbox.c.next_at, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(connection.execute(heads))


def _open_on(lane: Lane) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return IS_OPEN, outbox.c.kind == lane.kind.value, outbox.c.channel == lane.channel.value


def _until_next(connection: Connection, lane: Lane, at: int) -> float | None:
    """Seconds until a parcel of the lane may be due; None: there is none."""
    due = connection.execute(select(func.min(outbox.c.next_at)).where(*_open_on(lane))).scalar()
    return None if due is None else max(0.0, (due - at) / 1_000_000)


def _parcel(row: Row[Any], tries: int = 0) -> Parcel:
    return Parcel(
        id=row.id,
        key=row.key,
        kind=ParcelKind(row.kind),
        channel=Channel(row.channel),
        conversation=row.conversation or 0,
        payload=json.loads(row.payload),
        attempts=row.attempts + tries,
    )


def _hold(connection: Connection, parcels: Sequence[int], holder: str, lease: int) -> None:
    until = now(connection) + lease
    mine = (outbox.c.id.in_(parcels), outbox.c.lease_by == holder, outbox.c.state == SENDING)
    connection.execute(update(outbox).where(*mine).values(lease_until=until, next_at=until))


def settle(connection: Connection, settled: Sequence[Settlement], at: int) -> list[Entry]:
    """Write down what became of parcels; what to journal."""
    entries = _settle_replies(connection, [each for each in settled if _is_sent_reply(each)], at)
    for each in settled:
        if _is_sent_reply(each):
            continue
        match each:
            case Sent():
                entries += _settle_credential(connection, each, at)
            case Later():
                _put_back(connection, each, at)
            case Dead():
                entries += _bury(connection, each, at)
            case _:
                assert_never(each)
    return entries


def _is_sent_reply(settlement: Settlement) -> bool:
    return isinstance(settlement, Sent) and settlement.parcel.kind is not ParcelKind.CREDENTIAL


_NOW_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("parcel"), IS_OPEN)
    .values(
        state=SENT,
        sent_at=bindparam("at"),
        message_id=bindparam("told"),
        payload=bindparam("rest"),
        error=None,
        lease_by=None,
        lease_until=None,
    )
)


def _settle_replies(connection: Connection, settled: Sequence[Settlement], at: int) -> list[Entry]:
    """The words go once they have left: a recap holds what the parent typed."""
    sent = [each for each in settled if isinstance(each, Sent)]
    if not sent:
        return []
    connection.execute(_NOW_SENT, [_sent_values(each, at, "{}") for each in sent])
    return [
        Entry(
            at,
            f"{each.parcel.kind}.sent",
            each.parcel.conversation or None,
            {"parcel": each.parcel.id, "try": each.parcel.attempts},
        )
        for each in sent
    ]


def _sent_values(sent: Sent, at: int, rest: str) -> dict[str, Any]:
    return {"parcel": sent.parcel.id, "at": at, "told": sent.receipt.message_id or None, "rest": rest}


def _settle_credential(connection: Connection, sent: Sent, at: int) -> list[Entry]:
    parcel = sent.parcel
    connection.execute(_NOW_SENT, _sent_values(sent, at, compact(dict(parcel.payload))))
    queued = (sends.c.id == parcel.payload.get("send"), sends.c.state == "queued")
    kind = func.coalesce(sends.c.kind, sent.receipt.note[:20] or None)
    connection.execute(update(sends).where(*queued).values(state="sent", sent_at=at, kind=kind))
    data = {"send": parcel.payload.get("send"), "kind": sent.receipt.note, "try": parcel.attempts}
    return [Entry(at, "mail.sent", parcel.conversation, data)]


def _put_back(connection: Connection, later: Later, at: int) -> None:
    """Only where it is still ours: another courier may have taken it over meanwhile."""
    told = DOUBT + later.error if later.doubtful else later.error
    still_mine = (
        outbox.c.id == later.parcel.id,
        outbox.c.state == SENDING,
        outbox.c.attempts == later.parcel.attempts,
    )
    next_at = at + int(later.wait * 1_000_000)
    values = {"state": WAITING, "next_at": next_at, "error": told, "lease_by": None, "lease_until": None}
    connection.execute(update(outbox).where(*still_mine).values(values))


def _bury(connection: Connection, dead: Dead, at: int) -> list[Entry]:
    """A dead letter: staff are told, and a case whose mail did not leave goes to a person."""
    parcel = dead.parcel
    values = {"state": DEAD, "error": dead.error, "lease_by": None, "lease_until": None}
    still_open = (
        outbox.c.id == parcel.id,
        outbox.c.state.in_(OPEN),
        outbox.c.attempts == parcel.attempts,
    )
    if not connection.execute(update(outbox).where(*still_open).values(values)).rowcount:
        return []
    case = parcel.conversation or None
    staff_items.open_item(connection, case, "dead_letter", at, detail=dead.error)
    data: dict[str, object] = {"parcel": parcel.id, "try": parcel.attempts, "refused": dead.refused}
    if parcel.kind is not ParcelKind.CREDENTIAL:
        return [Entry(at, f"{parcel.kind}.dead", case, data)]
    send, contact = parcel.payload.get("send"), parcel.payload.get("contact")
    connection.execute(update(sends).where(sends.c.id == send).values(state="refused"))
    event = Undelivered(moment(at), str(contact))
    put_event(connection, parcel.conversation, event, external_id=f"refused:{parcel.key}")
    return [Entry(at, "mail.refused", parcel.conversation, {"send": send, **data})]
