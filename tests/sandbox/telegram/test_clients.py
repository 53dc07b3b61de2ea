"""Two clients from outside, unchanged, find a Bot API that they understand."""

from __future__ import annotations

import aiogram
import aiogram.exceptions as refusals
import pytest
import telegram as ptb
import telegram.error
from aiogram.types import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from sandbox.telegram.faults import Cut
from sandbox.telegram.person import KINDS, view
from sandbox.telegram.town import TelegramTown
from sandbox.telegram.world import BOT_ID, STAFF_PEOPLE

PARENT = 7_654_321_012
STAFF_PERSON = next(iter(STAFF_PEOPLE))


async def test_aiogram_talks_with_a_person(town: TelegramTown, bot: aiogram.Bot) -> None:
    town.people.say(PARENT, "private", "/start abc-123", first_name="Fatou", language="en")
    [update] = await bot.get_updates()
    asked = update.message
    assert asked is not None
    assert asked.from_user is not None
    assert (asked.text, asked.from_user.id, asked.from_user.first_name) == ("/start abc-123", PARENT, "Fatou")
    assert (asked.chat.type, asked.from_user.language_code) == ("private", "en")
    oui = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Oui", callback_data="y:1")]])
    reply = ReplyParameters(message_id=asked.message_id)
    sent = await bot.send_message(PARENT, "Vrai ?", reply_markup=oui, reply_parameters=reply)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked.message_id
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "y:1"
    press = town.people.press(PARENT, "private", sent.message_id, "y:1")
    [update] = await bot.get_updates(offset=update.update_id + 1)
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (press, "y:1")
    assert await bot.answer_callback_query(press, text="Merci", show_alert=True)
    assert town.world.presses[press]["alert"] is True
    edited = await bot.edit_message_text("Vrai.", chat_id=PARENT, message_id=sent.message_id)
    assert isinstance(edited, aiogram.types.Message)
    assert (edited.text, edited.reply_markup) == ("Vrai.", None)
    with pytest.raises(refusals.TelegramBadRequest):
        await bot.edit_message_text("Vrai.", chat_id=PARENT, message_id=sent.message_id)
    await bot.edit_message_reply_markup(chat_id=PARENT, message_id=sent.message_id, reply_markup=oui)
    assert await bot.delete_message(PARENT, sent.message_id)
    seen = [view(message) for message in town.people.messages(PARENT, "private")]
    assert [(message["from"], message["deleted"]) for message in seen] == [("user", False), ("bot", True)]
    town.people.press(PARENT, "private", sent.message_id, "y:1")
    [update] = await bot.get_updates(offset=update.update_id + 1)
    assert update.callback_query is not None
    assert isinstance(update.callback_query.message, aiogram.types.InaccessibleMessage)


async def test_aiogram_sends_keyboards_actions_copies_and_forwards(
    town: TelegramTown, bot: aiogram.Bot
) -> None:
    number = town.people.say(PARENT, "private", "Allô")
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Français"), KeyboardButton(text="English")]])
    await bot.send_message(PARENT, "Langue ?", reply_markup=keys)
    await bot.send_message(PARENT, "Bien.", reply_markup=ReplyKeyboardRemove())
    await bot.send_chat_action(PARENT, "typing")
    assert town.world.actions == [(PARENT, "typing")]
    copy = await bot.copy_message(PARENT, PARENT, number)
    forward = await bot.forward_message(town.world.group.id, PARENT, number)
    assert forward.forward_origin is not None
    [_first, asked, *_rest, last] = town.people.messages(PARENT, "private")
    assert view(asked)["keyboard"] == [["Français", "English"]]
    assert (last.id, last.text) == (copy.message_id, "Allô")


async def test_aiogram_reads_every_kind_of_message(town: TelegramTown, bot: aiogram.Bot) -> None:
    for kind in KINDS:
        town.people.send(PARENT, "private", kind, caption="voici")
    town.people.say(PARENT, "private", "d'ailleurs", forwarded=True)
    town.people.block(PARENT)
    updates = await bot.get_updates()
    assert {update.message.content_type for update in updates if update.message} == {*KINDS, "text"}
    assert updates[-1].my_chat_member is not None
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"


