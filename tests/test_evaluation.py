"""To whom a request leads: one contact, at the address on file, or a person; over both ways in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.board import bring_in
from bot.courier import Courier, Lane
from bot.portal.worklist import WorklistPortal
from bot.ports import Carrier, Channel, Parcel, ParcelKind, Receipt, Undeliverable
from bot.roster import sample
from bot.roster.sample import Family
from bot.settings import Limits, Settings
from bot.store import bounces
from bot.store.bell import Topic
from bot.store.credentials import StoredCredentials
from bot.store.database import Database, micros
from bot.store.outbox import StoredOutbox
from bot.store.schema import (
    contacts,
    guardianships,
    invitations,
    outbox,
    roster_imports,
    sends,
    staff_items,
    worklist,
)
from conversations.identity import local_day
from tests.evaluations import CHILD, FATHER, KEYS, MOTHER, SECRET, Counter, counter, facts, vouched

FAMILY = Family((MOTHER, FATHER), (CHILD,))
BROTHER = replace(CHILD, first_name="Moussa", birth_date=date(2012, 4, 5), school=13)
TO_MOTHER, TO_FATHER = "contact-0-0", "contact-0-1"
BOTH_WAYS = {"sends_per_contact_quarter_hour": 2}


def ago(passed: timedelta) -> int:
    return micros(datetime.now(UTC) - passed)


def born_years_ago(years: int, *, days_later: int = 0) -> date:
    today = local_day(datetime.now(UTC)) + timedelta(days=days_later)
    return today.replace(year=today.year - years, day=min(today.day, 28))


def distinct(number: int, family: Family) -> Family:
    """The same story with other names and mailboxes, for a board of several."""
    last = f"Sow{chr(97 + number) * 4}"
    grown = [replace(each, last_name=last, email=f"{number}{each.email}") for each in family.contacts]
    young = [replace(each, last_name=last, first_name=last) for each in family.children]
    return Family(tuple(grown), tuple(young))


async def test_each_of_two_parents_is_sent_to_their_own_address_only(database: Database) -> None:
    here = await counter(database, FAMILY, **BOTH_WAYS)
    assert await here.ask(facts(MOTHER), facts(FATHER)) == [TO_MOTHER, TO_FATHER]
    assert await here.ask(vouched(MOTHER), vouched(FATHER)) == [TO_MOTHER, TO_FATHER]
    here.limits = Limits(sends_per_contact_quarter_hour=3)
    assert await here.ask(facts(MOTHER, parent_first_name=FATHER.first_name)) == [TO_MOTHER]


async def test_the_facts_of_any_one_child_are_enough_and_never_those_of_two_together(
    database: Database,
) -> None:
    here = await counter(database, Family((MOTHER,), (CHILD, BROTHER)), **BOTH_WAYS)
    assert await here.ask(facts(MOTHER, CHILD), facts(MOTHER, BROTHER)) == [TO_MOTHER] * 2
    mixed = [
        facts(MOTHER, replace(CHILD, first_name=BROTHER.first_name)),
        facts(MOTHER, replace(CHILD, birth_date=BROTHER.birth_date)),
        facts(MOTHER, replace(CHILD, school=BROTHER.school)),
    ]
    assert await here.ask(*mixed) == ["nobody"] * 3


async def test_nothing_is_sent_where_a_person_must_decide(database: Database) -> None:
    families = [
        Family((replace(MOTHER, restriction="no contact"), FATHER), (CHILD,)),
        Family((replace(MOTHER, portal_access=False), FATHER), (CHILD,)),
        Family((replace(MOTHER, relationship="grandmother"), FATHER), (CHILD,)),
        Family((MOTHER,), (replace(CHILD, birth_date=born_years_ago(18)),)),
        Family((MOTHER,), (replace(CHILD, status="tobedeleted"),)),
    ]
    apart = [distinct(number, family) for number, family in enumerate(families)]
    nearly = distinct(5, Family((MOTHER,), (replace(CHILD, birth_date=born_years_ago(18, days_later=5)),)))
    here = await counter(database, *apart, nearly)
    asked = [
        way
        for each in apart
        for way in (facts(each.contacts[0], each.children[0]), vouched(each.contacts[0]))
    ]
    assert await here.ask(*asked) == ["barred"] * len(asked)
    assert await here.ask(facts(nearly.contacts[0], nearly.children[0])) == ["contact-5-0"]


async def test_a_parent_restricted_for_one_child_is_so_by_mailbox_for_all(database: Database) -> None:
    here = await counter(database, Family((MOTHER,), (CHILD, BROTHER)))
    of_brother = guardianships.c.student == "student-0-1"
    await here.change(guardianships, of_brother, restriction="no contact")
    assert await here.ask(vouched(), facts(MOTHER, BROTHER)) == ["barred"] * 2


async def test_an_address_is_used_once_it_is_settled_and_until_mail_to_it_comes_back(
    database: Database,
) -> None:
    states: Sequence[tuple[dict[str, Any], str]] = [
        ({"email_changed_at": ago(timedelta(hours=23))}, "address_too_new"),
        ({"email_changed_at": ago(timedelta(hours=25))}, "contact-1-0"),
        ({"undeliverable_at": 1, "undeliverable_version": 1}, "undeliverable"),
        ({"undeliverable_at": 1, "undeliverable_version": 1, "email_version": 2}, "contact-3-0"),
    ]
    apart = [distinct(number, FAMILY) for number in range(len(states))]
    here = await counter(database, *apart, **BOTH_WAYS)
    for number, (values, outcome) in enumerate(states):
        await here.change(contacts, contacts.c.sourced_id == f"contact-{number}-0", **values)
        mother, child = apart[number].contacts[0], apart[number].children[0]
        assert await here.ask(facts(mother, child), vouched(mother)) == [outcome] * 2


async def test_a_board_may_want_a_new_address_settled_for_longer(database: Database) -> None:
    here = await counter(database, FAMILY, **BOTH_WAYS, address_settling_hours=48)
    await here.change(contacts, email_changed_at=ago(timedelta(hours=25)))
    assert await here.ask(facts(), vouched()) == ["address_too_new"] * 2


async def test_nothing_is_sent_by_a_roster_older_than_a_week_or_never_approved(database: Database) -> None:
    here = await counter(database, FAMILY, **BOTH_WAYS)
    for change in ({"at": ago(timedelta(days=7, minutes=5))}, {"at": ago(timedelta()), "state": "held"}):
        await here.change(roster_imports, **change)
        assert await here.ask(facts(), vouched()) == ["roster_stale"] * 2
    await here.change(roster_imports, at=ago(timedelta(days=6, hours=23)), state="imported")
    assert await here.ask(facts(), vouched()) == [TO_MOTHER] * 2


async def test_without_an_address_on_file_there_is_a_person(database: Database) -> None:
    here = await counter(database, Family((replace(MOTHER, email=""), FATHER), (CHILD,)))
    assert await here.ask(facts(), vouched(), facts(FATHER)) == ["no_address", "nobody", TO_FATHER]


async def test_a_mailbox_that_two_contacts_share_is_nobodys_proof(database: Database) -> None:
    here = await counter(database, Family((MOTHER, replace(FATHER, email=MOTHER.email)), (CHILD,)))
    assert await here.ask(vouched()) == ["several"]
    assert await here.ask(facts(MOTHER), facts(FATHER)) == [TO_MOTHER, TO_FATHER]


async def test_a_mailbox_of_one_contact_counts_for_all_of_that_persons_children(database: Database) -> None:
    grown = replace(BROTHER, birth_date=date(2000, 1, 1))
    here = await counter(database, Family((MOTHER,), (grown, CHILD, BROTHER)))
    assert await here.ask(vouched()) == [TO_MOTHER]


async def test_parents_of_one_last_name_are_told_apart_by_the_first_or_not_at_all(database: Database) -> None:
    other = replace(FATHER, last_name=MOTHER.last_name)
    here = await counter(database, Family((MOTHER, other), (CHILD,)))
    asked = facts(MOTHER), facts(other), facts(MOTHER, parent_first_name="Awa")
    assert await here.ask(*asked) == [TO_MOTHER, TO_FATHER, "several"]


# Behind the counter: what happens to a send that cannot be filled, or comes back.


@dataclass
class Ending:
    """Lets its courier stop after so many parcels."""

    carrier: Carrier
    stop: asyncio.Event
    left: int

    async def carry(self, parcel: Parcel) -> Receipt:
        self.left -= 1
        if not self.left:
            self.stop.set()
        return await self.carrier.carry(parcel)


async def carry(database: Database, parcels: int) -> None:
    stop = asyncio.Event()
    portal = Ending(WorklistPortal(StoredCredentials(database, KEYS)), stop, parcels)
    lane = Lane(ParcelKind.CREDENTIAL, Channel.MAIL, portal)
    alarm = partial(database.bell.alarm, Topic.OUTBOX)
    await Courier(StoredOutbox(database, "courier"), [lane], alarm).run(stop)


async def test_what_cannot_be_sent_when_the_mail_leaves_goes_to_a_person(database: Database) -> None:
    changes: Sequence[tuple[Any, dict[str, Any]]] = [
        (guardianships.c.contact, {"account_state": "invited"}),
        (guardianships.c.contact, {"account_state": "self_created"}),
        (guardianships.c.contact, {"account_state": "active"}),
        (guardianships.c.contact, {"portal_access": False}),
        (guardianships.c.contact, {"restriction": "no contact"}),
        (invitations.c.contact, {"expires_at": 1}),
        (contacts.c.sourced_id, {"email_version": 2}),
        (contacts.c.sourced_id, {"email": None}),
    ]
    apart = [distinct(number, FAMILY) for number in range(len(changes))]
    people = [f"contact-{number}-0" for number in range(len(changes))]
    here = await counter(database, *apart)
    assert await here.ask(*(facts(each.contacts[0], each.children[0]) for each in apart)) == people
    for person, (column, values) in zip(people, changes, strict=True):
        await here.change(column.table, column == person, **values)
    await carry(database, len(changes))
    await here.serve()
    listed = await here.rows(select(worklist.c.contact, worklist.c.kind).order_by(worklist.c.contact))
    assert listed == [(people[0], "invitation"), (people[1], "validation")]
    states = dict(await here.rows(select(sends.c.contact, sends.c.state)))
    assert states == {person: "sent" if person in people[:2] else "refused" for person in people}
    told = select(sends.c.contact, staff_items.c.reason).join(
        staff_items, staff_items.c.conversation == sends.c.conversation
    )
    reasons = {(person, reason) for person in people[2:] for reason in ("dead_letter", "undelivered")}
    assert set(await here.rows(told)) == reasons


async def test_a_mail_that_came_back_stops_both_ways_until_the_address_is_another(database: Database) -> None:
    here = await counter(database, FAMILY, sends_per_contact_quarter_hour=3)
    assert await here.ask(facts()) == [TO_MOTHER]
    await here.change(outbox, state="sent", message_id="<1@x.example>")
    [[case]] = await here.rows(select(sends.c.conversation))
    report = Undeliverable("<1@x.example>", case, "5.1.1")
    assert await database.run(partial(bounces.undelivered, report=report))
    assert await here.ask(facts(), vouched(), facts(FATHER)) == ["undeliverable", "undeliverable", TO_FATHER]
    await here.change(contacts, email_version=2)
    assert await here.ask(facts(), vouched()) == [TO_MOTHER] * 2


# The sample board, imported for real: each of its families comes to what its story says.

BARRED, PERSONAL = ("barred", "barred"), ("no_address", "nobody")
STORIES: Mapping[tuple[int, int], tuple[str, str]] = {
    (7, 0): BARRED,
    (9, 1): BARRED,
    (11, 0): BARRED,
    (13, 0): PERSONAL,
    (17, 0): BARRED,
    (28, 1): BARRED,
    (32, 0): BARRED,
}
"""By family and contact: what facts come to, and what the mailbox does. All others are sent to."""


async def test_every_special_family_of_the_sample_board_comes_to_what_its_story_says(
    database: Database, tmp_path: Path
) -> None:
    sample.write(tmp_path / "board", sample.CYCLE, seed=1)
    settings = Settings(secret_key=SECRET)
    report = await asyncio.to_thread(bring_in, settings, database, tmp_path / "board")
    assert report.holds == []
    here = Counter(database, Limits(sends_per_contact_quarter_hour=9))
    board = [
        (number, place, contact, family.children)
        for number, family in enumerate(sample.families(sample.CYCLE, seed=1))
        for place, contact in enumerate(family.contacts)
        if number in {*sample.SPECIALS, sample.NAMESAKE}
    ]
    asked = [
        each for *_, contact, children in board for each in (facts(contact, children[-1]), vouched(contact))
    ]
    came = iter(await here.ask(*asked))
    found = {(number, place): (next(came), next(came)) for number, place, *_ in board}
    told = {(number, place): (f"contact-{number}-{place}",) * 2 for number, place, *_ in board}
    shared = {(15, place): (f"contact-15-{place}", "several") for place in range(2)}
    assert found == {**told, **STORIES, **shared}
