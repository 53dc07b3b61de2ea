"""Limits hold to the last hit, however many ask at once, and stop nothing but what they must."""

from __future__ import annotations

from collections import Counter as Tallied
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.evaluation import EVERYTHING, SENDER, SENDS, TARGET
from bot.roster.sample import Family
from bot.settings import Waits
from bot.store.database import Database
from bot.store.disown import disown
from bot.store.limits import Counters
from bot.store.schema import sends, staff_items
from conversations.identity import target_keys
from conversations.model import Facts
from tests.evaluations import (
    CHILD,
    FATHER,
    KEYS,
    LATER,
    MOTHER,
    Asked,
    Counter,
    counter,
    facts,
    stranger,
    vouched,
    wrong,
)

FAMILY = Family((MOTHER, FATHER), (CHILD,))
COUSIN = replace(CHILD, first_name="Émile", last_name="Sow")
AUNT = replace(MOTHER, first_name="Awa", last_name="Sow", email="awa@x.example")
COUSINS = Family((AUNT,), (COUSIN,))
TO_MOTHER, TO_FATHER, TO_AUNT = "contact-0-0", "contact-0-1", "contact-1-0"
GUESSED = Facts(child_first_name="Aïcha", child_last_name="Diallo-Roy", birth_date=CHILD.birth_date)
"""What wrong() says of the child."""
MANY, DESKS = 50, 5
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def ask_all(at: Counter, asked: list[Asked]) -> dict[str, int]:
    assert len(asked) == MANY
    return Tallied(await at.ask(*asked, desks=DESKS))


# Fifty at once, worked off by several desks on connections of their own.


async def test_fifty_sets_at_once_about_one_child_are_compared_as_often_as_allowed(
    database: Database,
) -> None:
    most = 7
    here = await counter(database, FAMILY, failures_per_target_day=most)
    came = await ask_all(here, [wrong() for _ in range(MANY)])
    assert came == {"nobody": most, "target_locked": MANY - most}
    keys = target_keys(GUESSED)
    assert [await here.hits(TARGET, key) for key in keys] == [most] * len(keys)
    assert await here.all_hits() == {SENDER: most, TARGET: most * len(keys), EVERYTHING[0]: most}


async def test_fifty_sets_at_once_from_one_sender_are_compared_as_often_as_allowed(
    database: Database,
) -> None:
    most = 7
    here = await counter(database, FAMILY, sets_per_sender_day=most)
    came = await ask_all(here, [stranger(number, sender="one@y.example") for number in range(MANY)])
    assert came == {"nobody": most, "sender_limited": MANY - most}
    assert await here.hits(SENDER, "one@y.example") == await here.hits(*EVERYTHING) == most


async def test_of_fifty_sets_at_once_from_one_sender_all_but_the_first_wait_their_turn(
    database: Database,
) -> None:
    here = await counter(database, FAMILY)
    here.waits = Waits()
    assert await here.ask(stranger(MANY, sender="one@y.example")) == ["nobody"]
    await here.pass_time(30 * DAY)
    came = await ask_all(here, [stranger(number, sender="one@y.example") for number in range(MANY)])
    assert came == {"nobody": 1, LATER: MANY - 1}
    assert await here.hits(SENDER, "one@y.example") == 1 + 1


