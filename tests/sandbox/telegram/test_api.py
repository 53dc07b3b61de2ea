"""The Bot API as HTTP: tokens, methods, the ways in which arguments come, and how faults look."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from sandbox.telegram.faults import Cut
from sandbox.telegram.town import TelegramTown

PARENT = 7_654_321_012
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"text": "to nobody"}),
    ("sendMessage", {"chat_id": 12, "text": "to a stranger"}),
    ("sendMessage", {"chat_id": PARENT, "text": "   "}),
    ("sendMessage", {"chat_id": PARENT, "text": "x" * 4097}),
    ("sendMessage", {"chat_id": PARENT, "text": "😀" * 2049}),
    ("sendMessage", {"chat_id": PARENT, "text": "x", "reply_markup": "{"}),
    ("sendMessage", {"chat_id": PARENT, "text": "x", "reply_markup": {"buttons": []}}),
    ("sendMessage", {"chat_id": PARENT, "text": "x", "reply_markup": {"inline_keyboard": ["x"]}}),
    (
        "sendMessage",
        {"chat_id": PARENT, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
    ),
    (
        "sendMessage",
        {
            "chat_id": PARENT,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]},
        },
    ),
    ("sendMessage", {"chat_id": PARENT, "text": "x", "reply_parameters": {"message_id": 1}}),
    ("sendMessage", {"chat_id": PARENT, "text": "x", "message_thread_id": 1}),
    ("editMessageText", {"chat_id": PARENT, "message_id": 1, "text": "x"}),
    ("deleteMessage", {"chat_id": PARENT, "message_id": 1}),
    ("deleteMessage", {"chat_id": PARENT}),
    ("deleteMessage", {"chat_id": PARENT, "message_id": "one"}),
    ("copyMessage", {"chat_id": PARENT, "from_chat_id": PARENT, "message_id": 1}),
    ("forwardMessage", {"chat_id": PARENT, "from_chat_id": PARENT, "message_id": 1}),
    ("answerCallbackQuery", {"callback_query_id": "1"}),
    ("sendChatAction", {"chat_id": PARENT, "action": "dancing"}),
    ("getChat", {"chat_id": "@nobody"}),
    ("getChatMember", {"chat_id": PARENT, "user_id": 5}),
    ("getFile", {"file_id": "kept-nowhere"}),
    ("setMyCommands", {"commands": ["aide"]}),
    ("setMyCommands", {"commands": [{"command": "Aïe", "description": "x"}]}),
    ("createForumTopic", {"chat_id": PARENT, "name": "x"}),
    ("setWebhook", {"url": "https://bot.invalid/"}),
    ("setWebhook", {"url": "http://127.0.0.1/", "secret_token": "é"}),
]
"""Calls that make no sense, from a bot to which PARENT wrote once."""


async def test_a_wrong_token_and_an_unknown_method_are_refused(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    stranger = await raw.get(f"{town.url}/bot1:x/getMe")
    assert (stranger.status_code, stranger.json()["error_code"], stranger.json()["ok"]) == (401, 401, False)
    unknown = await raw.get("/flyToTheMoon")
    assert (unknown.status_code, unknown.json()["error_code"]) == (404, 404)
    assert (await raw.get(f"{town.url}/elsewhere")).status_code == 404


async def test_methods_do_not_mind_their_capitals(raw: httpx.AsyncClient) -> None:
    assert (await raw.get("/GETME")).json()["result"]["is_bot"] is True


@pytest.mark.parametrize("way", ["query", "json", "form", "multipart"])
async def test_arguments_come_in_four_ways(town: TelegramTown, raw: httpx.AsyncClient, way: str) -> None:
    town.people.say(PARENT, "private", "Allô")
    markup = {"inline_keyboard": [[{"text": "Oui", "callback_data": "é"}]]}
    given: dict[str, Any] = {"chat_id": PARENT, "text": "Voilà — «é»"}
    as_text = given | {"reply_markup": json.dumps(markup)}
    if way == "query":
        answer = await raw.get("/sendMessage", params=as_text)
    elif way == "json":
        answer = await raw.post("/sendMessage", json=given | {"reply_markup": markup})
    elif way == "form":
        answer = await raw.post("/sendMessage", data=as_text)
    else:
        parts = {name: (None, str(value)) for name, value in as_text.items()}
        answer = await raw.post("/sendMessage", files=parts)
    sent = answer.json()["result"]
    assert (sent["chat"]["id"], sent["text"], sent["reply_markup"]) == (PARENT, given["text"], markup)


async def test_what_telegram_refuses_the_town_refuses(town: TelegramTown, raw: httpx.AsyncClient) -> None:
    town.people.say(PARENT, "private", "Allô")
    for method, arguments in REFUSED:
        answer = await raw.post(f"/{method}", json=arguments)
        assert (answer.status_code, answer.json()["error_code"]) == (400, 400), (method, arguments)
        assert answer.json()["description"].startswith("Bad Request: ")


async def test_a_text_of_the_longest_kind_is_taken(town: TelegramTown, raw: httpx.AsyncClient) -> None:
    town.people.say(PARENT, "private", "Allô")
    sent = await raw.post("/sendMessage", json={"chat_id": PARENT, "text": "😀" * 2048})
    assert sent.json()["ok"] is True


async def test_a_body_that_is_no_object_is_refused(raw: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    for body in (b"[]", b"{"):
        assert (await raw.post("/getMe", content=body, headers=headers)).status_code == 400


async def test_faults_meet_the_calls_they_are_for_and_no_other(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    town.people.say(PARENT, "private", "Allô")
    town.api.faults.too_many(7, times=2, methods=["sendMessage"], chat=PARENT)
    order = {"chat_id": PARENT, "text": "x"}
    assert (await raw.get("/getMe")).status_code == 200
    for _ in range(2):
        refused = await raw.post("/sendMessage", json=order)
        assert (refused.status_code, refused.json()["parameters"]) == (429, {"retry_after": 7})
    assert (await raw.post("/sendMessage", json=order)).status_code == 200
    town.api.faults.failing(500)
    assert (await raw.get("/getMe")).json()["error_code"] == 500
    town.api.faults.failing(times=9)
    town.api.faults.clear()
    assert (await raw.get("/getMe")).status_code == 200
    assert [call.code for call in town.api.calls] == [200, 429, 429, 200, 500, 200]


@pytest.mark.parametrize(("when", "sent"), [(Cut.BEFORE, 0), (Cut.AFTER, 1)])
async def test_a_cut_loses_the_call_or_only_its_answer(
    town: TelegramTown, raw: httpx.AsyncClient, when: Cut, sent: int
) -> None:
    town.people.say(PARENT, "private", "Allô")
    town.api.faults.cut(when)
    with pytest.raises(httpx.TransportError):
        await raw.post("/sendMessage", json={"chat_id": PARENT, "text": "x"})
    assert len(town.people.messages(PARENT, "private")) == 1 + sent


async def test_a_blocking_person_a_deleted_chat_and_a_moved_group_are_told_apart(
    town: TelegramTown, raw: httpx.AsyncClient
) -> None:
    town.people.say(PARENT, "private", "Allô")
    town.people.say(PARENT + 1, "group", "Allô")
    order = {"chat_id": PARENT, "text": "x"}
    town.people.block(PARENT)
    assert (await raw.post("/sendMessage", json=order)).status_code == 403
    town.people.say(PARENT, "private", "Me revoilà")
    assert (await raw.post("/sendMessage", json=order)).status_code == 200
    unwritten = await raw.post("/sendMessage", json=order | {"chat_id": PARENT + 1})
    assert unwritten.status_code == 403
    town.world.chats[PARENT].gone = True
    assert (await raw.post("/sendMessage", json=order)).status_code == 400
    old = town.world.group.id
    new = town.world.migrate(town.world.group)
    moved = (await raw.post("/sendMessage", json=order | {"chat_id": old})).json()
    assert (moved["error_code"], moved["parameters"]) == (400, {"migrate_to_chat_id": new.id})
    assert (await raw.post("/sendMessage", json=order | {"chat_id": new.id})).status_code == 200
