"""Who and what there is in the Telegram of the town."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from sandbox.telegram.archive import Archive
from sandbox.telegram.arguments import Arguments
from sandbox.telegram.memory import bring_back, kept
from sandbox.telegram.messages import THE_SERVICE, Chat, Message
from sandbox.telegram.news import News
from sandbox.telegram.refusals import Refusal, bad_request, forbidden
from sandbox.telegram.updates import Updates
from sandbox.telegram.webhook import Webhook

Json = dict[str, Any]
BOT_ID = 8_100_000_001
BOT_NAME = "guichet_famille_bot"
CHANNEL_ID, GROUP_ID, STAFF_ID = -1_002_000_000_001, -1_002_000_000_002, -1_002_000_000_003
STAFF_PEOPLE = {7_000_000_101: "Nadia", 7_000_000_102: "Olivier"}
"""Who sits in the staff group from the start. Numbers do not fit 32 bits, as those of people today."""
EPOCH = 1_700_000_000


class World:
    """The bot, its chats and its updates. A restarted town counts on from the clock, never from 1 again."""

    def __init__(
        self, archive: Archive, *, retry_pause: float = 0.5, first_update: int | None = None
    ) -> None:
        self._archive = archive
        self.news = News()
        self.updates = Updates(self.news, archive, first_update)
        self.webhook = Webhook(self.updates, self.news, retry_pause)
        self.bot: Json = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Guichet Famille",
            "username": BOT_NAME,
        }
        self.channel = Chat(CHANNEL_ID, "channel", "Annonces aux familles", "annonces_familles")
        self.group = Chat(GROUP_ID, "supergroup", "Questions des familles", "questions_familles")
        self.staff = Chat(STAFF_ID, "supergroup", "Personnel du guichet", forum=True)
        self.channel.linked, self.group.linked = self.group, self.channel
        for number, name in STAFF_PEOPLE.items():
            self.staff.members[number] = user(number, name)
        self.chats = {chat.id: chat for chat in (self.channel, self.group, self.staff)}
        self.presses: dict[str, Json] = {}
        """Presses of buttons by their id: whose, and what the bot answered."""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.actions: list[tuple[int, str]] = []
        """Chat and action of each sendChatAction."""
        self._last_message = int(time.time()) - EPOCH
        for kind, content in archive.lines():
            bring_back(self.chats, kind, content)
            self.updates.bring_back(kind, content)
        last = max((number for chat in self.chats.values() for number in chat.messages), default=0)
        self._last_message = max(self._last_message, last)

    def keep(self, message: Message) -> None:
        """A message is new, or was changed."""
        self._archive.keep("message", kept(message))
        self.news.tell()

    def keep_topic(self, chat: Chat, thread: int) -> None:
        """A topic is new, was changed, or is gone."""
        topic = chat.topics.get(thread)
        self._archive.keep("topic", [chat.id, thread, asdict(topic) if topic else None])

    def enter(self, chat: Chat, person: Json) -> None:
        """A person is in a chat from now on, under the name given; the name is the same in every chat."""
        self.chats.setdefault(chat.id, chat)
        for place in self.chats.values():
            known = place.members.get(person["id"])
            if (place is chat or known is not None) and known != person:
                place.members[person["id"]] = person
                self._archive.keep("member", [place.id, person])

    def chat(self, arguments: Arguments, name: str = "chat_id") -> Chat:
        """The chat that an argument names, by number or @username. Raises Refusal."""
        given = arguments.text(name)
        if not given:
            raise bad_request(f"{name} is empty")
        if given.startswith("@"):
            found = [chat for chat in self.chats.values() if chat.username == given[1:]]
        else:
            found = [chat for chat in self.chats.values() if str(chat.id) == given]
        if not found and any(given == str(number) for chat in self.chats.values() for number in chat.members):
            raise forbidden("bot can't initiate conversation with a user")
        if not found or found[0].gone:
            raise bad_request("chat not found")
        return found[0]

    def reachable(self, arguments: Arguments) -> Chat:
        """The chat that an argument names, when the bot may write there. Raises Refusal."""
        chat = self.chat(arguments)
        if chat.moved_to is not None:
            why = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, why, migrate_to_chat_id=chat.moved_to)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def post(
        self,
        chat: Chat,
        sender: Json | None,
        content: Json,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        markup: Json | None = None,
    ) -> Message:
        """Put a message into a chat; a post of the channel comes into the group as well."""
        self._last_message += 1
        if reply_to is None and chat.forum and thread is not None:
            reply_to = chat.messages.get(thread)  # so Telegram does it: what opened the topic
        message = Message(self._last_message, chat, sender, content, thread, reply_to, markup)
        chat.messages[message.id] = message
        self.keep(message)
        if chat is self.channel:
            self._forward_to_group(message)
        return message

    def _forward_to_group(self, post: Message) -> None:
        origin = {"type": "channel", "chat": post.chat.shape(), "message_id": post.id, "date": post.date}
        told = {
            "sender_chat": post.chat.shape(),
            "is_automatic_forward": True,
            "forward_origin": origin,
        }
        copy = self.post(self.group, THE_SERVICE, post.content | told)
        self.updates.add("message", copy.shape())

    def block(self, number: int, *, blocked: bool = True) -> None:
        """A person blocks the bot, or takes it back; the bot is told so."""
        chat = self.chats[number]
        before, after = (self._standing(chat.blocked), self._standing(blocked))
        chat.blocked = blocked
        self._archive.keep("blocked", [number, blocked])
        person = chat.members[number]
        told = {"chat": chat.shape(), "from": person, "date": int(time.time())}
        self.updates.add("my_chat_member", told | {"old_chat_member": before, "new_chat_member": after})

    def _standing(self, blocked: bool) -> Json:
        return {
            "user": self.bot,
            **({"status": "kicked", "until_date": 0} if blocked else {"status": "member"}),
        }

    def migrate(self, old: Chat) -> Chat:
        """A group gets a new number, as when it grows into a supergroup; both are told to the bot."""
        new = Chat(old.id - 1_000_000, "supergroup", old.title, forum=old.forum, members=dict(old.members))
        self.chats[new.id] = new
        old.moved_to = new.id
        if old.linked is not None:
            new.linked, old.linked.linked = old.linked, new
        for kind, chat in (("group", self.group), ("staff", self.staff)):
            if chat is old:
                setattr(self, kind, new)
        for chat, content in ((old, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": old.id})):
            self.updates.add("message", self.post(chat, THE_SERVICE, content).shape())
        return new


def user(number: int, first_name: str, language: str = "fr") -> Json:
    return {"id": number, "is_bot": False, "first_name": first_name, "language_code": language}
