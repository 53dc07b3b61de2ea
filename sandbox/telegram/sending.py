"""Methods with which the bot sends something."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.messages import Chat, Message
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.world import World

Json = dict[str, Any]
LONGEST = 4096
LONGEST_DATA = 64
ACTIONS = frozenset(
    """typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker
    find_location record_video_note upload_video_note""".split()
)


def readable(arguments: Arguments) -> str:
    """The text to send. Raises Refusal where Telegram would."""
    text = (arguments.text("text") or "").strip()
    if not text:
        raise bad_request("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST:
        raise bad_request("message is too long")
    return text


def keyboard(arguments: Arguments) -> Json | None:
    """The buttons to send along. Raises Refusal."""
    markup = arguments.mapping("reply_markup")
    if not markup:
        return None
    if not {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"} & markup.keys():
        raise bad_request("object expected as reply markup")
    for row in Arguments(markup).array("inline_keyboard") or ():
        for button in Arguments({"row": row}).objects("row") or ():
            _check(button)
    return markup


def _check(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise bad_request("inline keyboard button text is empty")
    given = {name for name, value in button.items() if value is not None}
    if not given - {"text", "style", "icon_custom_emoji_id"}:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in given and not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def replied_to(chat: Chat, arguments: Arguments) -> Message | None:
    given = arguments.mapping("reply_parameters")
    if not given:
        return None
    found = chat.standing(Arguments(given).integer("message_id"))
    if found is None and not given.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def thread_of(chat: Chat, arguments: Arguments, reply_to: Message | None = None) -> int | None:
    """The topic of the forum, or the thread of the group, to write in. Raises Refusal."""
    thread = arguments.integer("message_thread_id")
    if thread is None:
        return continued(chat, reply_to)
    known = thread in chat.topics if chat.forum else chat.standing(thread) and chat.kind == "supergroup"
    if not known:
        raise bad_request("message thread not found")
    return thread


def continued(chat: Chat, reply_to: Message | None) -> int | None:
    """The thread that an answer to a message goes on with."""
    if reply_to is None or chat.kind != "supergroup":
        return None
    return reply_to.thread if reply_to.thread or chat.forum else reply_to.id


def send_message(world: World, arguments: Arguments) -> Json:
    chat = world.reachable(arguments)
    text = readable(arguments)
    markup = keyboard(arguments)
    reply_to = replied_to(chat, arguments)
    thread = thread_of(chat, arguments, reply_to)
    return _sent(world, chat, {"text": text}, thread=thread, reply_to=reply_to, markup=markup).shape()


def _sent(world: World, chat: Chat, content: Json, **more: Any) -> Message:
    sender = None if chat.kind == "channel" else world.bot
    return world.post(chat, sender, content, **more)


def _source(world: World, arguments: Arguments, verb: str) -> Message:
    message = world.chat(arguments, "from_chat_id").standing(arguments.needed("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message


def copy_message(world: World, arguments: Arguments) -> Json:
    chat = world.reachable(arguments)
    source = _source(world, arguments, "copy")
    reply_to = replied_to(chat, arguments)
    thread = thread_of(chat, arguments, reply_to)
    plain = {name: value for name, value in source.content.items() if name not in _MARKS}
    sent = _sent(world, chat, plain, thread=thread, reply_to=reply_to, markup=keyboard(arguments))
    return {"message_id": sent.id}


def forward_message(world: World, arguments: Arguments) -> Json:
    chat = world.reachable(arguments)
    source = _source(world, arguments, "forward")
    origin: Json = {"type": "user", "sender_user": source.sender, "date": source.date}
    if source.sender is None:
        origin = {
            "type": "channel",
            "chat": source.chat.shape(),
            "message_id": source.id,
            "date": source.date,
        }
    thread = thread_of(chat, arguments)
    return _sent(world, chat, source.content | {"forward_origin": origin}, thread=thread).shape()


_MARKS = frozenset({"sender_chat", "is_automatic_forward", "forward_origin"})


def send_chat_action(world: World, arguments: Arguments) -> bool:
    chat = world.reachable(arguments)
    thread_of(chat, arguments)
    action = arguments.text("action") or ""
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.actions.append((chat.id, action))
    return True


METHODS = {
    "sendMessage": send_message,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
}
