"""The ledger of updates over each database: every one seen, settled once, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select, update

from bot.chats import AskedInPublic, Deed, Edited, Heard, Notice, Passed, Pressed, Switched, Told
from bot.keys import Keys
from bot.ports import Arrival, Channel
from bot.settings import Limits, Settings, Waits
from bot.store.chat_ledger import DatabaseChatLedger, DatabasePacing
from bot.store.database import Database
from bot.store.schema import (
    conversations,
    inbox,
    messages,
    outbox,
    staff_items,
    telegram_tickets,
    telegram_updates,
)
from conversations.effects import Say
from conversations.events import Said
from conversations.model import Intent, Language
from conversations.phrases import Phrase

BOT, FATOU, OTHER, GROUP = 8_100_000_001, 6_000_000_001, 6_000_000_002, -1_002_000_000_002
AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
USUAL = Limits()
KEYS = Keys("a secret of the tests, long enough for everybody")


def ledger(database: Database, holder: str = "host/1/a", limits: Limits = USUAL) -> DatabaseChatLedger:
    settings = Settings(limits=limits, waits=Waits(lease=30.0))
    return DatabaseChatLedger(database, KEYS, settings, holder)


async def rows(database: Database, query: Select[Any]) -> list[Any]:
    return await database.run(lambda connection: list(connection.execute(query).all()))


def arrival(number: int, text: str = "Bonjour", *, person: int = FATOU, case: int | None = None) -> Arrival:
    return Arrival(
        external_id=f"telegram:{BOT}:{person}:{number}",
        channel=Channel.TELEGRAM,
        sender=str(person),
        reply_to=str(person),
        said=Said(AT, text),
        conversation=case,
    )


def notice(phrase: Phrase = Phrase.CHAT_ONLY_TEXT, *, chat: int = FATOU, start: str = "") -> Notice:
    return Notice(chat, Say(phrase), Language.FRENCH, start)


def heard(number: int, text: str = "Bonjour", **how: Any) -> Heard:
    return Heard(arrival(number, text, **how), Language.FRENCH)


async def settle(database: Database, *deeds: Deed, start: int = 1, limits: Limits = USUAL) -> None:
    """Each deed as an update of its own."""
    kept = ledger(database, limits=limits)
    await kept.record(BOT, [(start + place, "{}") for place in range(len(deeds))])
    taken = await kept.take(BOT, 100)
    await kept.settle([(each.id, deed) for each, deed in zip(taken, deeds, strict=True)])


async def said(database: Database) -> list[tuple[int, str]]:
    found = await rows(
        database, select(messages).where(messages.c.author == "parent").order_by(messages.c.id)
    )
    return [(row.conversation, row.body) for row in found]


async def reasons(database: Database) -> list[tuple[str, str | None]]:
    found = await rows(database, select(telegram_updates).order_by(telegram_updates.c.id))
    return [(row.state, row.reason) for row in found]


async def reply(database: Database, turn: int, case: int) -> None:
    """The bot said something in that turn, and every word before was heard."""
    parcel = {"conversation": case, "key": f"reply:{turn}", "kind": "reply", "channel": "telegram"}
    values = parcel | {"payload": "{}", "next_at": 0, "created_at": 0}
    await database.run(lambda connection: connection.execute(outbox.insert().values(values)))
    done = update(inbox).values(state="done", payload="{}")
    await database.run(lambda connection: connection.execute(done))


async def stands(database: Database, **values: Any) -> None:
    await database.run(lambda connection: connection.execute(update(conversations).values(values)))


async def test_an_update_given_twice_is_one_and_numbers_may_fall(database: Database) -> None:
    kept = ledger(database)
    await kept.record(BOT, [(9, "a"), (10, "b")])
    await kept.record(BOT, [(10, "b"), (3, "c")])
    await kept.record(BOT + 1, [(10, "of another bot")])
    assert [each.body for each in await kept.take(BOT, 10)] == ["a", "b", "c"]


async def test_what_was_tried_before_comes_alone(database: Database) -> None:
    kept = ledger(database)
    await kept.record(BOT, [(1, "a")])
    await kept.take(BOT, 10)
    await kept.record(BOT, [(2, "b"), (3, "c")])
    assert [(each.body, each.attempts) for each in await kept.take(BOT, 10)] == [("a", 2)]
    [first] = await kept.take(BOT, 10)
    await kept.quarantine(first.id, "poison")
    assert [each.body for each in await kept.take(BOT, 10)] == ["b", "c"]
    items = await rows(database, select(staff_items))
    assert [(row.reason, row.conversation) for row in items] == [("update_quarantined", None)]


async def test_one_process_polls_and_another_waits(database: Database) -> None:
    first, second = ledger(database, "elsewhere/1/a"), ledger(database, "elsewhere/2/b")
    assert await first.hold(BOT)
    assert not await second.hold(BOT)
    assert await first.hold(BOT)
    assert await second.hold(BOT + 1)
    await first.let_go(BOT)
    assert await second.hold(BOT)


async def test_one_persons_words_are_one_case(database: Database) -> None:
    await settle(database, heard(1, "un"), heard(2, "deux"), heard(1, "trois", person=OTHER))
    assert await said(database) == [(1, "un"), (1, "deux"), (2, "trois")]
    assert await reasons(database) == [("queued", None)] * 3
    bodies = await rows(database, select(telegram_updates.c.body))
    assert [row.body for row in bodies] == [None] * 3


async def test_an_update_is_settled_once(database: Database) -> None:
    kept = ledger(database)
    await kept.record(BOT, [(1, "{}")])
    [taken] = await kept.take(BOT, 1)
    for _ in range(2):
        await kept.settle([(taken.id, heard(1, "un"))])
    assert await said(database) == [(1, "un")]


async def test_long_after_its_end_a_case_is_over(database: Database) -> None:
    await settle(database, heard(1))
    await stands(database, closed_at=1)
    await settle(database, heard(2), start=2)
    assert [case for case, _ in await said(database)] == [1, 2]


async def test_numbers_of_nine_digits_are_never_kept(database: Database) -> None:
    await settle(database, heard(1, "son numéro est 123456789"))
    [(_, body)] = await said(database)
    assert "123456789" not in body


async def test_a_flood_draws_no_answers_and_stops_nobody_else(database: Database) -> None:
    flood = [heard(number, str(number)) for number in range(1, 8)]
    await settle(database, *flood, heard(1, "calme", person=OTHER), limits=Limits(chat_messages_per_minute=5))
    assert [text for _, text in await said(database)] == ["1", "2", "3", "4", "5", "6", "7", "calme"]
    assert (await reasons(database))[5:7] == [("skipped", "chat_flood")] * 2
    unanswered = await rows(database, select(inbox).where(inbox.c.state == "void"))
    assert len(unanswered) == 2
    [item] = await rows(database, select(staff_items))
    assert (item.reason, item.conversation) == ("chat_flood", 1)


async def test_a_button_answers_the_open_question_once(database: Database) -> None:
    await settle(database, heard(1))
    await reply(database, 1, 1)
    pressed = Pressed(
        replace(arrival(2, "oui", case=1), external_id="p1"), 1, notice(Phrase.CHAT_STALE_BUTTON)
    )
    again = replace(pressed, arrival=replace(pressed.arrival, external_id="p2"))
    await settle(database, pressed, again, start=2)
    assert await said(database) == [(1, "Bonjour"), (1, "oui")]
    assert [reason for _, reason in await reasons(database)] == [None, None, "stale_button"]
    kinds = await rows(database, select(outbox.c.kind, outbox.c.conversation).order_by(outbox.c.id))
    assert [tuple(row) for row in kinds] == [("reply", 1), ("notice", 1)]


async def test_a_button_of_another_turn_or_case_says_nothing(database: Database) -> None:
    await settle(database, heard(1), heard(1, person=OTHER))
    await reply(database, 1, 1)
    await reply(database, 2, 2)
    stale = notice(Phrase.CHAT_STALE_BUTTON)
    earlier = Pressed(replace(arrival(2, "oui", case=1), external_id="p1"), 7, stale)
    foreign = Pressed(replace(arrival(2, "oui", case=2), external_id="p2"), 2, stale)
    missing = Pressed(replace(arrival(2, "oui", case=99), external_id="p3"), 2, stale)
    await settle(database, earlier, foreign, missing, start=3)
    assert len(await said(database)) == 2


def edited(text: str, *, whole: bool = True, number: int = 1) -> Edited:
    changed = replace(arrival(number, text), external_id=f"edit:{text}")
    return Edited(changed, f"telegram:{BOT}:{FATOU}:{number}", whole, notice(Phrase.WHAT_TO_CORRECT))


async def test_words_changed_before_their_turn_take_the_place_of_the_old(database: Database) -> None:
    await settle(database, heard(1, "un"), edited("deux"))
    [row] = await rows(database, select(inbox))
    assert '"deux"' in row.payload
    assert [text for _, text in await said(database)] == ["un", "deux"]


async def test_words_changed_after_their_turn_are_heard_or_asked_for_again(database: Database) -> None:
    await settle(database, heard(1, "un"))
    await reply(database, 1, 1)
    await settle(database, edited("tout le message autrement"), edited("deux", whole=False), start=2)
    waiting = await rows(database, select(inbox).where(inbox.c.state == "waiting"))
    assert [row.external_id for row in waiting] == ["edit:tout le message autrement"]
    assert await rows(database, select(outbox).where(outbox.c.kind == "notice"))


@pytest.mark.parametrize("stage", ["promised", "guiding", "with_staff", "closed"])
async def test_after_the_evaluation_a_change_stands_in_the_timeline_only(
    database: Database, stage: str
) -> None:
    await settle(database, heard(1, "un"))
    await reply(database, 1, 1)
    await stands(database, stage=stage)
    await settle(database, edited("deux"), start=2)
    assert not await rows(database, select(inbox).where(inbox.c.state == "waiting"))
    assert [text for _, text in await said(database)] == ["un", "deux"]


async def test_a_change_of_anothers_or_an_unknown_message_is_nothing(database: Database) -> None:
    await settle(database, heard(1, "un", person=OTHER))
    foreign = replace(edited("deux"), original=f"telegram:{BOT}:{OTHER}:1")
    await settle(database, foreign, edited("trois", number=77), start=2)
    assert await said(database) == [(1, "un")]


async def test_a_language_is_chosen_for_the_case(database: Database) -> None:
    switched = Switched(arrival(1, "Hello"), replace(notice(), language=Language.ENGLISH))
    await settle(database, switched)
    assert [text for _, text in await said(database)] == ["Hello"]
    await stands(database, language="fr")
    await settle(database, replace(switched, arrival=arrival(2, "Hello")), start=2)
    assert [text for _, text in await said(database)] == ["Hello"]
    [case] = await rows(database, select(conversations))
    assert case.language == "en"
    assert '"language_known":true' in case.state


async def test_a_notice_names_the_case_where_there_is_one(database: Database) -> None:
    told = Told(FATOU, notice(Phrase.CHAT_CASE), Say(Phrase.CHAT_NO_CASE))
    await settle(database, told, heard(1), told)
    found = await rows(database, select(outbox).order_by(outbox.c.id))
    assert [row.conversation for row in found] == [None, 1]
    assert "chat_no_case" in found[0].payload
    assert "PF-000001" in found[1].payload


def asked(start: str, person: int = FATOU, intent: Intent | None = Intent.CODE_REJECTED) -> AskedInPublic:
    return AskedInPublic(person, notice(Phrase.SOMEBODY_ANSWERS, chat=GROUP, start=start), intent)


async def test_in_public_one_answer_a_person_and_hour_and_no_case(database: Database) -> None:
    await settle(database, asked("a"), asked("b"), asked("c", OTHER))
    assert [reason for _, reason in await reasons(database)] == [None, "answered_this_hour", None]
    assert not await rows(database, select(conversations))
    await database.run(lambda connection: connection.execute(update(telegram_tickets).values(at=1)))
    await settle(database, asked("d"), start=4)
    assert len(await rows(database, select(outbox))) == 3


async def opened(database: Database, ticket: str, number: int, person: int = FATOU) -> str:
    start = replace(heard(number, person=person), ticket=ticket)
    await settle(database, start, start=100 + number)
    return (await said(database))[-1][1]


async def test_a_ticket_says_what_was_wanted_once_to_whom_it_was_given(database: Database) -> None:
    await settle(database, asked("token"))
    assert await opened(database, "token", 1, OTHER) == "Bonjour"
    assert await opened(database, "token", 2) != "Bonjour"
    assert await opened(database, "token", 3) == "Bonjour"
    tokens = await rows(database, select(telegram_tickets.c.token))
    assert tokens[0].token != "token"


async def test_an_old_ticket_is_a_greeting(database: Database) -> None:
    await settle(database, asked("token"))
    old = timedelta(minutes=11) // timedelta(microseconds=1)
    age = update(telegram_tickets).values(at=telegram_tickets.c.at - old)
    await database.run(lambda connection: connection.execute(age))
    assert await opened(database, "token", 1) == "Bonjour"


async def test_what_is_passed_keeps_its_reason_and_nothing_else(database: Database) -> None:
    await settle(database, Passed("public_talk"))
    [row] = await rows(database, select(telegram_updates))
    assert (row.state, row.reason, row.body, row.person) == ("skipped", "public_talk", None, None)


async def test_a_chat_is_paced_and_others_do_not_wait_for_it(database: Database) -> None:
    pacing = DatabasePacing(database)
    assert await pacing.wait(FATOU) == 0.0
    assert 0.0 < await pacing.wait(FATOU) <= 1.0
    assert await pacing.wait(OTHER) == 0.0
    passed = [await pacing.wait(GROUP) for _ in range(25)]
    assert 0 < passed.count(0.0) <= 20
