"""Brings a world back to what its archive tells."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.messages import Chat, Message, Topic

Json = dict[str, Any]


def kept(message: Message) -> Json:
    """A message as the archive holds it."""
    return {
        "id": message.id,
        "chat": message.chat.id,
        "sender": message.sender,
        "content": message.content,
        "thread": message.thread,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "markup": message.markup,
        "date": message.date,
        "edited": message.edited,
        "deleted": message.deleted,
    }


def bring_back(chats: dict[int, Chat], kind: str, content: Any) -> None:
    """Do again what one line of the archive tells of the chats."""
    if kind == "member":
        number, person = content
        chats.setdefault(number, Chat(number, "private")).members[person["id"]] = person
    elif kind == "blocked":
        number, blocked = content
        chats[number].blocked = blocked
    elif kind == "topic":
        number, thread, topic = content
        chats[number].topics.pop(thread, None)
        if topic is not None:
            chats[number].topics[thread] = Topic(**topic)
    elif kind == "message":
        chat = chats[content["chat"]]
        reply_to = chat.messages.get(content["reply_to"])
        chat.messages[content["id"]] = Message(**(content | {"chat": chat, "reply_to": reply_to}))
