"""The inbox and its turns, over each database: everything once, in order, together or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.desk import Desk, Kind
from bot.ports import Arrival, Records
from bot.store import inbox
from bot.store.bell import Topic
from bot.store.database import Database, now
from bot.store.schema import conversations, journal, messages, outbox, sends, staff_items
from bot.store.schema import inbox as inbox_rows
from bot.store.turns import StoredInbox
from conversations.events import Timer
from tests.contracts.arrivals import in_case, mail
from tests.contracts.deciding import Echo


def no_records(_connection: Connection) -> Records:
    raise AssertionError("these decisions ask no roster")


async def receive(database: Database, *arrivals: Arrival) -> list[inbox.Received]:
    return await database.run(partial(inbox.receive_many, arrivals=arrivals))


async def serve(database: Database, echo: Echo, *, most: int = 32) -> None:
    """Turn after turn until nothing is due."""
    desk = Desk(StoredInbox(database, no_records), echo, database.bell.alarm(Topic.INBOX), most=most)
    while (taken := await desk.turn()).handled or taken.failed:
        pass


async def column(database: Database, statement: Any) -> list[Any]:
    return await database.run(lambda connection: list(connection.execute(statement).scalars()))


async def said(database: Database, case: int | None = None) -> list[str]:
    """What the outbox holds, oldest first."""
    rows = select(outbox.c.payload).where(outbox.c.kind == "reply").order_by(outbox.c.id)
    if case is not None:
        rows = rows.where(outbox.c.conversation == case)
    return [say["phrase"] for each in await column(database, rows) for say in json.loads(each)["says"]]


async def test_a_message_is_kept_once_however_often_it_arrives(database: Database) -> None:
    first, again = mail(1), mail(1)
    [received] = await receive(database, first)
    assert (received.new, received.duplicate) == (True, False)
    [repeated] = await receive(database, again)
    assert (repeated.conversation, repeated.new, repeated.duplicate) == (received.conversation, False, True)
    await serve(database, echo := Echo())
    assert len(echo.seen) == 1
    assert await said(database) == ["Bonjour"]


async def test_the_same_message_twice_in_one_delivery_is_one(database: Database) -> None:
    answers = await receive(database, mail(1), mail(2), mail(1))
    assert [answer.duplicate for answer in answers] == [False, False, True]
    assert answers[0].conversation == answers[2].conversation
    assert await column(database, select(func.count()).select_from(conversations)) == [2]


async def test_many_threads_that_receive_the_same_keep_it_once(database: Database) -> None:
    arrivals = [mail(number) for number in range(20)]

    def all_of_them(_thread: int) -> None:
        for arrival in arrivals:
            database.transact(partial(inbox.receive, arrival=arrival))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(all_of_them, range(4)))
    assert await column(database, select(func.count()).select_from(conversations)) == [20]
    assert await column(database, select(func.count()).select_from(messages)) == [20]


async def test_a_case_has_the_number_that_its_id_makes(database: Database) -> None:
    [received] = await receive(database, mail(1))
    rows = await column(database, select(conversations.c.number))
    assert rows == [f"PF-{received.conversation:06d}"]
    state = json.loads((await column(database, select(conversations.c.state)))[0])
    assert state["number"] == rows[0]


async def test_a_case_that_is_gone_makes_a_new_one(database: Database) -> None:
    [received] = await receive(database, mail(1, case=4711))
    assert received.new
    assert received.conversation != 4711


async def test_a_nine_digit_number_is_kept_nowhere(database: Database) -> None:
    await receive(database, mail(1, "Son numéro est le 123 456 789, merci"))
    for statement in (select(messages.c.body), select(inbox_rows.c.payload)):
        assert "456" not in (await column(database, statement))[0]


@pytest.mark.parametrize("words", ["NUL \0 here", "half a pair \ud83d", "emoji 👩 and \u202eoverride"])
async def test_odd_characters_are_received_and_answered(database: Database, words: str) -> None:
    await receive(database, mail(1, words))
    await serve(database, echo := Echo())
    assert len(echo.seen) == 1


async def test_messages_of_one_case_are_handled_in_the_order_they_came(database: Database) -> None:
    [case] = [each.conversation for each in await receive(database, mail(0, "0"))]
    rest = [in_case(mail(number, str(number)), case) for number in range(1, 12)]
    await receive(database, *rest[:5])
    for arrival in rest[5:]:
        await receive(database, arrival)
    await serve(database, Echo(), most=4)
    assert await said(database, case) == [str(number) for number in range(12)]


async def test_several_desks_keep_the_order_of_each_case(database: Database) -> None:
    cases = [each.conversation for each in await receive(database, *(mail(n, "0") for n in range(8)))]
    for step in range(1, 6):
        await receive(
            database, *(in_case(mail(step * 100 + n, str(step)), case) for n, case in enumerate(cases))
        )
    desks = [serve(database, Echo(), most=3) for _ in range(4)]
    await asyncio.gather(*desks)
    await serve(database, Echo())
    for case in cases:
        assert await said(database, case) == [str(step) for step in range(6)]


async def test_a_clock_that_steps_back_does_not_turn_messages_round(database: Database) -> None:
    at = await database.run(now)
    [case] = [each.conversation for each in await receive(database, mail(0, "first"))]
    later = in_case(mail(1, "second"), case)
    await database.run(partial(inbox.receive, arrival=later, at=at - 3_600_000_000))
    await serve(database, Echo())
    assert await said(database) == ["first", "second"]


async def test_a_turn_that_raises_harms_no_other_and_is_left_to_staff(database: Database) -> None:
    answers = await receive(database, mail(1, "raise"), mail(2, "two"), mail(3, "three"))
    broken = answers[0].conversation
    await receive(database, in_case(mail(4, "after"), broken))
    await serve(database, echo := Echo())
    assert sorted(await said(database)) == ["after", "three", "two"]
    assert [words for _, words in echo.seen].count("raise") == 3
    assert await column(database, select(staff_items.c.reason)) == ["turn_failed"]
    assert await column(database, select(conversations.c.id).where(conversations.c.needs_person)) == [broken]
    [error] = await column(database, select(inbox_rows.c.error).where(inbox_rows.c.state == "quarantined"))
    assert error.startswith("ZeroDivisionError at ")


async def test_a_turn_that_cannot_be_written_harms_no_other(database: Database) -> None:
    await receive(database, mail(1, "one"), mail(2, "unwritable"), mail(3, "three"))
    await serve(database, Echo())
    assert sorted(await said(database)) == ["one", "three"]
    assert await column(database, select(staff_items.c.reason)) == ["turn_failed"]


async def test_the_words_are_gone_from_the_inbox_once_handled(database: Database) -> None:
    await receive(database, mail(1, "des mots"))
    await serve(database, Echo())
    assert await column(database, select(inbox_rows.c.payload)) == ["{}"]
    assert await column(database, select(messages.c.author).order_by(messages.c.id)) == ["parent", "bot"]


async def test_facts_are_evaluated_after_the_answer_is_committed(database: Database) -> None:
    [case] = [each.conversation for each in await receive(database, mail(1, "evaluate contact-1"))]
    taken = await StoredInbox(database, no_records).take(Echo(), 32)
    assert taken.handled == 1
    assert await said(database) == ["uniform_answer"]
    assert await column(database, select(sends.c.id)) == []
    await serve(database, Echo())
    [send] = await column(database, select(sends.c.id))
    [parcel] = await column(database, select(outbox.c.payload).where(outbox.c.kind == "credential"))
    assert json.loads(parcel) == {"send": send, "contact": "contact-1", "channel": "mail"}
    assert await column(database, select(outbox.c.key).where(outbox.c.kind == "credential")) == [
        f"credential:{send}"
    ]
    events = select(journal.c.event).where(journal.c.conversation == case).order_by(journal.c.seq)
    assert (await column(database, events))[-1] == "mail.resend_queued"


async def test_evaluations_keep_the_order_in_which_their_facts_came(database: Database) -> None:
    [case] = [each.conversation for each in await receive(database, mail(0, "evaluate 0"))]
    await receive(database, *(in_case(mail(n, f"evaluate {n}"), case) for n in range(1, 5)))
    await serve(database, Echo())
    assert await column(database, select(sends.c.contact).order_by(sends.c.id)) == list("01234")


async def test_a_reminder_comes_due_in_its_case(database: Database) -> None:
    await receive(database, mail(1, "remind 0"))
    await serve(database, Echo())
    assert await said(database) == ["timer idle"]


async def test_a_reminder_set_again_replaces_itself(database: Database) -> None:
    [case] = [each.conversation for each in await receive(database, mail(1, "remind 1000"))]
    await serve(database, Echo())
    await receive(database, in_case(mail(2, "remind 0"), case), in_case(mail(3, "bonjour"), case))
    await serve(database, Echo())
    assert sorted(await said(database)) == ["bonjour", "timer idle"]
    waiting = select(inbox_rows.c.id).where(inbox_rows.c.state == "waiting")
    assert await column(database, waiting) == []


async def test_reminders_can_be_taken_back(database: Database) -> None:
    [case] = [each.conversation for each in await receive(database, mail(1, "remind 1000"))]
    await serve(database, Echo())
    await receive(database, in_case(mail(2, "cancel"), case))
    await serve(database, Echo())
    await database.run(lambda connection: connection.execute(update(inbox_rows).values(due_at=0)))
    await serve(database, Echo())
    assert await said(database) == []


async def test_a_message_that_came_before_a_reminder_was_due_is_served_before_it(database: Database) -> None:
    at = await database.run(now)
    [case] = [each.conversation for each in await receive(database, mail(1, "one"))]
    await serve(database, Echo())
    due = [(case, Timer.IDLE, at - 1_000_000)]
    await database.run(partial(inbox.replace_timers, timers=due))
    old = update(inbox_rows).where(inbox_rows.c.kind == Kind.SAID)
    await receive(database, in_case(mail(2, "two"), case))
    await database.run(lambda connection: connection.execute(old.values(due_at=at - 2_000_000)))
    await serve(database, Echo())
    assert await said(database) == ["one", "two", "timer idle"]


async def test_a_desk_wakes_for_a_message_and_stops_when_told(database: Database) -> None:
    """Nothing polls here: the alarm of the commit alone wakes the desk."""
    answered, stop = asyncio.Event(), asyncio.Event()

    class Watching(Echo):
        def __call__(self, work: Any, records: Callable[[], Records]) -> Any:
            loop.call_soon_threadsafe(answered.set)
            return super().__call__(work, records)

    loop = asyncio.get_running_loop()
    alarm = database.bell.alarm(Topic.INBOX)
    desk = Desk(StoredInbox(database, no_records), Watching(), alarm, poll=1000)
    async with asyncio.timeout(30):
        running = asyncio.create_task(desk.run(stop))
        for number in range(3):
            answered.clear()
            await receive(database, mail(number))
            await answered.wait()
        stop.set()
        await running
    assert desk.turns == 3


async def test_all_that_a_turn_changes_is_kept_together_or_not_at_all(database: Database) -> None:
    await receive(database, mail(1, "unwritable"))

    def counted(connection: Connection) -> Sequence[int]:
        tables = (outbox, journal, messages)
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    before = await database.run(counted)
    echo = Echo()
    desk = Desk(StoredInbox(database, no_records), echo, database.bell.alarm(Topic.INBOX))
    assert (await desk.turn()).failed == 1
    assert await database.run(counted) == before


async def test_a_row_that_this_version_cannot_read_is_left_to_staff(database: Database) -> None:
    [strange, plain] = await receive(database, mail(1, "one"), mail(2, "two"))
    of_strange = inbox_rows.c.conversation == strange.conversation
    unknown = update(inbox_rows).where(of_strange).values(kind="from_the_future")
    await database.run(lambda connection: connection.execute(unknown))
    await serve(database, Echo())
    assert await said(database) == ["two"]
    assert await column(database, select(conversations.c.id).where(conversations.c.needs_person)) == [
        strange.conversation
    ]
    assert plain.new


async def test_an_evaluation_that_breaks_in_the_database_harms_nothing_else(database: Database) -> None:
    """Its savepoint undoes what it did; the same words again would break again, so staff get it."""

    class Breaking(Echo):
        def __call__(self, work: Any, records: Any) -> Any:
            if work.kind is Kind.EVALUATE:
                records()
            return super().__call__(work, records)

    def broken(connection: Connection) -> Records:
        staff_items_before = staff_items.insert().values(reason="half_done", opened_at=1)
        connection.execute(staff_items_before)
        connection.execute(staff_items.insert().values(id=1, reason=None, opened_at=None))
        raise AssertionError("the second insert was refused")

    await receive(database, mail(1, "evaluate contact-1"), mail(2, "two"))
    desk = Desk(StoredInbox(database, broken), Breaking(), database.bell.alarm(Topic.INBOX))
    while (taken := await desk.turn()).handled or taken.failed:
        pass
    assert sorted(await said(database)) == ["two", "uniform_answer"]
    assert await column(database, select(staff_items.c.reason)) == ["turn_failed"]
