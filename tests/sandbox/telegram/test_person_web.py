"""People over HTTP, as programs that play a parent use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.telegram.town import TelegramTown
from sandbox.telegram.world import STAFF_PEOPLE

PARENT = 7_654_321_012
COLLEAGUE = next(iter(STAFF_PEOPLE))
WRONG: list[tuple[str, object]] = [
    ("messages", []),
    ("messages", {"chat": "private", "text": "x"}),
    ("messages", {"user_id": "7", "text": "x"}),
    ("messages", {"user_id": -7, "text": "x"}),
    ("messages", {"user_id": True, "text": "x"}),
    ("messages", {"user_id": PARENT}),
    ("messages", {"user_id": PARENT, "text": " "}),
    ("messages", {"user_id": PARENT, "text": "x", "chat": "news"}),
    ("messages", {"user_id": PARENT, "text": "x", "chat": "staff", "thread": 3}),
    ("messages", {"user_id": PARENT, "text": "x", "reply_to": 3}),
    ("edit", {"user_id": PARENT, "message_id": 3, "text": "x"}),
    ("press", {"user_id": PARENT, "message_id": 3, "data": "x"}),
    ("topics/delete", {"thread": 3}),
    ("topics/close", {"user_id": PARENT, "thread": 3}),
    ("faults", {"kind": "fire"}),
]


@pytest.fixture
async def web(town: TelegramTown) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=town.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://town/town/telegram/") as client:
        yield client


async def _do(web: httpx.AsyncClient, act: str, **order: Any) -> dict[str, Any]:
    answer = await web.post(act, json={"user_id": PARENT} | order)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_program_writes_edits_and_presses(web: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    said = await _do(web, "messages", chat="private", text="/start abc")
    await _do(web, "edit", chat="private", message_id=said["message_id"], text="Allô")
    row = [{"text": "Oui", "callback_data": "y"}, {"text": "Site", "url": "https://portail.invalid/"}]
    order = {"chat_id": PARENT, "text": "Vrai ?", "reply_markup": {"inline_keyboard": [row]}}
    await raw.post("/sendMessage", json=order)
    asked, answer = (await web.get("messages", params={"user_id": PARENT, "chat": "private"})).json()
    assert (asked["message_id"], asked["from"], asked["text"]) == (said["message_id"], "user", "Allô")
    assert (answer["from"], answer["deleted"]) == ("bot", False)
    assert answer["buttons"] == [
        [{"text": "Oui", "data": "y"}, {"text": "Site", "url": "https://portail.invalid/"}]
    ]
    pressed = await _do(web, "press", chat="private", message_id=answer["message_id"], data="y")
    answered = {"callback_query_id": pressed["press"], "text": "Merci"}
    assert (await raw.post("/answerCallbackQuery", json=answered)).json()["ok"] is True
    [told] = (await web.get("presses", params={"user_id": PARENT})).json()
    assert (told["answered"], told["text"]) == (True, "Merci")
    kinds = [set(update) - {"update_id"} for update in (await raw.get("/getUpdates")).json()["result"]]
    assert kinds == [{"message"}, {"edited_message"}, {"callback_query"}]


async def test_a_program_sends_what_is_no_text_in_each_chat(
    web: httpx.AsyncClient, raw: httpx.AsyncClient
) -> None:
    await _do(web, "photo", chat="private")
    await _do(web, "voice", chat="group")
    found = (await raw.get("/getUpdates")).json()["result"]
    assert "photo" in found[0]["message"]
    assert (found[1]["message"]["chat"]["type"], found[1]["message"]["from"]["id"]) == ("supergroup", PARENT)
    assert len((await web.get("messages", params={"user_id": 1, "chat": "group"})).json()) == 1
    assert (await web.get("messages", params={"user_id": 1, "chat": "private"})).json() == []


async def test_a_long_text_becomes_several_messages(web: httpx.AsyncClient) -> None:
    await _do(web, "messages", chat="private", text="x" * 5000)
    found = (await web.get("messages", params={"user_id": PARENT, "chat": "private"})).json()
    assert [len(message["text"]) for message in found] == [4096, 904]


async def test_a_program_plays_staff(
    web: httpx.AsyncClient, raw: httpx.AsyncClient, town: TelegramTown
) -> None:
    order = {"chat_id": town.world.staff.id, "name": "Dossier 12"}
    thread = (await raw.post("/createForumTopic", json=order)).json()["result"]["message_thread_id"]
    said = await _do(web, "messages", user_id=COLLEAGUE, chat="staff", thread=thread, text="// note")
    await _do(web, "messages", user_id=COLLEAGUE, chat="staff", text="ailleurs")
    found = await web.get("messages", params={"user_id": COLLEAGUE, "chat": "staff", "thread": thread})
    assert found.json()[-1]["message_id"] == said["message_id"]
    await _do(web, "topics/close", user_id=COLLEAGUE, thread=thread)
    assert (await web.get("topics")).json() == [{"thread": thread, "name": "Dossier 12", "closed": True}]
    await _do(web, "topics/delete", thread=thread)
    assert (await web.get("topics")).json() == []


async def test_a_program_makes_things_go_wrong(web: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    await _do(web, "faults", kind="too_many", retry_after=9, method="getMe")
    assert (await raw.get("/getMe")).json()["parameters"] == {"retry_after": 9}
    await _do(web, "faults", kind="failing", code=500)
    assert (await raw.get("/getMe")).status_code == 500
    for kind in ("cut", "cut_after"):
        await _do(web, "faults", kind=kind)
        with pytest.raises(httpx.TransportError):
            await raw.get("/getMe")
    await _do(web, "messages", chat="private", text="Allô")
    last = (await raw.get("/getUpdates")).json()["result"][-1]["update_id"]
    await raw.get("/getUpdates", params={"offset": last + 1})
    await _do(web, "faults", kind="redeliver")
    assert len((await raw.get("/getUpdates")).json()["result"]) == 1
    await _do(web, "block")
    refused = await raw.post("/sendMessage", json={"chat_id": PARENT, "text": "x"})
    assert refused.status_code == 403
    await _do(web, "block", blocked=False)
    assert (await raw.post("/sendMessage", json={"chat_id": PARENT, "text": "x"})).status_code == 200


async def test_what_a_program_gets_wrong_is_said_to_it(web: httpx.AsyncClient) -> None:
    for act, order in WRONG:
        answer = await web.post(act, json=order)
        assert (answer.status_code, list(answer.json())) == (400, ["error"]), (act, order)


async def test_questions_are_read_strictly_too(web: httpx.AsyncClient) -> None:
    assert (await web.post("messages", content=b"{")).status_code == 400
    for question in ("chat=private", "user_id=x&chat=private", "user_id=1&chat=news"):
        assert (await web.get(f"messages?{question}")).status_code == 400


async def test_nobody_edits_the_messages_of_others(web: httpx.AsyncClient) -> None:
    said = await _do(web, "messages", chat="group", text="Allô")
    answer = await web.post("edit", json={"user_id": PARENT + 1, "chat": "group", "text": "x"} | said)
    assert answer.status_code == 400
