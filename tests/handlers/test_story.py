"""Parents write to the whole bot: real HTTP to the Bot API, a real database, nothing in between."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.store.schema import inbox, messages, outbox, staff_items
from conversations.effects import Say
from conversations.model import Language, Medium
from conversations.phrases import Phrase
from conversations.texts import blocks, line
from sandbox.telegram.messages import Message
from sandbox.telegram.town import TelegramTown
from tests.handlers.home import FATOU, OTHER, Home, data, living, start_of

ALL_AT_ONCE = "Fatou Diallo, ma fille Aïcha Diallo-Roy née le 3 septembre 2015, école Mauril-Bélanger"


def says(message: Message, phrase: Phrase, language: Language = Language.FRENCH) -> bool:
    """Whether the message holds this phrase, whatever its words are today."""
    wanted = blocks(Say(phrase, blanks=(("number", "PF-000001"),)), language, Medium.CHAT)
    return all(each in message.text for block in wanted for each in block.lines)


async def test_facts_come_one_by_one_and_buttons_help(home: Home) -> None:
    await home.asked("g pa recu le code svp")
    for fact in ("Diallo", "Fatou", "Aïcha Diallo-Roy"):
        await home.asked(fact)
    picker = await home.asked("3 septembre 2015")
    home.town.people.press(FATOU, "private", picker.id, data(picker)[-1])
    await home.until(lambda: len(data(picker)) > 9)  # turned: there is a way back, too
    recap = await home.press(picker, 3)
    assert "Diallo-Roy" in recap.text
    answered = await home.press(recap, 0)
    assert says(answered, Phrase.UNIFORM_ANSWER)
    assert says(await home.press(recap, 0), Phrase.CHAT_STALE_BUTTON)
    [case] = await home.cases()
    assert (case.stage, case.sender, case.reply_to) == ("promised", str(FATOU), str(FATOU))


async def test_the_same_goes_over_postgresql(town: TelegramTown, postgres_url: str) -> None:
    async with living(town, postgres_url) as home:
        await home.asked("g pa recu le code svp")
        recap = await home.asked(ALL_AT_ONCE)
        assert says(await home.press(recap, 0), Phrase.UNIFORM_ANSWER)
        home.say("g pa recu le code svp", OTHER, "group")
        public = await home.answer(OTHER, "group")
        assert says(await home.asked(f"/start {start_of(public)}", OTHER), Phrase.ASK_PARENT_LAST_NAME)


async def test_all_facts_at_once_need_three_messages(home: Home) -> None:
    await home.asked("g pa recu le code svp")
    recap = await home.asked(ALL_AT_ONCE)
    assert says(await home.press(recap, 0), Phrase.UNIFORM_ANSWER)


async def test_a_message_changed_before_the_answer_counts_as_changed(home: Home) -> None:
    await home.asked("g pa recu le code svp")
    number = home.say(ALL_AT_ONCE)
    await home.answer()
    home.town.people.edit(FATOU, "private", number, ALL_AT_ONCE.replace("Mauril-Bélanger", "Francojeunesse"))
    recap = await home.answer()
    assert "Francojeunesse" in recap.text
    assert "Mauril" not in recap.text
    await home.press(recap, 0)
    home.town.people.edit(FATOU, "private", number, ALL_AT_ONCE.replace("Fatou", "Binta"))
    rows = await home.handled(5)
    assert rows[-1].reason == "edited_after_evaluation"
    assert [case.stage for case in await home.cases()] == ["promised"]


async def test_two_people_never_share_a_case_or_a_button(home: Home) -> None:
    await home.asked("g pa recu le code svp")
    recap = await home.asked(ALL_AT_ONCE)
    theirs = await home.asked("Bonjour", OTHER)
    home.town.people.press(OTHER, "private", theirs.id, data(recap)[0])
    assert says(await home.answer(OTHER), Phrase.CHAT_STALE_BUTTON)
    assert [case.stage for case in await home.cases()] == ["confirming", "new"]


async def test_the_language_is_chosen_by_button_and_kept(home: Home) -> None:
    welcome = await home.asked("/start")
    assert says(await home.press(welcome, 1), Phrase.CHAT_LANGUAGE_SET, Language.ENGLISH)
    assert says(await home.asked("/aide"), Phrase.CHAT_HELP, Language.ENGLISH)
    assert says(await home.asked("/dossier"), Phrase.CHAT_CASE, Language.ENGLISH)


async def test_what_is_no_text_is_answered_kindly_and_kept_nowhere(home: Home) -> None:
    for kind in ("photo", "voice", "sticker", "contact"):
        home.town.people.send(FATOU, "private", kind, caption="mon code")
        assert says(await home.answer(), Phrase.CHAT_ONLY_TEXT)
    assert says(await home.asked("Fwd", forwarded=True), Phrase.CHAT_ONLY_TEXT)
    assert await home.cases() == []
    assert await home.rows(select(messages)) == []


async def test_in_the_group_one_neutral_answer_leads_into_private(home: Home) -> None:
    home.say("g pa recu le code svp", FATOU, "group")
    public = await home.answer(FATOU, "group")
    assert public.text == line(Phrase.SOMEBODY_ANSWERS, Language.FRENCH, Medium.CHAT)
    home.say("g toujours pa recu le code svp", FATOU, "group")
    stranger = await home.asked(f"/start {start_of(public)}", OTHER)
    assert says(stranger, Phrase.WELCOME)
    private = await home.asked(f"/start {start_of(public)}")
    assert says(private, Phrase.ASK_PARENT_LAST_NAME)
    await home.handled(4)
    assert len(home.answers(FATOU, "group")) == 1


async def test_personal_data_is_taken_out_of_the_group(home: Home) -> None:
    number = home.say(f"pas recu le code. {ALL_AT_ONCE}", FATOU, "group")
    public = await home.answer(FATOU, "group")
    assert "Diallo" not in public.text
    await home.until(lambda: home.town.world.group.messages[number].deleted)
    assert await home.cases() == []


async def test_where_it_may_not_delete_the_answer_is_the_same(home: Home) -> None:
    home.town.world.group.bot_may_delete = False
    home.say(f"pas recu le code. {ALL_AT_ONCE}", FATOU, "group")
    assert says(await home.answer(FATOU, "group"), Phrase.SOMEBODY_ANSWERS)


async def test_no_step_of_a_conversation_can_be_taken_in_public(home: Home) -> None:
    for text in (
        "g pa recu le code svp",
        ALL_AT_ONCE,
        "oui",
        "non",
        "2",
        "une personne",
        "/start",
        "/oublier",
    ):
        home.say(text, FATOU, "group")
    public = await home.answer(FATOU, "group")
    home.town.people.press(FATOU, "group", public.id, "1.1.yes.fr.aaaaaaaaaaaaaaaa")
    rows = await home.handled(9)
    assert {row.conversation for row in rows} == {None}
    assert await home.cases() == []
    assert await home.rows(select(inbox)) == []
    assert len(home.answers(FATOU, "group")) == 1


async def test_posts_of_the_channel_are_no_requests(home: Home) -> None:
    home.say("Pas reçu votre code ? Écrivez-nous !", FATOU, "channel")
    rows = await home.handled(2)
    assert [row.state for row in rows] == ["skipped", "skipped"]


async def test_who_blocked_the_bot_is_left_in_peace_and_shown_to_staff(home: Home) -> None:
    await home.asked("Bonjour")
    home.town.people.say(FATOU, "private", "g pa recu le code svp")
    home.town.world.chats[FATOU].blocked = True
    async with asyncio.timeout(20):
        while not (items := await home.rows(select(staff_items))):
            await home.town.world.news.next()
    assert items[0].reason == "dead_letter"


async def test_later_is_honoured_and_nobody_else_waits(home: Home) -> None:
    await home.asked("Bonjour")
    home.town.api.faults.too_many(3, chat=FATOU, methods=["sendMessage"])
    home.say("g pa recu le code svp")
    await home.asked("Bonjour", OTHER)
    assert says(await home.answer(), Phrase.ASK_PARENT_LAST_NAME)
    sends = [call for call in home.town.api.calls if call.method == "sendMessage"]
    [refused] = [call for call in sends if call.code == 429]
    again = next(call for call in sends if call.at > refused.at and call.arguments["chat_id"] == str(FATOU))
    assert again.at - refused.at >= 3


async def test_words_of_a_parent_are_gone_from_all_queues_once_answered(home: Home) -> None:
    await home.asked("g pa recu le code svp")
    await home.asked(ALL_AT_ONCE)
    await home.handled(2)
    async with asyncio.timeout(20):
        while await home.rows(select(outbox).where(outbox.c.state != "sent")):
            await asyncio.wait((asyncio.create_task(home.town.world.news.next()),), timeout=0.05)
    for table in (inbox.c.payload, outbox.c.payload):
        assert not any("Diallo" in value for (value,) in await home.rows(select(table)))
