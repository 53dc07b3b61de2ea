"""Methods with which the bot learns of itself, its chats and their people, and sets its menu."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.messages import Chat
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.world import BOT_ID, STAFF_PEOPLE, World

Json = dict[str, Any]
MOST_COMMANDS = 100
RIGHTS = """can_manage_chat can_manage_video_chats can_restrict_members can_change_info can_invite_users
    can_post_stories can_edit_stories can_delete_stories can_pin_messages can_manage_topics can_post_messages
    can_edit_messages can_send_welcome_messages""".split()
GIFTS = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels".split()


def get_me(world: World, _arguments: Arguments) -> Json:
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, arguments: Arguments) -> Json:
    chat = world.chat(arguments)
    told = chat.shape() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    return told | ({"linked_chat_id": chat.linked.id} if chat.linked else {})


def get_chat_member(world: World, arguments: Arguments) -> Json:
    return _member(world, world.chat(arguments), arguments.needed("user_id"))


def get_chat_administrators(world: World, arguments: Arguments) -> list[Json]:
    chat = world.chat(arguments)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    people = [BOT_ID, *(number for number in chat.members if number in STAFF_PEOPLE)]
    return [_member(world, chat, number) for number in people]


def _member(world: World, chat: Chat, number: int) -> Json:
    if number == BOT_ID:
        rights = dict.fromkeys(RIGHTS, True) | {"can_delete_messages": chat.bot_may_delete}
        return _administrator(world.bot, rights | {"can_promote_members": False})
    person = chat.members.get(number)
    if person is not None:
        if number in STAFF_PEOPLE and chat.kind != "private":
            rights = dict.fromkeys([*RIGHTS, "can_delete_messages", "can_promote_members"], True)
            return _administrator(person, rights)
        return {"status": "member", "user": person}
    known = [other.members[number] for other in world.chats.values() if number in other.members]
    if not known:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return {"status": "left", "user": known[0]}


def _administrator(person: Json, rights: Json) -> Json:
    return {"status": "administrator", "user": person, "can_be_edited": False, "is_anonymous": False} | rights


def get_file(_world: World, _arguments: Arguments) -> Json:
    raise bad_request("wrong file_id or the file is temporarily unavailable")


def _menu(arguments: Arguments) -> tuple[str, str]:
    scope = arguments.mapping("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), arguments.text("language_code") or ""


def set_my_commands(world: World, arguments: Arguments) -> bool:
    commands = arguments.objects("commands")
    if commands is None or len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH" if commands else "commands are not specified")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_menu(arguments)] = [
        {"command": entry["command"].removeprefix("/"), "description": entry["description"]}
        for entry in commands
    ]
    return True


def get_my_commands(world: World, arguments: Arguments) -> list[Json]:
    return world.commands.get(_menu(arguments), [])


def delete_my_commands(world: World, arguments: Arguments) -> bool:
    world.commands.pop(_menu(arguments), None)
    return True


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
