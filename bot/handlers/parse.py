"""From an update's JSON to what matters of it. Only fields that are needed are read: news harm nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conversations.model import Language

Json = Mapping[str, Any]


class What(StrEnum):
    TEXT = "text"
    EDIT = "edit"
    WORDLESS = "wordless"
    """A photo, voice note, sticker, contact card, or a message that others wrote."""
    PRESS = "press"
    PASSED = "passed"
    """Nothing for the bot; `text` says why."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update, read. `person` is `from.id`: user names and cards prove nothing."""

    what: What
    update: int
    person: int = 0
    chat: int = 0
    message: int = 0
    private: bool = False
    """Only ever true where the chat says so: the one thing that allows a word about a family."""
    text: str = ""
    press: str = ""
    """Id of the press, to answer it."""
    language: Language = Language.FRENCH
    """Of the person's own app, as long as they have not written."""


class UnreadableError(ValueError):
    """Not an update as the Bot API describes them. Holds the kind of mistake only."""


def parse(body: str) -> Incoming:
    """Raises UnreadableError."""
    try:
        update = json.loads(body)
        return _update(update, int(update["update_id"]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableError(type(error).__name__) from None


def _update(update: Json, number: int) -> Incoming:
    if "callback_query" in update:
        return _press(update["callback_query"], number)
    if "message" in update:
        return _message(update["message"], number, What.TEXT)
    if "edited_message" in update:
        return _message(update["edited_message"], number, What.EDIT)
    kind = next((name for name in update if name != "update_id"), "empty")
    return Incoming(What.PASSED, number, text=str(kind))


def _press(press: Json, number: int) -> Incoming:
    message = press.get("message") or {}
    chat = message.get("chat") or {}
    return Incoming(
        What.PRESS,
        number,
        person=_id(press["from"]["id"]),
        chat=_id(chat.get("id", 0)),
        message=_id(message.get("message_id", 0)),
        private=chat.get("type") == "private",
        text=str(press.get("data") or ""),
        press=str(press["id"]),
        language=_language(press["from"]),
    )


def _message(message: Json, number: int, what: What) -> Incoming:
    chat = message["chat"]
    private = chat["type"] == "private"
    author = message.get("from") or {}
    if reason := _not_a_persons(message, author):
        return Incoming(What.PASSED, number, chat=_id(chat["id"]), text=reason)
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise UnreadableError("text")
    if private and (text is None or _written_by_others(message)):
        if not _has_content(message):
            return Incoming(What.PASSED, number, chat=_id(chat["id"]), text="event_of_the_chat")
        what, text = What.WORDLESS, ""
    return Incoming(
        what,
        number,
        person=_id(author["id"]),
        chat=_id(chat["id"]),
        message=_id(message["message_id"]),
        private=private,
        # A photo's caption may name a child in public just as well as a text.
        text=(text or "") if private else text or str(message.get("caption") or ""),
        language=_language(author),
    )


def _not_a_persons(message: Json, author: Json) -> str:
    """Posts of the channel, of anonymous staff and of bots are no requests."""
    if message.get("is_automatic_forward"):
        return "post_of_the_channel"
    if message.get("sender_chat"):
        return "written_by_a_chat"
    if not author:
        return "nobody_wrote"
    return "written_by_a_bot" if author.get("is_bot") else ""


def _written_by_others(message: Json) -> bool:
    return bool({"forward_origin", "forward_date", "forward_from", "via_bot"} & message.keys())


_CONTENT = frozenset(
    """text animation audio document paid_media photo sticker story video video_note voice contact dice game
    poll venue location checklist""".split()
)


def _has_content(message: Json) -> bool:
    return bool(_CONTENT & message.keys())


def _id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise UnreadableError("id")
    return value


def _language(author: Json) -> Language:
    return Language.ENGLISH if str(author.get("language_code") or "").startswith("en") else Language.FRENCH
