"""The town over HTTP: its families, its little portal, its playground."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from sandbox.families import codes, families
from sandbox.mail import MailTown
from sandbox.portal import Activation, Portal
from sandbox.web import TownWeb

KEY = "a key of this test"
FILES = {
    "orgs.csv": "sourcedId,name,type\ns1,École Mauril-Bélanger,school\n",
    "users.csv": (
        "sourcedId,givenName,familyName,email,primaryOrgSourcedId\n"
        "c1,Fatou,Diallo,fatou@famille.example,\nc2,Marc,Roy,marc@famille.example,\nc3,Ann,Lee,,\n"
        "k1,Aïcha,Diallo-Roy,,s1\nk2,Ben,Diallo-Roy,,s1\nk3,Zoé,Lee,,s1\n"
    ),
    "demographics.csv": "sourcedId,birthDate\nk1,2015-09-03\nk2,2001-01-01\nk3,2016-02-29\n",
    "contacts.csv": (
        "studentSourcedId,contactSourcedId,relationship,portalAccess,restriction,accountState,"
        "securityCode,invitationUrl,codeExpiresAt,language\n"
        "k1,c1,mother,true,,invited,GOOD1234,,2999-01-01,fr\n"
        "k2,c1,mother,true,,invited,,,,fr\n"
        "k1,c2,father,true,no contact,invited,LATE1234,,2020-01-01,fr\n"
        "k3,c3,mother,false,,none,,,,en\n"
    ),
}


@pytest.fixture
def board(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text("\ufeff" + text, encoding="utf-8")
    return tmp_path


class NoCases:
    async def all(self) -> list[dict[str, Any]]:
        return []

    async def one(self, _number: str) -> dict[str, Any] | None:
        return None


@pytest.fixture
async def client(board: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with MailTown() as mail:
        about = {"help_line": "aide@ecole.example", "families": families(board)}
        beside = PlainTextResponse("the house")
        web = TownWeb(about, mail, Portal(codes(board)), NoCases(), beside, KEY)
        transport = httpx.ASGITransport(web)
        async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
            yield client


def test_families_are_those_who_share_children(board: Path) -> None:
    found = families(board)
    assert [[contact["sourcedId"] for contact in family["contacts"]] for family in found] == [
        ["c1", "c2"],
        ["c3"],
    ]
    assert [child["student_adult"] for child in found[0]["children"]] == [False, True]
    assert found[0]["contacts"][1]["restriction"] == "no contact"
    assert found[1]["contacts"][0]["email"] is None
    assert found[0]["children"][0]["school"] == "École Mauril-Bélanger"


def test_a_code_works_once_with_the_last_name_on_file(board: Path, tmp_path: Path) -> None:
    state = tmp_path / "portal.json"
    portal = Portal(codes(board), state)
    assert portal.activate("WRONG", "Diallo") is Activation.CODE_UNKNOWN
    assert portal.activate("LATE1234", "Roy") is Activation.CODE_EXPIRED
    assert portal.activate("GOOD1234", "Roy") is Activation.LAST_NAME_WRONG
    assert portal.activate(" GOOD1234 ", "diallo") is Activation.ACTIVATED
    assert Portal(codes(board), state).activate("GOOD1234", "Diallo") is Activation.CODE_USED


async def test_a_program_can_activate_and_a_stranger_path_is_the_houses(client: httpx.AsyncClient) -> None:
    answer = await client.post("/town/portal/activate", json={"code": "GOOD1234", "last_name": "Diallo"})
    assert answer.json()["activated"] is True
    assert (await client.get("/healthz")).text == "the house"


async def test_a_mail_written_on_the_playground_reaches_the_help_line(client: httpx.AsyncClient) -> None:
    order = {"from": "fatou@famille.example", "signed_in": True, "subject": "Allô", "text": "Bonjour"}
    sent = (await client.post("/town/mails", json=order)).json()
    [mail] = (await client.get("/town/mailbox", params={"address": "aide@ecole.example"})).json()
    assert (mail["message_id"], mail["subject"]) == (sent["message_id"], "Allô")


@pytest.mark.parametrize("page", ["/", "/town/portal/", "/town/portal/validate/anything"])
async def test_pages_run_no_script_but_their_own(client: httpx.AsyncClient, page: str) -> None:
    answer = await client.get(page)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


async def test_the_boards_service_takes_a_signed_order_once(client: httpx.AsyncClient) -> None:
    body = json.dumps({"contact": "c1", "kind": "invitation"}).encode()
    headers = {"X-Guichet-Signature": _signature(body, int(time.time())), "Idempotency-Key": "send-1"}
    assert (await client.post("/town/portal/resend", content=body, headers=headers)).status_code == 202
    assert (await client.post("/town/portal/resend", content=body, headers=headers)).json()[
        "repeated"
    ] is True


@pytest.mark.parametrize("age", [0, 3600])
async def test_the_boards_service_refuses_a_wrong_or_old_signature(
    client: httpx.AsyncClient, age: int
) -> None:
    body = b'{"contact": "c1"}'
    stamp = int(time.time()) - age
    signature = _signature(body, stamp) if age else f"t={stamp},v1={'0' * 64}"
    answer = await client.post(
        "/town/portal/resend", content=body, headers={"X-Guichet-Signature": signature}
    )
    assert answer.status_code == 401


def _signature(body: bytes, stamp: int) -> str:
    return f"t={stamp},v1={hmac.new(KEY.encode(), f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"
