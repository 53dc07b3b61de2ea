"""A town that is started anew knows its chats, and what the bot has not had yet."""

from __future__ import annotations

from pathlib import Path

import httpx

from sandbox.telegram.person import view
from sandbox.telegram.town import TelegramTown
from sandbox.telegram.world import STAFF_PEOPLE

PARENT = 7_654_321_012
COLLEAGUE = next(iter(STAFF_PEOPLE))


async def _call(town: TelegramTown, method: str, **arguments: object) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(f"{town.url}/bot{town.token}/{method}", json=arguments)


async def test_chats_and_waiting_updates_outlive_a_restart(tmp_path: Path) -> None:
    async with TelegramTown(directory=tmp_path) as town:
        first = town.people.say(PARENT, "private", "un", first_name="Fatou")
        town.people.edit(PARENT, "private", first, "un et demi")
        updates = (await _call(town, "getUpdates")).json()["result"]
        town.people.say(PARENT, "private", "deux", reply_to=first)
        await _call(town, "getUpdates", offset=updates[-1]["update_id"] + 1, allowed_updates=["message"])
        sent = (await _call(town, "sendMessage", chat_id=PARENT, text="x")).json()["result"]
        await _call(town, "deleteMessage", chat_id=PARENT, message_id=sent["message_id"])
        staff = town.world.staff.id
        topics = [
            (await _call(town, "createForumTopic", chat_id=staff, name=name)).json()["result"]
            for name in ("A", "B")
        ]
        await _call(town, "closeForumTopic", chat_id=staff, message_thread_id=topics[0]["message_thread_id"])
        town.people.delete_topic(topics[1]["message_thread_id"])
        town.people.say(PARENT + 1, "private", "trois")
        town.people.block(PARENT + 1)
        before = [view(message) for message in town.people.messages(PARENT, "private")]
    with (tmp_path / "telegram.jsonl").open("a") as file:
        file.write('["message", {"id"')
    async with TelegramTown(directory=tmp_path) as town:
        assert [view(message) for message in town.people.messages(PARENT, "private")] == before
        again = (await _call(town, "getUpdates")).json()["result"]
        assert [update["message"]["text"] for update in again] == ["deux", "trois"]
        assert again[0]["message"]["from"]["first_name"] == "Fatou"
        assert again[0]["update_id"] == updates[-1]["update_id"] + 1
        assert [topic.closed for topic in town.world.staff.topics.values()] == [True]
        assert town.people.say(PARENT, "private", "quatre") > sent["message_id"]
        assert (await _call(town, "sendMessage", chat_id=PARENT, text="x")).status_code == 200
        assert (await _call(town, "sendMessage", chat_id=PARENT + 1, text="x")).status_code == 403
    async with TelegramTown(directory=tmp_path) as town:
        assert town.people.messages(PARENT, "private")[-2].text == "quatre"
