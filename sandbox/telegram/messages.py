"""A message, a topic and a chat, and the shapes in which the Bot API tells of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
THE_SERVICE: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Who Telegram names as sender where a channel's post comes into its discussion group."""


@dataclass
class Topic:
    name: str
    icon_color: int
    closed: bool = False


@dataclass
class Message:
    id: int
    chat: Chat
    sender: Json | None
    """The user; None for a post of the channel."""
    content: Json
    """What makes its kind: text, photo, voice, forum_topic_created …"""
    thread: int | None = None
    reply_to: Message | None = None
    markup: Json | None = None
    date: int = field(default_factory=lambda: int(time.time()))
    edited: int | None = None
    deleted: bool = False

    @property
    def text(self) -> str:
        return str(self.content.get("text") or self.content.get("caption") or "")

    def shape(self, *, with_reply: bool = True) -> Json:
        told: Json = {"message_id": self.id, "chat": self.chat.shape(), "date": self.date} | self.content
        if self.sender is None:
            told["sender_chat"] = self.chat.shape()
        else:
            told["from"] = self.sender
        if self.edited is not None:
            told["edit_date"] = self.edited
        if self.thread is not None:
            told["message_thread_id"] = self.thread
            if self.chat.forum:
                told["is_topic_message"] = True
        if with_reply and self.reply_to is not None:
            told["reply_to_message"] = self.reply_to.shape(with_reply=False)
        if self.markup and "inline_keyboard" in self.markup:
            told["reply_markup"] = self.markup
        return told


@dataclass
class Chat:
    id: int
    kind: str
    title: str = ""
    username: str | None = None
    forum: bool = False
    linked: Chat | None = None
    bot_may_delete: bool = True
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    members: dict[int, Json] = field(default_factory=dict)
    blocked: bool = False
    gone: bool = False
    moved_to: int | None = None

    def shape(self) -> Json:
        told: Json = {"id": self.id, "type": self.kind}
        if self.kind == "private":
            [person] = self.members.values()
            told |= {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
        else:
            told["title"] = self.title
            if self.username:
                told["username"] = self.username
        if self.forum:
            told["is_forum"] = True
        return told

    def standing(self, number: int | None) -> Message | None:
        """The message of this number, unless it was deleted or never was."""
        message = self.messages.get(number) if number is not None else None
        return None if message is None or message.deleted else message
