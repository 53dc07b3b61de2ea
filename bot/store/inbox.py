"""What has happened to a conversation, in order, each thing once. Functions of one transaction.

An event counts as received once the transaction commits: only then may IMAP or Telegram be told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, delete, insert, select, text, update

from bot.desk import Kind
from bot.journal import Actor, Entry
from bot.keys import Keys
from bot.ports import Arrival, Channel
from bot.store import journal, staff_items
from bot.store.bell import Topic, ring_after_commit
from bot.store.database import micros, moment, now
from bot.store.schema import conversations, inbox, messages
from bot.store.upsert import insert_or
from conversations.codec import event_to_json, to_json
from conversations.effects import Outcome
from conversations.events import Event, Timer, Undelivered
from conversations.facts import redact
from conversations.model import Conversation, Medium

WAITING, DONE, VOID, QUARANTINED = "waiting", "done", "void", "quarantined"
PSEUDONYM_LENGTH = 16
"""80 bits in base32."""
_MEDIUM = {Channel.MAIL: Medium.MAIL, Channel.TELEGRAM: Medium.CHAT}


@dataclass(frozen=True, slots=True)
class Received:
    """Where an arrival went."""

    conversation: int
    new: bool
    """A case was opened for it."""
    duplicate: bool
    """It had been received before: nothing was changed."""


def receive(
    connection: Connection, arrival: Arrival, at: int | None = None, *, keys: Keys | None = None
) -> Received:
    """Keep one message for its turn; see `receive_many`."""
    return receive_many(connection, [arrival], at, keys=keys)[0]


def receive_many(
    connection: Connection, arrivals: Sequence[Arrival], at: int | None = None, *, keys: Keys | None = None
) -> list[Received]:
    """Keep messages for their turns, each once, in the order given. `at`: the database's clock.

    With `keys` the journal names each sender by a pseudonym.
    """
    at = now(connection) if at is None else at
    kept = _keep(connection, [_clean(arrival) for arrival in arrivals], at, keys, WAITING)
    if any(not received.duplicate for received in kept):
        ring_after_commit(connection, Topic.INBOX)
    return kept


def keep_for_staff(
    connection: Connection,
    arrival: Arrival,
    reason: str,
    at: int | None = None,
    *,
    keys: Keys | None = None,
) -> Received:
    """Keep a message in its case for a person; the bot does not answer it."""
    at = now(connection) if at is None else at
    [received] = _keep(connection, [_clean(arrival)], at, keys, VOID)
    if not received.duplicate:
        staff_items.open_item(connection, received.conversation, reason, at)
        is_open = (conversations.c.id == received.conversation, conversations.c.outcome == Outcome.OPEN)
        connection.execute(update(conversations).where(*is_open).values(outcome=Outcome.STAFF.value))
    return received


def put(
    connection: Connection,
    conversation: int,
    kind: Kind,
    payload: Mapping[str, Any],
    at: int,
    *,
    external_id: str | None = None,
) -> bool:
    """Something for this conversation's next turn at `at`; False when it was put before."""
    row = _row(conversation, kind, payload, at, external_id)
    put = connection.execute(insert_or(connection, inbox).values(row).on_conflict_do_nothing())
    ring_after_commit(connection, Topic.INBOX)
    return bool(put.rowcount)


def put_event(
    connection: Connection, conversation: int, event: Event, *, external_id: str | None = None
) -> bool:
    """An event of staff, or from behind the counter, at its own time."""
    kind = Kind.HIDDEN if isinstance(event, Undelivered) else Kind.STAFF
    payload = {"event": event_to_json(event)}
    return put(connection, conversation, kind, payload, micros(event.at), external_id=external_id)


def replace_timers(connection: Connection, timers: Iterable[tuple[int, Timer, int]]) -> None:
    """Set timers (conversation, timer, due in microseconds), each in the place of its former self."""
    rows = [
        _row(conversation, Kind.TIMER, {"timer": timer.value}, due) for conversation, timer, due in timers
    ]
    if rows:
        connection.execute(_FORGET_TIMER, [_timer_key(row) for row in rows])
        connection.execute(insert(inbox), rows)


