"""The channel with its group, and the staff's forum."""

from __future__ import annotations

import aiogram
import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ReplyParameters

from sandbox.telegram.person import OrderError
from sandbox.telegram.town import TelegramTown
from sandbox.telegram.world import STAFF_PEOPLE

PARENT = 7_654_321_012
COLLEAGUE = next(iter(STAFF_PEOPLE))


async def test_a_post_of_the_channel_comes_into_its_group(town: TelegramTown, bot: aiogram.Bot) -> None:
    number = town.people.say(COLLEAGUE, "channel", "Portes ouvertes jeudi")
    town.people.edit(COLLEAGUE, "channel", number, "Portes ouvertes vendredi")
    forwarded, post, edited = await bot.get_updates()
    assert post.channel_post is not None
    assert post.channel_post.from_user is None
    assert edited.edited_channel_post is not None
    copy = forwarded.message
    assert copy is not None
    assert copy.is_automatic_forward
    assert copy.sender_chat is not None
    assert (copy.chat.id, copy.sender_chat.id) == (town.world.group.id, town.world.channel.id)


async def test_comments_under_a_post_are_one_thread(town: TelegramTown, bot: aiogram.Bot) -> None:
    town.people.say(COLLEAGUE, "channel", "Portes ouvertes jeudi")
    copy = town.people.messages(COLLEAGUE, "group")[-1]
    first = town.people.say(PARENT, "group", "Et mon code ?", reply_to=copy.id)
    answer = await bot.send_message(
        town.world.group.id, "En privé", reply_parameters=ReplyParameters(message_id=first)
    )
    assert answer.message_thread_id == copy.id


async def test_the_bot_posts_in_the_channel(town: TelegramTown, bot: aiogram.Bot) -> None:
    post = await bot.send_message(town.world.channel.id, "Bonjour")
    assert post.sender_chat is not None
    assert town.people.messages(0, "group")[-1].text == "Bonjour"


async def test_in_the_group_the_bot_deletes_only_where_it_may(town: TelegramTown, bot: aiogram.Bot) -> None:
    group = town.world.group
    first = town.people.say(PARENT, "group", "Mon enfant est …")
    second = town.people.say(PARENT, "group", "né le …")
    assert await bot.delete_message(group.id, first)
    group.bot_may_delete = False
    with pytest.raises(TelegramBadRequest):
        await bot.delete_message(group.id, second)
    own = await bot.send_message(group.id, "En privé, svp")
    assert await bot.delete_message(group.id, own.message_id)
    group.bot_may_delete = True
    assert await bot.delete_messages(group.id, [first, second])
    assert all(message.deleted for message in town.people.messages(PARENT, "group"))


async def test_a_topic_lives_closes_opens_and_goes(town: TelegramTown, bot: aiogram.Bot) -> None:
    staff = town.world.staff.id
    topic = await bot.create_forum_topic(staff, "Dossier 12")
    thread = topic.message_thread_id
    town.people.say(COLLEAGUE, "staff", "Je m’en occupe", thread=thread)
    [update] = await bot.get_updates()
    assert update.message is not None
    assert (update.message.is_topic_message, update.message.message_thread_id) == (True, thread)
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.forum_topic_created is not None
    await bot.edit_forum_topic(staff, thread, name="Dossier 12, pris")
    with pytest.raises(TelegramBadRequest):
        await bot.edit_forum_topic(staff, thread, name="Dossier 12, pris")
    await bot.close_forum_topic(staff, thread)
    with pytest.raises(TelegramBadRequest):
        await bot.close_forum_topic(staff, thread)
    await bot.reopen_forum_topic(staff, thread)
    town.people.close_topic(COLLEAGUE, thread)
    [update] = await bot.get_updates(offset=update.update_id + 1)
    assert update.message is not None
    assert update.message.forum_topic_closed is not None
    await bot.delete_forum_topic(staff, thread)
    for call in (
        bot.send_message(staff, "x", message_thread_id=thread),
        bot.edit_forum_topic(staff, thread, name="x"),
        bot.create_forum_topic(staff, " "),
    ):
        with pytest.raises(TelegramBadRequest):
            await call


async def test_a_topic_that_staff_delete_is_gone_for_the_bot(town: TelegramTown, bot: aiogram.Bot) -> None:
    topic = await bot.create_forum_topic(town.world.staff.id, "Dossier 12")
    town.people.delete_topic(topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(town.world.staff.id, "x", message_thread_id=topic.message_thread_id)
    with pytest.raises(OrderError):
        town.people.say(COLLEAGUE, "staff", "x", thread=topic.message_thread_id)
