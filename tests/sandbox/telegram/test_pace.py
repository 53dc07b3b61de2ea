"""Telegram's limits, where the town enforces them."""

from __future__ import annotations

import httpx
import pytest

from sandbox.telegram.pace import Pace
from sandbox.telegram.refusals import Refusal
from sandbox.telegram.town import TelegramTown


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _admitted(pace: Pace, chat: str, calls: int) -> int:
    done = 0
    for _ in range(calls):
        try:
            pace.admit("sendMessage", chat)
        except Refusal:
            continue
        done += 1
    return done


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert _admitted(pace, "-100", 25) == 20
    clock.now = 59.5
    with pytest.raises(Refusal) as refused:
        pace.admit("sendMessage", "-100")
    assert refused.value.parameters == {"retry_after": 1}
    clock.now = 60
    assert _admitted(pace, "-100", 25) == 20


def test_a_person_takes_a_short_burst_and_all_together_thirty_a_second() -> None:
    pace = Pace(Clock())
    assert _admitted(pace, "7", 5) == 3
    assert sum(_admitted(pace, str(person), 1) for person in range(100, 140)) == 27
    pace.admit("getChat", "7")
    pace.admit("sendMessage", None)


async def test_a_town_may_enforce_the_limits() -> None:
    async with TelegramTown(paced=True) as town, httpx.AsyncClient() as client:
        town.people.say(7_654_321_012, "private", "Allô")
        order = {"chat_id": 7_654_321_012, "text": "x"}
        address = f"{town.url}/bot{town.token}/sendMessage"
        codes = [(await client.post(address, json=order)).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
