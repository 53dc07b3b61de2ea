"""The way `http` against a real server: what it is told, and what is made of each of its answers."""

from __future__ import annotations

import time

import pytest

from bot.errors import GuichetError, OutcomeUnknown, ProviderAway, ProviderRefused
from bot.portal.http import HttpPortal
from bot.ports import Parcel
from tests.portal.board_server import KEY, BoardServer, status
from tests.portal.home import ADDRESS, CODE, LINK, REQUESTER, Home

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
IMPATIENT = 0.2


@pytest.fixture
def portal(home: Home, service: BoardServer) -> HttpPortal:
    return HttpPortal(home.credentials, service.url, KEY)


@pytest.fixture
def parcel(home: Home) -> Parcel:
    home.on_file()
    return home.asks()


async def test_an_order_is_signed_and_says_no_more_than_it_must(
    service: BoardServer, portal: HttpPortal, parcel: Parcel
) -> None:
    await portal.carry(parcel)
    [order] = service.orders
    assert order.is_signed()
    assert not order.is_signed("another secret")
    assert abs(time.time() - order.at) < 60
    assert order.json == {"contact": "p1", "kind": "invitation", "send": parcel.payload["send"]}
    told = str(order)
    assert not {
        word for word in (ADDRESS, CODE, LINK, REQUESTER, KEY, "Diallo", "Fatou", "Roy") if word in told
    }


async def test_an_order_that_is_tried_again_keeps_its_key_and_its_words(
    service: BoardServer, portal: HttpPortal, parcel: Parcel
) -> None:
    service.answers = [status(503), b""]
    for _ in range(2):
        with pytest.raises(ProviderAway):
            await portal.carry(parcel)
    await portal.carry(parcel)
    assert {order.headers["Idempotency-Key"] for order in service.orders} == {parcel.key}
    assert len({order.body for order in service.orders}) == 1
    assert [order.is_signed() for order in service.orders] == [True] * 3


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        *((status(code), ProviderAway) for code in (500, 502, 503, 504, 408, 425, 429)),
        *((status(code), ProviderRefused) for code in (400, 401, 403, 404, 409, 410, 422)),
        (b"", ProviderAway),
        (None, OutcomeUnknown),
        (b"no HTTP at all\r\n", ProviderAway),
        (b"HTTP/1.1 two hundred\r\n\r\n", ProviderAway),
    ],
)
async def test_every_answer_is_sorted_by_what_to_do_about_it(
    home: Home, service: BoardServer, parcel: Parcel, answer: bytes | None, verdict: type[GuichetError]
) -> None:
    service.answers = [answer]
    with pytest.raises(GuichetError) as told:
        await HttpPortal(home.credentials, service.url, KEY, IMPATIENT).carry(parcel)
    assert type(told.value) is verdict
    assert len(service.orders) == 1
    assert service.orders[0].body.decode() not in str(told.value)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_an_order_is_not_carried_where_the_service_points_to(
    service: BoardServer, portal: HttpPortal, parcel: Parcel, code: int
) -> None:
    service.answers = [status(code, f"Location: {service.url}/elsewhere")]
    with pytest.raises(ProviderRefused):
        await portal.carry(parcel)
    assert [order.path for order in service.orders] == ["/orders"]


async def test_a_service_that_is_not_there_is_tried_again_later(home: Home, parcel: Parcel) -> None:
    with pytest.raises(ProviderAway) as told:
        await HttpPortal(home.credentials, "http://127.0.0.1:1/orders", KEY).carry(parcel)
    assert type(told.value) is ProviderAway