def void_timers(connection: Connection, cases: Sequence[int]) -> None:
    """Whatever timers these conversations set will not come due."""
    if cases:
        waiting = (inbox.c.conversation.in_(cases), inbox.c.kind == Kind.TIMER, inbox.c.state == WAITING)
        connection.execute(update(inbox).where(*waiting).values(state=VOID))


_FORGET_TIMER = delete(inbox).where(
    inbox.c.conversation == bindparam("of"),
    inbox.c.kind == Kind.TIMER.value,
    inbox.c.state == WAITING,
    inbox.c.payload == bindparam("timer"),
)


def _timer_key(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"of": row["conversation"], "timer": row["payload"]}


def _row(
    conversation: int, kind: Kind, payload: Mapping[str, Any], at: int, external_id: str | None = None
) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "external_id": external_id,
        "kind": kind.value,
        "payload": compact(payload),
        "due_at": at,
    }


def compact(value: object) -> str:
    """JSON in ASCII: neither database chokes on a NUL or half a surrogate pair."""
    return json.dumps(value, separators=(",", ":"))


def storable(words: str) -> str:
    """Text that a database takes: PostgreSQL knows no NUL, UTF-8 no half pair."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _clean(arrival: Arrival) -> Arrival:
    """Numbers of nine digits are gone before anything is kept."""
    said = arrival.said
    redacted = replace(
        said,
        text=redact(storable(said.text)),
        subject=redact(storable(said.subject)),
        quoted=redact(storable(said.quoted)),
    )
    thread = {
        name: redact(storable(note)) if name == "quote" and isinstance(note, str) else note
        for name, note in arrival.thread.items()
    }
    return replace(
        arrival,
        external_id=storable(arrival.external_id),
        sender=storable(arrival.sender),
        reply_to=storable(arrival.reply_to),
        said=redacted,
        thread=thread,
    )


def _keep(
    connection: Connection, arrivals: Sequence[Arrival], at: int, keys: Keys | None, state: str
) -> list[Received]:
    """Rows for those not known yet, in the order given; the journal last, since its tail is one lock."""
    known = _known(connection, [arrival.external_id for arrival in arrivals])
    fresh = list({a.external_id: a for a in reversed(arrivals) if a.external_id not in known}.values())[::-1]
    joined = _touched(connection, {a.conversation for a in fresh if a.conversation is not None}, at)
    opened = _open(connection, [a for a in fresh if a.conversation not in joined], at)
    homes = {a.external_id: opened.get(a.external_id) or a.conversation or 0 for a in fresh}
    lost = _insert(connection, fresh, homes, joined, at, state)
    if lost:
        # Another process received the same a moment ago: its case is the true one.
        stray = [opened[each] for each in lost if each in opened]
        connection.execute(delete(conversations).where(conversations.c.id.in_(stray)))
        known |= _known(connection, lost)
    new = {arrival.external_id: arrival for arrival in fresh if arrival.external_id not in lost}
    _remember(connection, list(new.values()), homes, at, keys, state)
    homes |= known
    seen = [new.get(arrival.external_id) is not arrival for arrival in arrivals]
    return [
        Received(homes[arrival.external_id], not again and arrival.external_id in opened, again)
        for arrival, again in zip(arrivals, seen, strict=True)
    ]


def _known(connection: Connection, external_ids: Sequence[str]) -> dict[str, int]:
    found = connection.execute(_FIND, {"ids": list(external_ids)})
    return {row.external_id: row.conversation for row in found}


_FIND = select(inbox.c.external_id, inbox.c.conversation).where(
    inbox.c.external_id.in_(bindparam("ids", expanding=True))
)


def _touched(connection: Connection, cases: set[int], at: int) -> dict[int, int]:
    """Lock these cases, in order of id; when each was last touched. Unknown ones are left out."""
    if not cases:
        return {}
    locked = (
        select(conversations.c.id)
        .where(conversations.c.id.in_(cases))
        .order_by(conversations.c.id)
        .with_for_update(key_share=True)
    )
    there = list(connection.execute(locked).scalars())
    if not there:
        return {}
    # Clocks step back: within a case nothing may come before what came earlier.
    later = case((conversations.c.updated_at > at, conversations.c.updated_at), else_=at)
    touch = (
        update(conversations)
        .where(conversations.c.id.in_(there))
        .values(updated_at=later)
        .returning(conversations.c.id, conversations.c.updated_at)
    )
    return {row.id: row.updated_at for row in connection.execute(touch)}


def _open(connection: Connection, arrivals: Sequence[Arrival], at: int) -> dict[str, int]:
    """A new case for each; their ids by external id."""
    if not arrivals:
        return {}
    ids = _new_ids(connection, len(arrivals))
    rows = [_new_case(arrival, number, at) for arrival, number in zip(arrivals, ids, strict=True)]
    connection.execute(insert(conversations), rows)
    return {arrival.external_id: number for arrival, number in zip(arrivals, ids, strict=True)}


def _new_ids(connection: Connection, count: int) -> list[int]:
    """Drawn beforehand, since a case's number and state hold its id."""
    if connection.dialect.name == "sqlite":  # nobody else writes before the commit
        last = connection.execute(_LAST_GIVEN).scalar() or 0
        return list(range(last + 1, last + 1 + count))
    sequence = text("SELECT nextval('conversations_id_seq') FROM generate_series(1, :count)")
    drawn = connection.execute(sequence.bindparams(bindparam("count", count, Integer)))
    return [int(each) for each in drawn.scalars()]


