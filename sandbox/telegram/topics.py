"""Methods for the topics of a forum."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.messages import Chat, Topic
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.world import World

Json = dict[str, Any]
LONGEST_NAME = 128
BLUE = 0x6FB9F0


def _forum(world: World, arguments: Arguments) -> Chat:
    chat = world.reachable(arguments)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(world: World, arguments: Arguments) -> tuple[Chat, int, Topic]:
    chat = _forum(world, arguments)
    thread = arguments.needed("message_thread_id")
    if thread not in chat.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, thread, chat.topics[thread]


def _name(arguments: Arguments) -> str:
    name = (arguments.text("name") or "").strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    return name


def create_forum_topic(world: World, arguments: Arguments) -> Json:
    chat = _forum(world, arguments)
    topic = Topic(_name(arguments), arguments.integer("icon_color") or BLUE)
    told = {"name": topic.name, "icon_color": topic.icon_color}
    opened = world.post(chat, world.bot, {"forum_topic_created": told})
    opened.thread = opened.id
    chat.topics[opened.id] = topic
    world.keep(opened)
    world.keep_topic(chat, opened.id)
    return {"message_thread_id": opened.id} | told


def edit_forum_topic(world: World, arguments: Arguments) -> bool:
    chat, thread, topic = _topic(world, arguments)
    if arguments.text("name"):
        name = _name(arguments)
        if name == topic.name and arguments.text("icon_custom_emoji_id") is None:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.name = name
        world.keep_topic(chat, thread)
    return True


def close_forum_topic(world: World, arguments: Arguments) -> bool:
    return _set_closed(world, arguments, closed=True)


def reopen_forum_topic(world: World, arguments: Arguments) -> bool:
    return _set_closed(world, arguments, closed=False)


def _set_closed(world: World, arguments: Arguments, *, closed: bool) -> bool:
    chat, thread, topic = _topic(world, arguments)
    if topic.closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    world.keep_topic(chat, thread)
    return True


def delete_forum_topic(world: World, arguments: Arguments) -> bool:
    chat, thread, _topic_of_it = _topic(world, arguments)
    remove_topic(world, chat, thread)
    return True


def remove_topic(world: World, chat: Chat, thread: int) -> None:
    """The topic and all that was written in it are gone; Telegram tells the bot nothing of it."""
    del chat.topics[thread]
    world.keep_topic(chat, thread)
    for message in chat.messages.values():
        if message.thread == thread:
            message.deleted = True
            world.keep(message)


METHODS = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
