"""Methods with which the bot changes or removes what was sent, and answers a press."""

from __future__ import annotations

import time
from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.messages import Chat, Message
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.sending import keyboard, readable
from sandbox.telegram.world import BOT_ID, World

Json = dict[str, Any]
LONGEST_ANSWER = 200


def _own(world: World, arguments: Arguments) -> Message:
    message = world.reachable(arguments).standing(arguments.needed("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not _is_bots(message) or message.content.keys() - {"text"}:
        raise bad_request("message can't be edited")
    return message


def _is_bots(message: Message) -> bool:
    return message.sender is not None and message.sender["id"] == BOT_ID


def _change(world: World, message: Message, content: Json, markup: Json | None) -> Json:
    if (content, markup) == (message.content, message.markup):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    message.content, message.markup, message.edited = content, markup, int(time.time())
    world.keep(message)
    return message.shape()


def edit_message_text(world: World, arguments: Arguments) -> Json:
    message = _own(world, arguments)
    return _change(world, message, {"text": readable(arguments)}, keyboard(arguments))


def edit_message_reply_markup(world: World, arguments: Arguments) -> Json:
    message = _own(world, arguments)
    return _change(world, message, message.content, keyboard(arguments))


def delete_message(world: World, arguments: Arguments) -> bool:
    _delete(world, world.chat(arguments), arguments.needed("message_id"))
    return True


def delete_messages(world: World, arguments: Arguments) -> bool:
    chat = world.chat(arguments)
    for number in arguments.array("message_ids") or ():
        if chat.standing(number):
            _delete(world, chat, number)
    return True


def _delete(world: World, chat: Chat, number: int) -> None:
    message = chat.standing(number)
    if message is None:
        raise bad_request("message to delete not found")
    if chat.kind != "private" and not _is_bots(message) and not chat.bot_may_delete:
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.keep(message)


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    press = world.presses.get(arguments.text("callback_query_id") or "")
    text = arguments.text("text") or ""
    if press is None or press["answered"]:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press |= {"answered": True, "text": text, "alert": arguments.flag("show_alert")}
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
}
