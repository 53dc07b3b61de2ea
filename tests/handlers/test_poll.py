"""Updates are kept before they are confirmed, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.schema import staff_items
from sandbox.telegram.faults import Cut
from sandbox.telegram.town import TelegramTown
from tests.handlers.home import FATOU, OTHER, Home, living


async def test_an_update_that_nobody_can_read_delays_nobody(home: Home) -> None:
    await home.asked("Bonjour")
    home.town.world.updates.add("message", {"chat": "what is this?"})
    home.town.world.updates.add("message", {"message_id": 1, "chat": None, "text": 7})
    await home.asked("g pa recu le code svp")
    rows = await home.handled(4)
    assert [row.state for row in rows] == ["queued", "quarantined", "quarantined", "queued"]
    items = await home.rows(select(staff_items))
    assert [row.reason for row in items] == ["update_quarantined"] * 2


async def test_what_comes_again_is_handled_once(home: Home) -> None:
    await home.asked("Bonjour")
    await home.handled(1)
    home.town.world.updates.redeliver(1)
    await home.asked("g pa recu le code svp")
    assert len(await home.handled(2)) == 2
    assert len(home.answers()) == 2


async def test_numbers_that_start_anew_are_news(home: Home) -> None:
    await home.asked("Bonjour")
    home.town.world.updates.renumber(17)
    await home.asked("g pa recu le code svp")


async def test_what_was_written_while_the_bot_was_away_is_answered(
    town: TelegramTown, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/guichet.db"
    town.people.say(FATOU, "private", "Bonjour")
    async with living(town, url) as home:
        await home.answer()
    town.people.say(FATOU, "private", "g pa recu le code svp")
    async with living(town, url) as home:
        home.seen[FATOU, "private"] = 1
        await home.answer()
        assert len(await home.cases()) == 1


async def test_a_line_that_breaks_loses_nothing(home: Home) -> None:
    home.town.api.faults.cut(Cut.AFTER, methods=["getUpdates"])
    home.town.api.faults.failing(502, methods=["getUpdates"])
    await home.asked("Bonjour")
    assert len(await home.handled(1)) == 1


async def test_of_two_pollers_one_works_and_one_waits_and_says_so(
    town: TelegramTown, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path}/guichet.db"
    with caplog.at_level(logging.WARNING, "bot.handlers.poll"):
        async with living(town, url) as first:
            await first.asked("Bonjour")
            async with living(town, url) as second:
                second.seen = first.seen
                poll = second.house.poll
                assert poll
                await first.asked("g pa recu le code svp")
                async with asyncio.timeout(20):
                    while not poll.state.waits_for_lease:
                        await asyncio.wait((asyncio.create_task(town.world.news.next()),), timeout=0.05)
                assert poll.state.well
                await first.asked("Diallo")
    assert "another process polls this bot" in caplog.text
    assert "409" not in caplog.text


async def test_a_webhook_beside_the_poller_is_said_and_waited_for(home: Home) -> None:
    await home.asked("Bonjour")
    poll = home.house.poll
    assert poll
    home.town.world.updates.interrupt()
    home.town.world.webhook.set("http://127.0.0.1:1/", "secret")
    await home.until(lambda: any(call.code == 409 for call in home.town.api.calls))
    async with asyncio.timeout(20):
        while not poll.state.trouble:
            await asyncio.wait((asyncio.create_task(home.town.world.news.next()),), timeout=0.05)
    assert "409" in poll.state.trouble
    assert not poll.state.well


async def test_order_is_kept_for_each_while_many_write(home: Home) -> None:
    people = range(FATOU, FATOU + 20)
    for number in range(5):
        for person in people:
            home.say(f"{number} bonjour", person)
    rows = await home.handled(100)
    assert {row.state for row in rows} == {"queued"}
    cases = {row.person: row.conversation for row in rows}
    assert len(set(cases.values())) == 20
    for person in people:
        assert [row.conversation for row in rows if row.person == person] == [cases[person]] * 5


async def test_nothing_that_people_write_is_logged(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await home.asked("mon secret zanzibar")
        home.town.people.block(FATOU)
        home.say("encore zanzibar", OTHER, "group")
        await home.asked("zanzibar", OTHER)
    assert "zanzibar" not in caplog.text
    assert home.sources.settings.telegram_token not in caplog.text