async def test_aiogram_knows_the_refusals(town: TelegramTown, bot: aiogram.Bot) -> None:
    town.people.say(PARENT, "private", "Allô")
    town.api.faults.too_many(3)
    with pytest.raises(refusals.TelegramRetryAfter) as flood:
        await bot.send_message(PARENT, "x")
    assert flood.value.retry_after == 3
    town.api.faults.failing(502)
    with pytest.raises(refusals.TelegramServerError):
        await bot.send_message(PARENT, "x")
    town.api.faults.cut(Cut.BEFORE)
    with pytest.raises(refusals.TelegramNetworkError):
        await bot.send_message(PARENT, "x")
    new = town.world.migrate(town.world.staff)
    with pytest.raises(refusals.TelegramMigrateToChat) as moved:
        await bot.create_forum_topic(town.world.chats[new.id + 1_000_000].id, "x")
    assert moved.value.migrate_to_chat_id == new.id
    town.people.block(PARENT)
    with pytest.raises(refusals.TelegramForbiddenError):
        await bot.send_message(PARENT, "x")


async def test_aiogram_learns_of_chats_people_and_its_own_menu(town: TelegramTown, bot: aiogram.Bot) -> None:
    town.people.say(PARENT, "group", "Allô")
    assert (await bot.me()).id == BOT_ID
    group = await bot.get_chat("@questions_familles")
    assert (group.id, group.linked_chat_id) == (town.world.group.id, town.world.channel.id)
    assert (await bot.get_chat(town.world.staff.id)).is_forum is True
    own = await bot.get_chat_member(group.id, BOT_ID)
    assert isinstance(own, aiogram.types.ChatMemberAdministrator)
    assert own.can_delete_messages
    assert (await bot.get_chat_member(group.id, PARENT)).status == "member"
    assert (await bot.get_chat_member(town.world.staff.id, PARENT)).status == "left"
    administrators = await bot.get_chat_administrators(town.world.staff.id)
    assert {member.user.id for member in administrators} == {BOT_ID, *STAFF_PEOPLE}
    menu = [BotCommand(command="aide", description="De l’aide")]
    await bot.set_my_commands(menu, language_code="fr")
    [entry] = await bot.get_my_commands(language_code="fr")
    assert (entry.command, entry.description) == ("aide", "De l’aide")
    await bot.delete_my_commands(language_code="fr")
    assert await bot.get_my_commands(language_code="fr") == []
    assert (await bot.get_webhook_info()).url == ""


async def test_the_other_client_talks_with_a_person(town: TelegramTown, other: ptb.Bot) -> None:
    assert other.id == BOT_ID
    town.people.say(PARENT, "private", "/aide svp")
    [update] = await other.get_updates(timeout=5)
    assert update.message is not None
    assert [entity.type for entity in update.message.entities] == ["bot_command"]
    key = ptb.InlineKeyboardButton("Oui", callback_data="y")
    sent = await other.send_message(PARENT, "Vrai ?", reply_markup=ptb.InlineKeyboardMarkup([[key]]))
    town.people.press(PARENT, "private", sent.message_id, "y")
    [update] = await other.get_updates(offset=update.update_id + 1)
    assert update.callback_query is not None
    assert await update.callback_query.answer()
    await sent.edit_text("Vrai.")
    await sent.delete()
    assert town.people.messages(PARENT, "private")[-1].deleted
    assert (await other.get_chat(PARENT)).type == "private"
    assert (await other.get_chat_member(town.world.staff.id, STAFF_PERSON)).status == "administrator"
    await other.set_my_commands([("aide", "De l’aide")])
    assert [command.command for command in await other.get_my_commands()] == ["aide"]


async def test_the_other_client_knows_the_refusals(
    town: TelegramTown, other: ptb.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "PTB_TIMEDELTA", "true"
    )  # how it tells of retry_after is about to change, and it warns
    town.people.say(PARENT, "private", "Allô")
    town.api.faults.too_many(3)
    with pytest.raises(telegram.error.RetryAfter):
        await other.send_message(PARENT, "x")
    town.api.faults.cut(Cut.AFTER)
    with pytest.raises(telegram.error.NetworkError):
        await other.send_message(PARENT, "x")
    town.people.block(PARENT)
    with pytest.raises(telegram.error.Forbidden):
        await other.send_message(PARENT, "x")
    stranger = ptb.Bot(f"{BOT_ID}:wrong", base_url=f"{town.url}/bot")
    with pytest.raises(telegram.error.InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_the_other_client_works_with_topics(town: TelegramTown, other: ptb.Bot) -> None:
    staff = town.world.staff.id
    topic = await other.create_forum_topic(staff, "Dossier 12")
    sent = await other.send_message(staff, "Résumé", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    await other.delete_forum_topic(staff, topic.message_thread_id)
    with pytest.raises(telegram.error.BadRequest):
        await other.send_message(staff, "x", message_thread_id=topic.message_thread_id)
