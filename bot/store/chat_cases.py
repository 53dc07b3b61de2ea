"""A person's words in a private chat, and the case they go to. Functions of one transaction."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.chats import Edited, Heard, Pressed, Switched
from bot.journal import Actor, Entry
from bot.keys import Keys
from bot.ports import Arrival, ParcelKind
from bot.store import chat_notices, inbox, journal
from bot.store.inbox import WAITING, compact, storable
from bot.store.schema import conversations, messages, outbox
from bot.store.schema import inbox as inbox_rows
from conversations.codec import event_to_json, from_json, to_json
from conversations.facts import redact
from conversations.guide import name_of
from conversations.model import Language, Medium, Stage
from conversations.texts import line

BEFORE_EVALUATION = frozenset({Stage.NEW, Stage.CLARIFYING, Stage.COLLECTING, Stage.CONFIRMING})
STALE, EDITED_LATER, UNKNOWN = "stale_button", "edited_after_evaluation", "edit_of_unknown"


def hear(connection: Connection, keys: Keys, heard: Heard, at: int) -> int:
    """Into the case of this person, or a new one."""
    arrival, language = heard.arrival, heard.language
    ticket = chat_notices.use_ticket(connection, keys, heard.ticket, int(arrival.sender), at)
    if heard.ticket and ticket is not None:
        intent, language = ticket
        if intent is not None:
            words = line(name_of(intent), language, Medium.CHAT)
            arrival = replace(arrival, said=replace(arrival.said, text=words))
    return _receive(connection, keys, arrival, language, at)


def keep_for_staff(connection: Connection, keys: Keys, heard: Heard, reason: str, at: int) -> int:
    """The words stand in the case of this person, unanswered."""
    case = chat_notices.open_case(connection, int(heard.arrival.sender), at)
    joined = replace(heard.arrival, conversation=None if case is None else case.id)
    return inbox.keep_for_staff(connection, joined, reason, at, keys=keys).conversation


def press(connection: Connection, keys: Keys, row: int, pressed: Pressed, at: int) -> tuple[int | None, str]:
    """The words that a button stands for, if its question is still the open one."""
    case = pressed.arrival.conversation
    known = _case(connection, case, pressed.arrival.sender)
    if known is None or not is_current(connection, known.id, pressed.turn):
        chat_notices.put(connection, row, pressed.stale, at, known)
        return (None if known is None else known.id), STALE
    received = inbox.receive(connection, pressed.arrival, at, keys=keys)
    return received.conversation, ""


def is_current(connection: Connection, case: int, turn: int) -> bool:
    """Whether the case said nothing since this turn, and nothing waits to be heard."""
    last = select(outbox.c.key).where(outbox.c.conversation == case, outbox.c.kind == ParcelKind.REPLY.value)
    key = connection.execute(last.order_by(outbox.c.id.desc()).limit(1)).scalar()
    said = (
        inbox_rows.c.conversation == case,
        inbox_rows.c.kind == "said",
        inbox_rows.c.state == WAITING,
    )
    unheard = connection.execute(select(inbox_rows.c.id).where(*said).limit(1)).first()
    return key == f"reply:{turn}" and unheard is None


def edit(connection: Connection, keys: Keys, row: int, edited: Edited, at: int) -> tuple[int | None, str]:
    """Before its turn the new words take the place of the old; after the evaluation they change nothing."""
    query = select(inbox_rows).where(inbox_rows.c.external_id == edited.original).with_for_update()
    original = connection.execute(query).first()
    case = _case(connection, original.conversation if original else None, edited.arrival.sender)
    if original is None or case is None:
        return None, UNKNOWN
    if original.state == WAITING:
        _replace_words(connection, original, edited.arrival)
        _remember(connection, case.id, edited.arrival, at)
        return case.id, ""
    if case.stage not in BEFORE_EVALUATION:
        _remember(connection, case.id, edited.arrival, at)
        return case.id, EDITED_LATER
    if edited.whole:
        inbox.receive(connection, replace(edited.arrival, conversation=case.id), at, keys=keys)
        return case.id, ""
    _remember(connection, case.id, edited.arrival, at)
    chat_notices.put(connection, row, edited.told, at, case)
    return case.id, ""


def switch(connection: Connection, keys: Keys, row: int, switched: Switched, at: int) -> int:
    """The language of the case from now on; without one, a greeting in it opens one."""
    language = switched.told.language
    case = chat_notices.open_case(connection, int(switched.arrival.sender), at)
    if case is None:
        return _receive(connection, keys, switched.arrival, language, at)
    speak(connection, case.id, language, known=True)
    chat_notices.put(connection, row, switched.told, at, _case(connection, case.id, case.sender))
    return int(case.id)


def speak(connection: Connection, case: int, language: Language, *, known: bool) -> None:
    """Answer this case in `language`; `known`: the parent chose it."""
    locked = select(conversations.c.state).where(conversations.c.id == case).with_for_update(key_share=True)
    state = from_json(json.loads(connection.execute(locked).scalar_one()))
    state = replace(state, language=language, language_known=known or state.language_known)
    values = {"state": compact(to_json(state)), "language": language.value}
    connection.execute(update(conversations).where(conversations.c.id == case).values(values))


def _receive(connection: Connection, keys: Keys, arrival: Arrival, language: Language, at: int) -> int:
    case = chat_notices.open_case(connection, int(arrival.sender), at)
    joined = replace(arrival, conversation=None if case is None else case.id)
    received = inbox.receive(connection, joined, at, keys=keys)
    if received.new:
        speak(connection, received.conversation, language, known=False)
    return received.conversation


def _case(connection: Connection, case: int | None, sender: str) -> Row[Any] | None:
    """The case, if it is this person's own."""
    if case is None:
        return None
    mine = (conversations.c.id == case, conversations.c.sender == sender)
    return connection.execute(select(conversations).where(*mine)).first()


def _replace_words(connection: Connection, original: Row[Any], arrival: Arrival) -> None:
    said = replace(arrival.said, text=redact(storable(arrival.said.text)))
    payload = json.loads(original.payload) | {"event": event_to_json(said)}
    mine = update(inbox_rows).where(inbox_rows.c.id == original.id)
    connection.execute(mine.values(payload=compact(payload)))


def _remember(connection: Connection, case: int, arrival: Arrival, at: int) -> None:
    """Both wordings stand in the timeline."""
    body = redact(storable(arrival.said.text))
    connection.execute(insert(messages).values(conversation=case, at=at, author="parent", body=body))
    journal.append_all(connection, [Entry(at, "message.edited", case, {}, Actor.PARENT)])
