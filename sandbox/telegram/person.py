"""What people do in the Telegram of the town: write, edit, press, send what is no text."""

from __future__ import annotations

import re
import time
from itertools import count
from typing import Any

from sandbox.telegram.messages import Chat, Message
from sandbox.telegram.sending import LONGEST, continued
from sandbox.telegram.topics import remove_topic
from sandbox.telegram.world import BOT_ID, World, user

Json = dict[str, Any]
COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@\w+)?")
_FILE: Json = {"file_id": "kept-nowhere", "file_unique_id": "nowhere"}
KINDS: dict[str, Json] = {
    "photo": {"photo": [_FILE | {"width": 90, "height": 90}]},
    "voice": {"voice": _FILE | {"duration": 3}},
    "document": {"document": _FILE},
    "sticker": {
        "sticker": _FILE
        | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    },
    "contact": {"contact": {"phone_number": "+16135550100", "first_name": "Parent"}},
    "location": {"location": {"latitude": 45.42, "longitude": -75.69}},
}


class OrderError(ValueError):
    """Something that no person could do."""


class People:
    """Every person of the town; `chat` is private, group, channel or staff."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._press_numbers = count(1)

    def say(
        self,
        user_id: int,
        chat: str,
        text: str,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        forwarded: bool = False,
        first_name: str | None = None,
        language: str | None = None,
    ) -> int:
        """Write; a text too long for one message becomes several, as in the apps. The number of the first."""
        place, person = self._place(user_id, chat, first_name, language)
        if not text.strip():
            raise OrderError("text is empty")
        extra: Json = {}
        if forwarded:
            told = {"type": "hidden_user", "sender_user_name": "Somebody", "date": int(time.time())}
            extra["forward_origin"] = told
        sent = [
            self._post(place, person, _written(text[start : start + LONGEST]) | extra, thread, reply_to)
            for start in range(0, len(text), LONGEST)
        ]
        return sent[0]

    def send(
        self, user_id: int, chat: str, kind: str, *, caption: str = "", thread: int | None = None
    ) -> int:
        """Send a photo, a voice note or another of KINDS."""
        if kind not in KINDS:
            raise OrderError(f"kind is one of: {', '.join(KINDS)}")
        place, person = self._place(user_id, chat)
        return self._post(
            place, person, KINDS[kind] | ({"caption": caption} if caption else {}), thread, None
        )

    def edit(self, user_id: int, chat: str, message_id: int, text: str) -> None:
        place, person = self._place(user_id, chat)
        message = place.standing(message_id)
        own = message is not None and (message.sender or person)["id"] == user_id
        if message is None or not own or "text" not in message.content:
            raise OrderError("there is no such message of this person's")
        message.content, message.edited = message.content | _written(text), int(time.time())
        self._world.keep(message)
        kind = "edited_channel_post" if message.sender is None else "edited_message"
        self._world.updates.add(kind, message.shape())

    def press(self, user_id: int, chat: str, message_id: int, data: str) -> str:
        """Press a button, or one that was there once, or never. The id of the press."""
        place, person = self._place(user_id, chat)
        message = place.messages.get(message_id)
        if message is None or message.sender is None or message.sender["id"] != BOT_ID:
            raise OrderError("there is no such message of the bot's")
        self._world.enter(place, person)
        number = f"{self._world.bot['id'] + next(self._press_numbers)}{int(time.time())}"
        self._world.presses[number] = {"user_id": user_id, "answered": False, "text": "", "alert": False}
        gone = {"chat": place.shape(), "message_id": message.id, "date": 0}
        told = {"id": number, "from": person, "chat_instance": str(place.id), "data": data}
        about = {"message": gone if message.deleted else message.shape()}
        self._world.updates.add("callback_query", told | about)
        return number

    def block(self, user_id: int, *, blocked: bool = True) -> None:
        """Block the bot in private, or take it back."""
        self._world.enter(*self._place(user_id, "private"))
        self._world.block(user_id, blocked=blocked)

    def delete_topic(self, thread: int) -> None:
        """Somebody of the staff deletes a topic."""
        if thread not in self._world.staff.topics:
            raise OrderError("there is no such topic")
        remove_topic(self._world, self._world.staff, thread)

    def close_topic(self, user_id: int, thread: int, *, closed: bool = True) -> None:
        """Somebody of the staff closes a topic, or opens it again."""
        place, person = self._place(user_id, "staff")
        topic = place.topics.get(thread)
        if topic is None or topic.closed is closed:
            raise OrderError("there is no such topic, or it is so already")
        topic.closed = closed
        self._world.keep_topic(place, thread)
        self._post(
            place, person, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, thread, None
        )

    def messages(self, user_id: int, chat: str) -> list[Message]:
        """All that was ever written in a chat, oldest first."""
        place = self._world.chats.get(user_id) if chat == "private" else self._named(chat)
        return list(place.messages.values()) if place else []

    def _place(
        self, user_id: int, chat: str, first_name: str | None = None, language: str | None = None
    ) -> tuple[Chat, Json]:
        place = self._private(user_id) if chat == "private" else self._named(chat)
        person = self._known(user_id) or user(user_id, "Parent")
        named = {"first_name": first_name, "language_code": language}
        return place, person | {name: value for name, value in named.items() if value}

    def _private(self, user_id: int) -> Chat:
        return self._world.chats.get(user_id) or Chat(user_id, "private")

    def _known(self, user_id: int) -> Json | None:
        chats = self._world.chats.values()
        return next((chat.members[user_id] for chat in chats if user_id in chat.members), None)

    def _named(self, chat: str) -> Chat:
        if chat not in {"group", "channel", "staff"}:
            raise OrderError("chat is private, group, channel or staff")
        found: Chat = getattr(self._world, chat)
        return found

    def _post(
        self, place: Chat, person: Json, content: Json, thread: int | None, reply_to: int | None
    ) -> int:
        if thread is not None and place.forum and thread not in place.topics:
            raise OrderError("there is no such topic")
        answered = place.standing(reply_to)
        if reply_to is not None and answered is None:
            raise OrderError("there is no such message to reply to")
        self._world.enter(place, person)
        if place.blocked:  # whoever writes again has taken the block back
            self._world.block(place.id, blocked=False)
        sender = None if place.kind == "channel" else person
        thread = continued(place, answered) if thread is None else thread
        message = self._world.post(place, sender, content, thread=thread, reply_to=answered)
        self._world.updates.add("channel_post" if sender is None else "message", message.shape())
        return message.id


def _written(text: str) -> Json:
    command = COMMAND.match(text)
    if command is None:
        return {"text": text}
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": command.end()}]}


def view(message: Message) -> Json:
    """A message as a program that plays a person reads it."""
    markup = message.markup or {}
    return {
        "message_id": message.id,
        "from": "bot" if message.sender is not None and message.sender["id"] == BOT_ID else "user",
        "text": message.text,
        "buttons": [[_button(button) for button in row] for row in markup.get("inline_keyboard", ())],
        "keyboard": [[_label(button) for button in row] for row in markup.get("keyboard", ())],
        "deleted": message.deleted,
        "edited": message.edited is not None,
        "user_id": message.sender["id"] if message.sender else None,
        "thread": message.thread,
        "reply_to": message.reply_to.id if message.reply_to else None,
    }


def _button(button: Json) -> Json:
    told = {"text": button["text"]}
    if "callback_data" in button:
        told["data"] = button["callback_data"]
    if "url" in button:
        told["url"] = button["url"]
    return told


def _label(button: Json | str) -> str:
    return button if isinstance(button, str) else str(button["text"])
