"""What settling a mail does to the cases, in one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.ceilings import Held
from bot.ports import ReadMail, Undeliverable
from bot.settings import Limits, Settings
from bot.store.database import Database, now
from bot.store.mail_ledger import DatabaseMailLedger
from bot.store.schema import (
    contacts,
    conversations,
    inbox,
    limit_hits,
    mails,
    messages,
    outbox,
    sends,
    staff_items,
)
from tests.mailbox.makers import KEYS
from tests.store.test_mail_ledger import BOX, mail, read

Rows = list[Any]


class House:
    """A ledger and its database, to look into."""

    def __init__(self, database: Database, limits: Limits | None = None) -> None:
        self.database = database
        self.ledger = DatabaseMailLedger(database, KEYS, Settings(limits=limits or Limits()), "this process")
        self.uid = 0

    async def receives(self, what: ReadMail) -> str:
        """Record a mail and queue what was read of it; why it was held, or ""."""
        if await self.ledger.position(BOX) is None:
            await self.ledger.begin(BOX, 1, 0)
        self.uid += 1
        await self.ledger.record(BOX, 1, [mail(self.uid)], self.uid)
        [taken] = await self.ledger.take(BOX)
        [held] = await self.ledger.queue([(taken.id, what)])
        return held

    async def rows(self, table: Any, *where: Any) -> Rows:
        query = select(table).where(*where).order_by(*table.primary_key.columns)
        return await self.database.run(lambda connection: list(connection.execute(query)))

    async def does(self, statement: Any) -> None:
        await self.database.run(lambda connection: connection.execute(statement))


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def numbered(number: int, **more: Any) -> ReadMail:
    return read(f"mail {number}", **more)


async def test_a_first_mail_opens_a_case_and_waits_for_its_turn(house: House) -> None:
    assert await house.receives(read()) == ""
    [case] = await house.rows(conversations)
    [waiting] = await house.rows(inbox)
    [noted] = await house.rows(mails)
    assert waiting.conversation == noted.conversation == case.id
    assert noted.state == "queued"
    assert noted.raw is None, "the mailbox is the archive"


async def test_a_keyed_reply_of_the_cases_own_sender_joins_it(house: House) -> None:
    await house.receives(read())
    [case] = await house.rows(conversations)
    assert await house.receives(numbered(2, claimed=case.id)) == ""
    assert len(await house.rows(conversations)) == 1
    assert [row.conversation for row in await house.rows(inbox)] == [case.id, case.id]


async def test_a_keyed_reply_of_somebody_else_is_a_case_of_its_own_that_staff_see_linked(
    house: House,
) -> None:
    await house.receives(read())
    [case] = await house.rows(conversations)
    await house.receives(read("ailleurs", sender="other@example.org", claimed=case.id))
    [_, other] = await house.rows(conversations)
    assert other.linked_to == case.id


async def test_a_claimed_case_that_is_gone_is_a_new_case(house: House) -> None:
    assert await house.receives(read(claimed=999)) == ""
    [case] = await house.rows(conversations)
    assert case.linked_to is None


async def test_a_second_new_thread_of_an_unproven_mailbox_is_staffs_and_nothing_is_lost(house: House) -> None:
    await house.receives(numbered(1))
    assert await house.receives(numbered(2)) == Held.SECOND_THREAD
    [first, second] = await house.rows(conversations)
    assert second.needs_person
    [item] = await house.rows(staff_items)
    assert (item.conversation, item.reason) == (second.id, Held.SECOND_THREAD)
    waiting = await house.rows(inbox, inbox.c.state == "waiting")
    assert [row.conversation for row in waiting] == [first.id]
    assert [row.author for row in await house.rows(messages)] == ["parent", "parent"]


async def test_ceilings_hold_under_mails_that_come_all_at_once(database: Database) -> None:
    house = House(database)
    await house.receives(read())
    [case] = await house.rows(conversations)
    await house.ledger.record(BOX, 1, [mail(uid) for uid in range(100, 120)], 119)
    waiting = await house.rows(mails, mails.c.state == "fetched")
    batches = [
        [(row.id, numbered(row.id, claimed=case.id)) for row in waiting[n : n + 5]] for n in (0, 5, 10, 15)
    ]
    told = await asyncio.gather(*(house.ledger.queue(batch) for batch in batches))
    assert sorted(each for batch in told for each in batch) == [""] * 4 + [Held.SENDER_HOUR.value] * 16


async def test_settling_twice_changes_nothing(house: House) -> None:
    await house.receives(read())
    [noted] = await house.rows(mails)
    assert await house.ledger.queue([(noted.id, read("encore"))]) == [""]
    await house.ledger.skip(noted.id, "list", None)
    assert len(await house.rows(inbox)) == 1
    assert (await house.rows(mails))[0].state == "queued"


async def test_a_quarantined_mail_keeps_its_bytes_and_opens_an_item(house: House) -> None:
    await house.ledger.begin(BOX, 1, 0)
    await house.ledger.record(BOX, 1, [mail(1)], 1)
    [taken] = await house.ledger.take(BOX)
    await house.ledger.quarantine(taken.id, "poison")
    [noted] = await house.rows(mails)
    assert noted.raw == b"raw"
    [item] = await house.rows(staff_items)
    assert item.conversation is None


async def sent(house: House, kind: str, payload: str) -> int:
    """A case with one mail that left; the case."""
    await house.receives(read())
    [case] = await house.rows(conversations)

    def keep(connection: Connection) -> None:
        at = now(connection)
        row = {"conversation": case.id, "key": "k", "kind": kind, "channel": "mail", "payload": payload}
        connection.execute(
            insert(outbox).values(**row, state="sent", next_at=at, created_at=at, message_id="<ours@x>")
        )

    await house.database.run(keep)
    return int(case.id)


async def bounces(house: House, case: int) -> None:
    await house.ledger.record(BOX, 1, [mail(50)], 50)
    [taken] = await house.ledger.take(BOX)
    await house.ledger.bounced(taken.id, Undeliverable("<ours@x>", case, "5.1.1"))


@pytest.mark.parametrize(("version", "marked"), [(1, True), (2, False)])
async def test_a_credential_mail_that_bounced_marks_the_address_it_went_to(
    house: House, version: int, marked: bool
) -> None:
    case = await sent(house, "credential", '{"send":1,"contact":"c-1"}')
    person = {"sourced_id": "c-1", "first_name": "Fatou", "last_name": "Diallo", "email": "f@x"}
    await house.does(insert(contacts).values(**person, email_version=version))
    send = {"id": 1, "conversation": case, "contact": "c-1", "channel": "mail", "address_version": 1}
    await house.does(insert(sends).values(**send, at=1, state="sent"))
    await bounces(house, case)
    [contact] = await house.rows(contacts)
    assert (contact.undeliverable_at is not None) == marked
    assert (await house.rows(sends))[0].state == "bounced"
    [hidden] = await house.rows(inbox, inbox.c.external_id == "bounce:<ours@x>")
    assert hidden.conversation == case


async def test_an_answer_that_bounced_is_staffs(house: House) -> None:
    case = await sent(house, "reply", "{}")
    await bounces(house, case)
    [item] = await house.rows(staff_items)
    assert item.conversation == case
    assert len(await house.rows(inbox)) == 1


async def test_a_report_about_a_case_that_is_gone_changes_nothing(house: House) -> None:
    await house.ledger.begin(BOX, 1, 0)
    await bounces(house, 999)
    assert await house.rows(staff_items) == []


async def test_staffs_own_reply_is_told_to_its_case_once(house: House) -> None:
    await house.receives(read())
    [case] = await house.rows(conversations)
    for _ in range(2):
        await house.ledger.staff_wrote("box/Sent", 1, 5, "<s@x>", case.id)
        await house.ledger.staff_wrote("box/Sent", 1, 6, "<t@x>", 999)
    told = await house.rows(inbox, inbox.c.kind == "staff")
    assert [row.conversation for row in told] == [case.id]


async def test_a_vouched_mailbox_is_on_file_only_exactly(house: House) -> None:
    person = {"sourced_id": "c-1", "first_name": "Fatou", "last_name": "Diallo", "email": "Fatou@example.org"}
    await house.does(insert(contacts).values(**person, email_key="fatou@example.org"))
    tagged = read("étiquette", vouched=True)
    tagged = replace(tagged, arrival=replace(tagged.arrival, reply_to="Fatou+x@example.org"))
    for what in (read("sans preuve"), read("preuve", vouched=True), tagged):
        await house.receives(what)
    payloads = [row.payload for row in await house.rows(inbox)]
    assert ['"on_file":true' in payload for payload in payloads] == [False, True, False]


async def test_ceilings_hold_within_one_batch(house: House) -> None:
    await house.ledger.begin(BOX, 1, 0)
    await house.ledger.record(BOX, 1, [mail(uid) for uid in range(1, 7)], 6)
    taken = await house.ledger.take(BOX, 10)
    senders = ["a@x", "b@x", "a@x", "b@x", "c@x", "c@x"]
    batch = [(each.id, numbered(each.id, sender=sender)) for each, sender in zip(taken, senders, strict=True)]
    second = Held.SECOND_THREAD.value
    assert await house.ledger.queue(batch) == ["", "", second, second, "", second]
    assert len(await house.rows(inbox, inbox.c.state == "waiting")) == 3
    assert {row.state for row in await house.rows(mails)} == {"queued"}
    kept = await house.rows(limit_hits)
    assert all(hit.conversation for hit in kept)