async def test_fifty_requests_at_once_by_both_ways_send_one_contact_as_many_mails_as_allowed(
    database: Database,
) -> None:
    most = 2
    here = await counter(database, FAMILY, sends_per_contact_quarter_hour=most)
    came = await ask_all(here, [each for _ in range(MANY // 2) for each in (facts(), vouched())])
    assert came == {TO_MOTHER: most, "sends_limited": MANY - most}
    assert await here.hits(SENDS, TO_MOTHER) == most


async def test_fifty_sets_at_once_about_fifty_children_fail_as_often_as_allowed_over_all(
    database: Database,
) -> None:
    here = await counter(database, FAMILY, failures_hour=20)
    came = await ask_all(here, [stranger(number) for number in range(MANY)])
    assert came == {"nobody": 20, "all_locked": MANY - 20}
    assert await here.hits(*EVERYTHING) == 20


# One limit after the other: what it stops, for how long, and what it leaves alone.


async def test_a_sender_has_five_sets_a_day_and_ten_a_week_and_nobody_else_pays_for_them(
    database: Database,
) -> None:
    here = await counter(database, FAMILY)
    sender = "one@y.example"
    for day in range(2):
        tried = [stranger(5 * day + number, sender=sender) for number in range(5)]
        assert await here.ask(*tried) == ["nobody"] * 5
        assert await here.ask(facts(sender=sender)) == ["sender_limited"]
        await here.pass_time(DAY)
    assert await here.ask(facts(sender=sender)) == ["sender_limited"]
    assert await here.ask(facts()) == [TO_MOTHER]
    await here.pass_time(5 * DAY - MINUTE)
    assert await here.ask(facts(sender=sender)) == ["sender_limited"]
    await here.pass_time(MINUTE)
    assert await here.ask(facts(FATHER, sender=sender)) == [TO_FATHER]


async def test_a_sender_waits_longer_after_each_set_and_nothing_is_lost_meanwhile(database: Database) -> None:
    here = await counter(database, FAMILY)
    here.waits = Waits()
    assert await here.ask(stranger(0, sender="one@y.example")) == ["nobody"]
    waits = (here.waits.after_failure_1, here.waits.after_failure_2, here.waits.after_failure_3)
    for number, seconds in enumerate((*waits, here.waits.after_failure_4), 1):
        wait = timedelta(seconds=seconds)
        assert await here.ask(stranger(number, sender="one@y.example")) == [LATER]
        await here.pass_time(wait - timedelta(seconds=20))
        await here.serve()
        assert await here.hits(SENDER, "one@y.example") == number
        await here.pass_time(timedelta(seconds=20))
        await here.serve()
        assert await here.hits(SENDER, "one@y.example") == number + 1
    assert await here.ask(facts(sender="two@y.example")) == [TO_MOTHER]


@pytest.mark.parametrize(
    ("limits", "window"),
    [
        ({"failures_per_target_month": 99}, DAY),
        ({"failures_per_target_day": 99, "failures_per_target_month": 5}, 30 * DAY),
    ],
    ids=["a day", "a month"],
)
async def test_a_child_guessed_at_five_times_in_a_window_is_left_to_staff(
    database: Database, limits: dict[str, int], window: timedelta
) -> None:
    here = await counter(database, FAMILY, COUSINS, **limits)
    assert await here.ask(*(wrong() for _ in range(5))) == ["nobody"] * 5
    assert await here.ask(facts()) == ["target_locked"]
    assert await here.ask(facts(AUNT, COUSIN)) == [TO_AUNT]
    assert await here.ask(vouched()) == [TO_MOTHER]
    await here.pass_time(window - MINUTE)
    assert await here.ask(facts(FATHER)) == ["target_locked"]
    await here.pass_time(MINUTE)
    assert await here.ask(facts(FATHER)) == [TO_FATHER]


async def test_a_child_is_the_same_target_however_it_is_spelt(database: Database) -> None:
    here = await counter(database, FAMILY)
    spellings = ("Diallo-Roy", "Roy Diallo", "ROY", "Róy-Diállo", "roy")
    guesses = [facts(AUNT, child_last_name=spelling) for spelling in spellings]
    assert await here.ask(*guesses) == ["nobody"] * 5
    assert await here.ask(facts()) == ["target_locked"]


async def test_a_contact_gets_one_mail_in_a_quarter_hour_three_a_day_and_six_a_month(
    database: Database,
) -> None:
    here = await counter(database, FAMILY)
    for day in (facts(), vouched(), facts()), (vouched(), facts(), vouched()):
        for way in day:
            assert await here.ask(way) == [TO_MOTHER]
            await here.pass_time(14 * MINUTE)
            assert await here.ask(vouched()) == ["sends_limited"]
            await here.pass_time(MINUTE)
        assert await here.ask(facts(), vouched()) == ["sends_limited"] * 2
        await here.pass_time(DAY - 45 * MINUTE)
    assert await here.ask(facts(), vouched()) == ["sends_limited"] * 2
    assert await here.ask(facts(FATHER)) == [TO_FATHER]
    await here.pass_time(28 * DAY)
    assert await here.ask(vouched()) == [TO_MOTHER]


@pytest.mark.parametrize(
    "limits", [{"failures_hour": 3}, {"failures_day": 3}], ids=["in an hour", "in a day"]
)
async def test_too_many_failures_over_all_stop_every_set_of_facts_for_an_hour(
    database: Database, limits: dict[str, int]
) -> None:
    here = await counter(database, FAMILY, COUSINS, **limits)
    assert await here.ask(*(stranger(number) for number in range(3))) == ["nobody"] * 3
    assert await here.ask(facts(), facts(AUNT, COUSIN), stranger(4)) == ["all_locked"] * 3
    assert await here.ask(vouched()) == [TO_MOTHER]
    await here.pass_time(HOUR - MINUTE)
    assert await here.ask(facts(FATHER)) == ["all_locked"]
    await here.pass_time(MINUTE)
    assert await here.ask(facts(FATHER)) == [TO_FATHER]


async def test_facts_are_compared_again_as_soon_as_staff_say_so(database: Database) -> None:
    here = await counter(database, FAMILY, failures_hour=3)
    await here.ask(*(stranger(number) for number in range(3)))
    assert await here.ask(facts()) == ["all_locked"]
    await database.run(lambda connection: Counters(connection, KEYS).freeze(*EVERYTHING, 0))
    assert await here.ask(facts()) == [TO_MOTHER]


async def test_two_failures_short_of_the_limit_stop_nobody(database: Database) -> None:
    here = await counter(database, FAMILY, failures_hour=3)
    for _ in range(2):
        assert await here.ask(stranger(1), stranger(2)) == ["nobody"] * 2
        await here.pass_time(HOUR)
    assert await here.ask(facts()) == [TO_MOTHER]


async def test_no_limit_on_facts_stops_a_mailbox_on_file(database: Database) -> None:
    here = await counter(database, FAMILY, failures_hour=11, sends_per_contact_quarter_hour=3)
    stops = {
        "sender_limited": [stranger(number, sender=MOTHER.email) for number in range(5)],
        "target_locked": [wrong() for _ in range(5)],
        "all_locked": [stranger(5)],
    }
    for stopped, asked in stops.items():
        assert set(await here.ask(*asked)) == {"nobody"}
        sender = MOTHER.email if stopped == "sender_limited" else ""
        assert await here.ask(facts(sender=sender), vouched()) == [stopped, TO_MOTHER]


async def test_a_mail_that_was_not_asked_for_freezes_the_childs_facts_for_a_week(database: Database) -> None:
    here = await counter(database, FAMILY, COUSINS)
    assert await here.ask(facts()) == [TO_MOTHER]
    [[send]] = await here.rows(select(sends.c.id))
    for _ in range(2):
        assert await database.run(partial(disown, keys=KEYS, send=send))
    assert await here.rows(select(staff_items.c.reason, staff_items.c.contact)) == [("disowned", TO_MOTHER)]
    await here.pass_time(HOUR)
    assert await here.ask(facts(), facts(FATHER)) == ["target_locked"] * 2
    assert await here.ask(facts(AUNT, COUSIN), vouched()) == [TO_AUNT, TO_MOTHER]
    await here.pass_time(7 * DAY - HOUR - MINUTE)
    assert await here.ask(facts(FATHER)) == ["target_locked"]
    await here.pass_time(MINUTE)
    assert await here.ask(facts(FATHER)) == [TO_FATHER]


async def test_a_success_forgives_the_sender_and_not_whoever_guesses_at_the_child(database: Database) -> None:
    here = await counter(database, FAMILY)
    assert await here.ask(*(wrong(sender="one@y.example") for _ in range(4))) == ["nobody"] * 4
    assert await here.ask(facts(sender="one@y.example")) == [TO_MOTHER]
    assert await here.hits(SENDER, "one@y.example") == 0
    assert await here.ask(wrong(sender="one@y.example")) == ["nobody"]
    assert await here.ask(facts(FATHER)) == ["target_locked"]


async def test_a_match_that_sends_nothing_forgives_the_sender_nothing(database: Database) -> None:
    here = await counter(database, FAMILY)
    assert await here.ask(vouched()) == [TO_MOTHER]
    tried = [stranger(number, sender="one@y.example") for number in range(4)]
    assert await here.ask(*tried) == ["nobody"] * 4
    assert await here.ask(facts(sender="one@y.example")) == ["sends_limited"]
    assert await here.ask(facts(FATHER, sender="one@y.example")) == ["sender_limited"]
