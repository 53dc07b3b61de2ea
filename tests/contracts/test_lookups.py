"""What the console and the town's page ask."""

from __future__ import annotations

from functools import partial

from bot.store import lookups
from bot.store.database import Database
from tests.contracts.arrivals import mail
from tests.contracts.deciding import Echo
from tests.contracts.test_inbox import receive, serve


async def test_cases_are_shown_with_what_became_of_them(database: Database) -> None:
    await receive(database, mail(1), mail(2))
    first, second = await database.run(lookups.cases)
    assert first == {
        "number": "PF-000001", "channel": "mail", "intent": None, "stage": "new", "outcome": "open",
    }  # fmt: skip
    assert [each["number"] for each in await database.run(partial(lookups.cases, limit=1))] == [
        second["number"]
    ]


async def test_a_case_is_shown_with_its_journal(database: Database) -> None:
    await receive(database, mail(1))
    await serve(database, Echo())
    found = await database.run(partial(lookups.case, number="PF-000001"))
    assert found
    assert [row["event"] for row in found["journal"]] == ["message.received", "intent.recognised"]
    assert await database.run(partial(lookups.case, number="PF-999999")) is None


async def test_the_house_knows_what_waits_and_what_is_stuck(database: Database) -> None:
    await receive(database, mail(1), mail(2, "raise"))
    waiting = await database.run(lookups.health)
    assert (waiting["inbox_due"], waiting["outbox_open"]) == (2, 0)
    assert waiting["inbox_oldest_seconds"] > 0
    await serve(database, Echo())
    served = await database.run(lookups.health)
    assert (served["inbox_due"], served["outbox_open"], served["inbox_quarantined"]) == (0, 1, 1)
    assert served["staff_items_open"] == 1
