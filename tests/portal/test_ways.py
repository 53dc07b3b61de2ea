"""What holds for every way of the portal, over each database."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from bot.errors import ProviderRefused
from bot.ports import MailKind
from bot.store.schema import students
from tests.portal.board_server import BoardServer
from tests.portal.home import Home
from tests.portal.ways import ByHttp, ByMail, ByWorklist, Way

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class TestPortal:
    @pytest.fixture(params=["mail", "worklist", "http"])
    def way(self, request: pytest.FixtureRequest, home: Home) -> Way:
        match request.param:
            case "mail":
                return ByMail(home)
            case "worklist":
                return ByWorklist(home)
            case _:
                service: BoardServer = request.getfixturevalue("service")
                return ByHttp(home, service)

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("none", MailKind.INVITATION),
            ("invited", MailKind.INVITATION),
            ("self_created", MailKind.VALIDATION),
        ],
    )
    async def test_the_state_of_the_account_chooses_the_mail(
        self, home: Home, way: Way, state: str, kind: MailKind
    ) -> None:
        home.on_file(accountState=state)
        receipt = await way.carrier.carry(home.asks())
        assert [each for _, each in way.arrived()] == [kind]
        assert kind.value in receipt.note.split()

    async def test_the_same_send_again_is_the_same_for_whoever_takes_it(self, home: Home, way: Way) -> None:
        home.on_file()
        first, second = home.asks(), home.asks()
        receipts = [await way.carrier.carry(parcel) for parcel in (first, second, first)]
        assert receipts[0] == receipts[2]
        assert len(set(way.arrived())) == 2

    @ON_SQLITE
    @pytest.mark.parametrize(
        "cells",
        [
            {"accountState": "active"},
            {"securityCode": ""},
            {"codeExpiresAt": "2024-06-30T23:59:00Z"},
            {"codeExpiresAt": "some day"},
            {"portalAccess": "false"},
            {"restriction": "court order"},
        ],
        ids=str,
    )
    async def test_where_nothing_may_be_sent_nothing_leaves_and_staff_are_told(
        self, home: Home, way: Way, cells: dict[str, str]
    ) -> None:
        home.on_file(**cells)
        with pytest.raises(ProviderRefused):
            await way.carrier.carry(home.asks())
        assert way.arrived() == []

    @ON_SQLITE
    async def test_what_was_on_file_when_it_was_asked_for_is_not_sent_once_it_changed(
        self, home: Home, way: Way
    ) -> None:
        home.on_file()
        parcel = home.asks()
        home.on_file(restriction="court order")
        with pytest.raises(ProviderRefused):
            await way.carrier.carry(parcel)
        assert way.arrived() == []

    @ON_SQLITE
    async def test_the_code_of_a_child_who_has_come_of_age_is_not_sent(self, home: Home, way: Way) -> None:
        home.on_file()
        parcel = home.asks()
        grown = update(students).values(birth_date=date(2001, 1, 1))
        home.database.transact(lambda connection: connection.execute(grown))
        with pytest.raises(ProviderRefused):
            await way.carrier.carry(parcel)
        assert way.arrived() == []
