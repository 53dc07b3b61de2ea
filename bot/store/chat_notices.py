"""What the chat says by itself, and the tickets of its button in the group. Functions of one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.chats import AskedInPublic, Notice, Told
from bot.keys import Keys
from bot.ports import Channel, ParcelKind
from bot.store.bell import Topic, ring_after_commit
from bot.store.inbox import compact
from bot.store.schema import conversations, outbox, telegram_tickets
from conversations.codec import effect_to_json
from conversations.model import Intent, Language, Medium

_SECOND = 1_000_000
TICKET_LASTS = int(timedelta(minutes=10).total_seconds()) * _SECOND
PUBLIC_PAUSE = int(timedelta(hours=1).total_seconds()) * _SECOND
CASE_RESTS = int(timedelta(days=1).total_seconds()) * _SECOND
"""After this long a closed case is over: the next words open another, with limits of its own."""
TICKET = "telegram-ticket"
ANSWERED = "answered_this_hour"


def latest_case(connection: Connection, person: int) -> Row[Any] | None:
    """The newest case of this person in the chat."""
    mine = (conversations.c.sender == str(person), conversations.c.channel == Channel.TELEGRAM.value)
    newest = select(conversations).where(*mine).order_by(conversations.c.id.desc()).limit(1)
    return connection.execute(newest).first()


def open_case(connection: Connection, person: int, at: int) -> Row[Any] | None:
    """The case that this person's words go to; None: they open one."""
    case = latest_case(connection, person)
    over = case is None or (case.closed_at is not None and case.closed_at < at - CASE_RESTS)
    return None if over else case


def put(connection: Connection, row: int, notice: Notice, at: int, case: Row[Any] | None = None) -> None:
    """Into the outbox; the update's row makes twice into once."""
    language = case.language if case is not None else notice.language.value
    payload = {
        "says": [effect_to_json(notice.say)],
        "language": language,
        "medium": Medium.CHAT.value,
        "number": case.number if case is not None else "",
        "to": str(notice.chat),
        "thread": {"start": notice.start} if notice.start else {},
    }
    parcel = {
        "conversation": case.id if case is not None else None,
        "key": f"notice:{row}",
        "kind": (ParcelKind.PUBLIC if notice.chat < 0 else ParcelKind.NOTICE).value,
        "channel": Channel.TELEGRAM.value,
        "payload": compact(payload),
        "next_at": at,
        "created_at": at,
    }
    connection.execute(insert(outbox).values(parcel))
    ring_after_commit(connection, Topic.OUTBOX)


def tell(connection: Connection, row: int, told: Told, at: int) -> int | None:
    """A word in private; the case it was said beside, if any."""
    case = latest_case(connection, told.person)
    notice = told.notice
    if told.no_case is not None:
        numbered = (
            replace(notice.say, blanks=(("number", case.number),)) if case is not None else told.no_case
        )
        notice = replace(notice, say=numbered)
    put(connection, row, notice, at, case)
    return case.id if case is not None else None


def answer_in_public(connection: Connection, keys: Keys, row: int, asked: AskedInPublic, at: int) -> str:
    """One neutral answer a person and hour; why there is none, or ""."""
    table = telegram_tickets.c
    recent = select(table.token).where(table.person == asked.person, table.at > at - PUBLIC_PAUSE).limit(1)
    if connection.execute(recent).first() is not None:
        return ANSWERED
    ticket = {
        "token": keys.tag(TICKET, asked.notice.start),
        "person": asked.person,
        "chat": asked.notice.chat,
        "intent": asked.intent.value if asked.intent else None,
        "language": asked.notice.language.value,
        "at": at,
    }
    connection.execute(insert(telegram_tickets).values(ticket))
    put(connection, row, asked.notice, at)
    return ""


def use_ticket(
    connection: Connection, keys: Keys, token: str, person: int, at: int
) -> tuple[Intent | None, Language] | None:
    """What this person asked for in the group; None for a token that is foreign, used or old."""
    table = telegram_tickets.c
    fresh = (
        table.token == keys.tag(TICKET, token),
        table.person == person,
        table.used_at.is_(None),
        table.at > at - TICKET_LASTS,
    )
    used = update(telegram_tickets).where(*fresh).values(used_at=at)
    row = connection.execute(used.returning(table.intent, table.language)).first()
    if row is None:
        return None
    return Intent(row.intent) if row.intent else None, Language(row.language)
