"""The town over HTTP: its families, its little portal, its playground."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aioimaplib
import httpx
import pytest
from starlette.responses import PlainTextResponse

from sandbox.families import codes, families
from sandbox.mail import MailTown
from sandbox.portal import Activation, Portal
from sandbox.town import BOT_API, HTTP, IMAP, SMTP, PortTakenError, Town
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


async def test_the_welcome_link_of_an_activated_account_validates_it(client: httpx.AsyncClient) -> None:
    form = {"code": "GOOD1234", "last_name": "DIALLO"}
    link = (await client.post("/town/portal/activate", data=form)).json()["validate"]
    assert (await client.post(link)).json() == {"validated": True}
    assert (await client.post("/town/portal/validate/made-up")).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/town/mails", b"{"),
        ("/town/mails", b"[]"),
        ("/town/mails", b'{"from": "a@b.example"}'),
        ("/town/mails", b'{"from": "a@b.example\\r\\nBcc: c@d.example", "text": "x"}'),
        ("/town/portal/activate", b"nonsense"),
    ],
)
async def test_what_a_program_gets_wrong_is_said_to_it(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    answer = await client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_an_order_without_a_key_is_not_taken(client: httpx.AsyncClient) -> None:
    headers = {"X-Guichet-Signature": _signature(b"{}", int(time.time()))}
    assert (await client.post("/town/portal/resend", content=b"{}", headers=headers)).status_code == 400


async def test_a_mail_that_cannot_be_read_hides_no_other() -> None:
    async with MailTown() as mail:
        web = TownWeb({}, mail, Portal([]), NoCases(), PlainTextResponse(""), KEY)
        transport = httpx.ASGITransport(web)
        await mail.append(
            "a@b.example", b"Subject: 1\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff"
        )
        await mail.append("a@b.example", b"Subject: 2\r\n\r\nBonjour")
        async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
            found = (await client.get("/town/mailbox", params={"address": "a@b.example"})).json()
    assert [item["subject"] for item in found] == ["1", "2"]
    assert found[1]["text"] == "Bonjour"


def _free_base() -> int:
    """A base whose four ports are free at this moment."""
    for base in range(20000, 30000, 200):
        with ExitStack() as held:
            try:
                for offset in (HTTP, SMTP, BOT_API, IMAP):
                    held.enter_context(socket.create_server(("127.0.0.1", base + offset)))
            except OSError:
                continue
            return base
    raise AssertionError("no free ports")


def _town(board: Path, base: int) -> Town:
    return Town(base, board, cases=NoCases(), beside=PlainTextResponse("the house"))


async def test_the_whole_town_listens_and_ends_though_pages_and_watchers_are_open(board: Path) -> None:
    base = _free_base()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{base}") as client:
        async with _town(board, base):
            about = (await client.get("/town")).json()
            assert about["ports"] == {
                "http": base,
                "smtp": base + 25,
                "bot_api": base + 81,
                "imap": base + 143,
            }
            assert (await client.get("/readyz")).text == "the house"
            telegram = await client.get(f"http://127.0.0.1:{base + 81}/bot1:x/getMe")
            assert (telegram.status_code, telegram.json()["ok"]) == (401, False)
            order = {"user_id": 7_654_321_012, "chat": "private", "text": "Allô"}
            assert (await client.post("/town/telegram/messages", json=order)).json()["message_id"]
            page = await client.send(client.build_request("GET", "/town/changes"), stream=True)
            assert page.status_code == 200
            watcher = aioimaplib.IMAP4(host="127.0.0.1", port=base + 143)
            await watcher.wait_hello_from_server()
        async with _town(board, base):
            assert (await client.get("/town")).status_code == 200


@pytest.mark.parametrize("offset", [HTTP, SMTP, BOT_API, IMAP])
async def test_a_port_in_use_is_named_before_anything_starts(board: Path, offset: int) -> None:
    base = _free_base()
    with socket.create_server(("127.0.0.1", base + offset)), pytest.raises(PortTakenError) as caught:
        async with _town(board, base):
            pass
    assert str(base + offset) in str(caught.value)