_LAST_GIVEN = text("SELECT seq FROM sqlite_sequence WHERE name = 'conversations'")
"""SQLite's memory of the largest id ever given, rows that are gone included."""


def _new_case(arrival: Arrival, number: int, at: int) -> dict[str, Any]:
    name = f"PF-{number:06d}"
    state = Conversation(medium=_MEDIUM[arrival.channel], number=name, opened_at=moment(at))
    return {
        "id": number,
        "number": name,
        "channel": arrival.channel.value,
        "reply_to": arrival.reply_to,
        "sender": arrival.sender,
        "language": state.language.value,
        "stage": state.stage.value,
        "outcome": Outcome.OPEN.value,
        "state": compact(to_json(state)),
        "thread": compact(arrival.thread),
        "linked_to": arrival.linked_to,
        "opened_at": at,
        "updated_at": at,
    }


def _insert(
    connection: Connection,
    arrivals: Sequence[Arrival],
    homes: Mapping[str, int],
    joined: Mapping[int, int],
    at: int,
    state: str,
) -> list[str]:
    """Put them into the inbox; the external ids that another process put there first."""
    if not arrivals:
        return []
    rows = []
    for arrival in arrivals:
        home = homes[arrival.external_id]
        payload = {
            "event": event_to_json(arrival.said),
            "sender": arrival.sender,
            "reply_to": arrival.reply_to,
            "thread": dict(arrival.thread),
        }
        kept = payload if state == WAITING else {}
        row = _row(home, Kind.SAID, kept, joined.get(home, at), arrival.external_id)
        rows.append({**row, "state": state})
    statement = insert_or(connection, inbox).on_conflict_do_nothing()
    if connection.dialect.name == "sqlite":  # the write lock is ours: what was unknown still is
        connection.execute(statement, rows)
        return []
    mine = set(connection.execute(statement.returning(inbox.c.external_id), rows).scalars())
    return [row["external_id"] for row in rows if row["external_id"] not in mine]


def _remember(
    connection: Connection,
    arrivals: Sequence[Arrival],
    homes: Mapping[str, int],
    at: int,
    keys: Keys | None,
    state: str,
) -> None:
    """The timeline that staff read, and the journal."""
    if not arrivals:
        return
    rows, entries = [], []
    for arrival in arrivals:
        home = homes[arrival.external_id]
        subject = f"{arrival.said.subject}\n\n" if arrival.said.subject else ""
        rows.append({"conversation": home, "at": at, "author": "parent", "body": subject + arrival.said.text})
        who = keys.tag("journal", arrival.sender, PSEUDONYM_LENGTH) if keys else ""
        data = {"channel": arrival.channel.value, "held": state != WAITING}
        entries.append(Entry(at, "message.received", home, data, Actor.PARENT, who))
    connection.execute(insert(messages), rows)
    journal.append_all(connection, entries)
