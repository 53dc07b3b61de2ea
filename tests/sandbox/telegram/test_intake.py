"""How updates reach the bot: by long poll, and by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.listener import Listener
from sandbox.telegram.town import TelegramTown

PARENT = 7_654_321_012


async def _texts(raw: httpx.AsyncClient, **arguments: Any) -> list[str]:
    answer = await raw.post("/getUpdates", json=arguments)
    return [update["message"]["text"] for update in answer.json()["result"]]


async def test_updates_come_again_until_an_offset_confirms_them(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    for text in ("un", "deux", "trois"):
        town.people.say(PARENT, "private", text)
    found = (await raw.get("/getUpdates")).json()["result"]
    numbers = [update["update_id"] for update in found]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    assert await _texts(raw, limit=1) == ["un"]
    assert await _texts(raw, offset=numbers[1]) == ["deux", "trois"]
    assert await _texts(raw, offset=-1) == ["trois"]
    assert await _texts(raw, offset=numbers[2] + 1) == []
    assert town.world.updates.pending == 0


async def test_a_long_poll_ends_when_something_comes_or_its_time_is_over(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    poll = asyncio.create_task(_texts(raw, timeout=30))
    await town.world.updates.until_polled(1)
    town.people.say(PARENT, "private", "enfin")
    assert await poll == ["enfin"]
    assert await _texts(raw, offset=-1, limit=1, timeout=0) == ["enfin"]


async def test_the_older_of_two_pollers_gets_a_conflict(town: TelegramTown, raw: httpx.AsyncClient) -> None:
    older = asyncio.create_task(raw.post("/getUpdates", json={"timeout": 30}))
    await town.world.updates.until_polled(1)
    newer = asyncio.create_task(_texts(raw, timeout=30))
    assert (await older).status_code == 409
    town.people.say(PARENT, "private", "à toi")
    assert await newer == ["à toi"]


async def test_kinds_that_were_not_asked_for_do_not_come(town: TelegramTown, raw: httpx.AsyncClient) -> None:
    await raw.post("/getUpdates", json={"allowed_updates": ["callback_query", "edited_message"]})
    number = town.people.say(PARENT, "private", "un")
    town.people.edit(PARENT, "private", number, "deux")
    [update] = (await raw.get("/getUpdates")).json()["result"]
    assert update["edited_message"]["text"] == "deux"
    await raw.post("/getUpdates", json={"allowed_updates": [], "offset": update["update_id"] + 1})
    town.people.say(PARENT, "private", "trois")
    assert await _texts(raw) == ["trois"]


async def test_confirmed_updates_can_be_made_to_come_again(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    for text in ("un", "deux"):
        town.people.say(PARENT, "private", text)
    last = (await raw.get("/getUpdates")).json()["result"][-1]["update_id"]
    await raw.post("/getUpdates", json={"offset": last + 1})
    town.world.updates.redeliver(1)
    assert await _texts(raw, offset=last + 1) == ["deux"]
    assert await _texts(raw, offset=last + 1) == []


async def test_numbers_may_start_elsewhere_and_nothing_is_lost_by_an_old_offset(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    town.people.say(PARENT, "private", "un")
    last = (await raw.get("/getUpdates")).json()["result"][-1]["update_id"]
    await raw.post("/getUpdates", json={"offset": last + 1})
    town.world.updates.renumber(1000)
    town.people.say(PARENT, "private", "deux")
    assert await _texts(raw, offset=last + 1) == ["deux"]


class Hook:
    """The bot's own address: answers with `codes` as long as there are some, then 200."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.came: asyncio.Queue[tuple[str | None, Any]] = asyncio.Queue()
        self._listener = Listener(Starlette(routes=[Route("/hook", self._take, methods=["POST"])]), 0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.port}/hook"

    async def _take(self, request: Request) -> Response:
        secret = request.headers.get("x-telegram-bot-api-secret-token")
        await self.came.put((secret, await request.json()))
        return Response(status_code=self.codes.pop(0) if self.codes else 200)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    async with hook._listener:
        yield hook


async def test_a_webhook_gets_each_update_with_the_secret_until_it_takes_it(
    town: TelegramTown, raw: httpx.AsyncClient, hook: Hook
) -> None:
    hook.codes = [500, 403]
    order = {"url": hook.url, "secret_token": "s3cret_-"}
    assert (await raw.post("/setWebhook", json=order)).json()["result"] is True
    town.people.say(PARENT, "private", "un")
    town.people.say(PARENT, "private", "deux")
    came = [await hook.came.get() for _ in range(4)]
    assert [update["message"]["text"] for _secret, update in came] == ["un", "un", "un", "deux"]
    assert {secret for secret, _update in came} == {"s3cret_-"}
    await town.world.updates.until_confirmed()
    info = (await raw.get("/getWebhookInfo")).json()["result"]
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)
    assert "403" in info["last_error_message"]


async def test_polling_and_a_webhook_exclude_each_other(
    town: TelegramTown, raw: httpx.AsyncClient, hook: Hook
) -> None:
    poll = asyncio.create_task(raw.post("/getUpdates", json={"timeout": 30}))
    await town.world.updates.until_polled(1)
    await raw.post("/setWebhook", json={"url": hook.url})
    assert (await poll).status_code == 409
    assert (await raw.get("/getUpdates")).status_code == 409
    await raw.get("/deleteWebhook")
    town.people.say(PARENT, "private", "un")
    assert await _texts(raw) == ["un"]
    await raw.post("/setWebhook", json={"url": "", "drop_pending_updates": True})
    assert await _texts(raw) == []


async def test_a_webhook_where_nobody_listens_is_tried_on(
    town: TelegramTown, raw: httpx.AsyncClient, hook: Hook
) -> None:
    await raw.post("/setWebhook", json={"url": "http://127.0.0.1:9/"})
    town.people.say(PARENT, "private", "un")

    await town.world.news.until(lambda: "last_error_date" in town.world.webhook.info(), patience=30)
    await raw.post("/setWebhook", json={"url": hook.url})
    assert (await hook.came.get())[1]["message"]["text"] == "un"


async def test_the_town_closes_though_somebody_polls(raw: httpx.AsyncClient, town: TelegramTown) -> None:
    poll = asyncio.create_task(raw.post("/getUpdates", json={"timeout": 50}))
    await town.world.updates.until_polled(1)
    town.world.updates.close()
    assert (await poll).status_code == 503
