"""The web room: health for machines, and a button for those who did not ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from bot.console.app import application
from bot.console.parts import Part

WELL = Part("mailbox", well=True)
ILL = Part("mailbox", well=False, detail="wrong password")


@dataclass
class House:
    """Health and the credential mails of a house, in memory."""

    state: list[Part] = field(default_factory=lambda: [WELL])
    tickets: set[str] = field(default_factory=lambda: {"12-good"})
    disowned: list[str] = field(default_factory=list)

    async def parts(self) -> Sequence[Part]:
        return self.state

    async def figures(self) -> Mapping[str, float]:
        return {"outbox_waiting": 3}

    async def known(self, token: str) -> bool:
        return token in self.tickets

    async def disown(self, token: str) -> bool:
        if token in self.tickets:
            self.disowned.append(token)
        return token in self.tickets


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(house, house))
    async with httpx.AsyncClient(transport=transport, base_url="http://guichet") as client:
        yield client


async def test_alive_and_ready_when_all_parts_are_well(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["parts"]["mailbox"]["well"] is True


async def test_an_ill_part_is_named_and_answers_503(client: httpx.AsyncClient, house: House) -> None:
    house.state = [ILL]
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["parts"]["mailbox"] == {"well": False, "detail": ILL.detail}


async def test_metrics_are_in_prometheus_text(client: httpx.AsyncClient) -> None:
    assert "guichet_outbox_waiting 3" in (await client.get("/metrics")).text.splitlines()


async def test_opening_the_link_changes_nothing_pressing_the_button_does(
    client: httpx.AsyncClient, house: House
) -> None:
    page = await client.get("/not-me/12-good")
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert house.disowned == []
    assert (await client.post("/not-me/12-good")).status_code == 200
    assert house.disowned == ["12-good"]


async def test_a_link_that_is_not_ours_is_said_to_be_unknown(client: httpx.AsyncClient, house: House) -> None:
    assert (await client.get("/not-me/12-bad")).status_code == 404
    assert (await client.post("/not-me/12-bad")).status_code == 404
    assert house.disowned == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/not-me/12-good", "/not-me/12-bad", "/nowhere"])
async def test_every_answer_keeps_to_itself(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
