"""The courier over each database: what is stored leaves once, in order, paced, or ends with a person."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import select, update

from bot.courier import Courier, Gate, Lane, Later, Sent
from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.ports import Parcel, Receipt
from bot.store import gates
from bot.store.bell import Topic
from bot.store.database import Database, now
from bot.store.outbox import TRIES, StoredOutbox
from bot.store.schema import conversations, inbox, journal, outbox, sends, staff_items
from tests.contracts.arrivals import in_case, mail
from tests.contracts.carriers import Noting, credentials, replies
from tests.contracts.deciding import Echo
from tests.contracts.gate_process import GATE
from tests.contracts.test_inbox import column, receive, serve


async def carry(
    database: Database, *lanes: Lane, holder: str = "courier-1", chance: float = 0.0, rounds: int = 60
) -> None:
    """Round after round until nothing is due."""
    stop = asyncio.Event()
    stored = Ending(StoredOutbox(database, holder), stop, rounds)
    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    async with asyncio.timeout(30):
        await Courier(stored, lanes, alarm, chance=lambda: chance).run(stop)


class Ending:
    """An outbox that tells its courier to stop once every lane of it has rested."""

    def __init__(self, stored: StoredOutbox, stop: asyncio.Event, rounds: int) -> None:
        self._stored, self._stop, self._left = stored, stop, rounds

    async def exchange(self, settled: Sequence[Any], lane: Lane, most: int) -> Any:
        load = await self._stored.exchange(settled, lane, most)
        self._left -= 1
        if (not load.claimed and load.wait is None) or self._left <= 0 or (load.wait or 0) > 1:
            self._stop.set()
        return load

    async def hold(self, parcels: Sequence[int]) -> None:
        await self._stored.hold(parcels)


async def said(database: Database, *words: str, case: int | None = None) -> int:
    """One case with these replies in its outbox."""
    for word in words:
        number = abs(hash((word, case))) % 10**9
        arrival = mail(number, word)
        [received] = await receive(database, in_case(arrival, case) if case else arrival)
        case = received.conversation
        await serve(database, Echo())
    assert case
    return case


async def states(database: Database) -> list[str]:
    return await column(database, select(outbox.c.state).order_by(outbox.c.id))


async def test_what_is_said_leaves_once_in_the_order_it_was_said(database: Database) -> None:
    await said(database, "one", "two", "three")
    carrier = Noting()
    await carry(database, replies(carrier))
    await carry(database, replies(carrier))
    assert carrier.words() == ["one", "two", "three"]
    assert await states(database) == ["sent"] * 3
    assert await column(database, select(outbox.c.payload)) == ["{}"] * 3


async def test_nothing_overtakes_a_parcel_that_is_tried_again(database: Database) -> None:
    case = await said(database, "one", "two")
    other = await said(database, "elsewhere")
    carrier = Noting(fails=lambda parcel: ProviderAway("later") if parcel.attempts == 1 else None)
    await carry(database, replies(carrier))
    of = {case: [], other: []}  # type: dict[int, list[str]]
    for parcel in carrier.carried:
        of[parcel.conversation].append(parcel.key)
    assert of[case] == sorted(of[case])
    assert len(of[case]) == 2
    assert len(of[other]) == 1


async def test_a_waiting_credential_mail_holds_up_no_reply(database: Database) -> None:
    case = await said(database, "evaluate contact-1")
    down = Noting(fails=lambda _parcel: ProviderAway("the portal is away", wait=3600))
    await carry(database, credentials(down))
    await said(database, "next", case=case)
    carrier = Noting()
    await carry(database, replies(carrier))
    assert carrier.words() == ["uniform_answer", "next"]


async def test_the_wait_doubles_until_the_dead_letter_and_staff_are_told(database: Database) -> None:
    case = await said(database, "one")
    carrier = Noting(fails=lambda _parcel: ProviderAway("away"))
    waits = []
    for attempt in range(1, 9):
        await database.run(lambda connection: connection.execute(update(outbox).values(next_at=0)))
        before = await database.run(now)
        await carry(database, replies(carrier), chance=0.5)
        waits += [
            (each - before) // 1_000_000
            for each in await column(database, select(outbox.c.next_at).where(outbox.c.state == "waiting"))
        ]
        assert carrier.tried[-1][1] == attempt
    assert [round(wait / 15) for wait in waits] == [1, 2, 4, 8, 16, 32, 64]
    assert await states(database) == ["dead"]
    items = select(staff_items.c.conversation).where(staff_items.c.reason == "dead_letter")
    assert await column(database, items) == [case]


async def test_a_dead_letter_lets_the_next_one_flow(database: Database) -> None:
    await said(database, "one", "two")
    carrier = Noting(fails=lambda parcel: ProviderRefused("no such user") if parcel.id == 1 else None)
    await carry(database, replies(carrier))
    assert carrier.words() == ["two"]
    assert await states(database) == ["dead", "sent"]


async def test_where_nobody_knows_whether_it_left_it_is_tried_once_more_under_its_key(
    database: Database,
) -> None:
    await said(database, "one")
    carrier = Noting(fails=lambda _parcel: OutcomeUnknown("the line broke"))
    await carry(database, replies(carrier))
    assert [key for key, _ in carrier.tried] == ["reply:1", "reply:1"]
    assert await states(database) == ["dead"]


async def test_a_carrier_that_breaks_is_tried_once_more_only(database: Database) -> None:
    await said(database, "one")
    carrier = Noting(fails=lambda _parcel: ZeroDivisionError("its own text stays out"))
    await carry(database, replies(carrier))
    assert len(carrier.tried) == 2
    assert "own text" not in (await column(database, select(outbox.c.error)))[0]


async def test_a_credential_mail_that_left_stands_in_the_journal(database: Database) -> None:
    await said(database, "evaluate contact-1")
    await carry(database, credentials(Noting()))
    [send] = await database.run(lambda connection: list(connection.execute(select(sends))))
    assert (send.state, send.kind) == ("sent", "invitation")
    assert send.sent_at >= send.at
    events = await column(database, select(journal.c.event).order_by(journal.c.seq))
    assert events[-1] == "mail.sent"


async def test_a_refused_credential_mail_comes_back_to_its_case_unseen(database: Database) -> None:
    case = await said(database, "evaluate contact-1")
    await carry(database, credentials(Noting(fails=lambda _parcel: ProviderRefused("no such mailbox"))))
    assert await column(database, select(sends.c.state)) == ["refused"]
    hidden = select(inbox.c.conversation).where(inbox.c.kind == "hidden", inbox.c.state == "waiting")
    assert await column(database, hidden) == [case]
    assert await column(database, select(conversations.c.needs_person)) == [True]


async def test_a_dead_couriers_parcels_are_taken_over_under_the_same_key(database: Database) -> None:
    await said(database, "one")
    lane = replies(carrier := Noting())
    dying = StoredOutbox(database, "dying", lease=0.0)
    [claimed] = (await dying.exchange((), lane, 8)).claimed
    await carry(database, lane, holder="heir")
    assert carrier.tried == [(claimed.parcel.key, 2)]
    assert await states(database) == ["sent"]


async def test_nobody_takes_over_what_is_still_in_hand(database: Database) -> None:
    await said(database, "one")
    lane = replies(carrier := Noting())
    await StoredOutbox(database, "slow", lease=1000).exchange((), lane, 8)
    await carry(database, lane, holder="other")
    assert carrier.tried == []


async def test_a_parcel_that_kills_its_couriers_ends_with_a_person(database: Database) -> None:
    await said(database, "one")
    lane = replies(Noting())
    for _ in range(TRIES):
        [_claimed] = (await StoredOutbox(database, "dying", lease=0.0).exchange((), lane, 8)).claimed
    assert not (await StoredOutbox(database, "heir").exchange((), lane, 8)).claimed
    assert await states(database) == ["dead"]
    assert await column(database, select(staff_items.c.reason)) == ["dead_letter"]


async def test_several_couriers_carry_each_parcel_once(database: Database) -> None:
    for number in range(30):
        await receive(database, mail(number, str(number)))
    await serve(database, Echo())
    lane = replies(carrier := Noting(), most=3)
    await asyncio.gather(*(carry(database, lane, holder=f"courier-{n}") for n in range(4)))
    assert sorted(carrier.words(), key=int) == [str(number) for number in range(30)]


async def test_no_window_ever_holds_more_than_the_gate_allows(database: Database) -> None:
    gate = Gate("mail", most=30, seconds=60)
    passed: list[int] = []
    for second in range(200):
        at = 1_000_000 * second
        granted, free_at = await database.run(
            partial(gates.pass_through, gate=gate, wanted=1 + second % 7, at=at)
        )
        assert granted or free_at > at
        passed += [second] * granted
    assert max(sum(start <= each < start + 60 for each in passed) for start in range(200)) <= 30
    assert len(passed) >= 60  # and the pace itself is kept up


async def test_three_processes_together_never_exceed_a_gate(database_url: str) -> None:
    command = (sys.executable, "-m", "tests.contracts.gate_process", database_url)
    processes = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(3)
    ]
    told = [(await process.communicate())[0] for process in processes]
    passed = sorted(int(line) for lines in told for line in lines.split())
    window = int(GATE.seconds * 1_000_000)
    most = max(sum(start <= each < start + window for each in passed) for start in passed)
    assert 0 < most <= GATE.most
    assert len(passed) >= GATE.burst


async def test_a_gate_for_one_thing_a_second_lets_one_through(database: Database) -> None:
    gate = Gate("chat", most=1, seconds=1)
    grants = [
        (await database.run(partial(gates.pass_through, gate=gate, wanted=5, at=at * 250_000)))[0]
        for at in range(9)
    ]
    assert grants == [1, 0, 0, 0, 1, 0, 0, 0, 1]


async def test_a_closed_gate_leaves_the_rest_waiting_and_unharmed(database: Database) -> None:
    for number in range(6):
        await receive(database, mail(number, str(number)))
    await serve(database, Echo())
    lane = replies(carrier := Noting(), gate=Gate("mail", most=6, seconds=3600))
    await carry(database, lane)
    assert len(carrier.carried) == 2
    assert (await states(database)).count("waiting") == 4
    assert set(await column(database, select(outbox.c.attempts))) == {0, 1}


async def test_a_courier_that_is_stopped_finishes_what_is_in_hand(database: Database) -> None:
    await said(database, "one")
    stop, begun, finish = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Slow(Noting):
        async def carry(self, parcel: Parcel) -> Receipt:
            begun.set()
            await finish.wait()
            return await super().carry(parcel)

    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    courier = Courier(StoredOutbox(database, "courier"), [replies(Slow())], alarm)
    async with asyncio.timeout(30):
        running = asyncio.create_task(courier.run(stop))
        await begun.wait()
        stop.set()
        finish.set()
        await running
    assert await states(database) == ["sent"]


async def test_a_courier_that_is_stopped_leaves_what_takes_too_long_to_the_next_start(
    database: Database,
) -> None:
    await said(database, "one")
    stop, begun = asyncio.Event(), asyncio.Event()

    class Stuck(Noting):
        async def carry(self, parcel: Parcel) -> Receipt:
            begun.set()
            await asyncio.Event().wait()
            return await super().carry(parcel)

    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    courier = Courier(StoredOutbox(database, "stuck"), [replies(Stuck())], alarm, grace=0.01)
    async with asyncio.timeout(30):
        running = asyncio.create_task(courier.run(stop))
        await begun.wait()
        stop.set()
        await running
    lane = replies(carrier := Noting())
    await carry(database, lane, holder="next")
    assert carrier.tried == [("reply:1", 2)]


async def test_a_lease_is_renewed_while_a_slow_server_has_its_time(database: Database) -> None:
    await said(database, "one")
    stop, renewed, finish = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Slow(Noting):
        async def carry(self, parcel: Parcel) -> Receipt:
            await finish.wait()
            return await super().carry(parcel)

    class Renewing(StoredOutbox):
        async def hold(self, parcels: Sequence[int]) -> None:
            await super().hold(parcels)
            renewed.set()

    stored = Renewing(database, "slow", lease=1000)
    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    courier = Courier(stored, [replies(Slow())], alarm, lease=0.03)
    async with asyncio.timeout(30):
        running = asyncio.create_task(courier.run(stop))
        await renewed.wait()
        lane = replies(other := Noting())
        await carry(database, lane, holder="other")
        stop.set()
        finish.set()
        await running
    assert other.tried == []
    assert await states(database) == ["sent"]


async def test_what_left_is_written_down_even_when_the_lease_had_run_out(database: Database) -> None:
    await said(database, "one")
    lane = replies(Noting())
    slow = StoredOutbox(database, "slow", lease=0.0)
    [claimed] = (await slow.exchange((), lane, 8)).claimed
    heir = StoredOutbox(database, "heir")
    [taken_over] = (await heir.exchange((), lane, 8)).claimed
    await slow.exchange([Sent(claimed.parcel, Receipt("<1@x.example>"))], lane, 0)
    await heir.exchange([Later(taken_over.parcel, "away", 0.0)], lane, 0)
    assert await states(database) == ["sent"]


async def test_a_courier_wakes_for_what_a_turn_says(database: Database) -> None:
    stop, arrived = asyncio.Event(), asyncio.Event()

    class Telling(Noting):
        async def carry(self, parcel: Parcel) -> Receipt:
            arrived.set()
            return await super().carry(parcel)

    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    courier = Courier(StoredOutbox(database, "courier"), [replies(Telling())], alarm, poll=1000)
    async with asyncio.timeout(30):
        running = asyncio.create_task(courier.run(stop))
        await said(database, "one")
        await arrived.wait()
        stop.set()
        await running
    assert courier.sent == 1
