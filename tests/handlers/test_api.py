"""The Bot API through aiogram: plain texts, raw updates, and refusals sorted by what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.handlers.api import Telegram
from bot.handlers.wire import UPDATES, Button, Outgoing
from conversations.model import Language
from sandbox.telegram.faults import Cut
from sandbox.telegram.person import view
from sandbox.telegram.town import TelegramTown
from tests.handlers.home import FATOU, OTHER

HELLO = Outgoing(FATOU, "<b>Bonjour</b> _vous_ [x](y)")


@pytest.fixture
async def api(town: TelegramTown) -> AsyncIterator[Telegram]:
    telegram = Telegram(town.token, town.url)
    yield telegram
    await telegram.close()


async def test_updates_come_raw_and_stay_until_they_are_confirmed(town: TelegramTown, api: Telegram) -> None:
    town.world.updates.allow(UPDATES)
    town.world.updates.add("message", {"of": "tomorrow"})
    town.people.say(FATOU, "private", "Bonjour")
    first = await api.updates(None, 0)
    assert [each.get("message", {}).get("text") for each in first] == [None, "Bonjour"]
    assert await api.updates(None, 0) == first
    assert await api.updates(first[-1]["update_id"] + 1, 0) == []


async def test_every_kind_of_update_is_asked_for_by_name(town: TelegramTown, api: Telegram) -> None:
    await api.updates(None, 0)
    assert town.world.updates.allowed == sorted(UPDATES)


async def test_text_leaves_as_it_is_with_its_buttons(town: TelegramTown, api: Telegram) -> None:
    town.people.say(FATOU, "private", "Bonjour")
    keyboard = ((Button("Oui", data="1.2"),), (Button("Privé", start="token"),))
    number = await api.send(Outgoing(FATOU, HELLO.text, keyboard))
    sent = view(town.people.messages(FATOU, "private")[-1])
    assert (sent["message_id"], sent["text"]) == (number, HELLO.text)
    link = f"https://t.me/{await api.username()}?start=token"
    assert sent["buttons"] == [[{"text": "Oui", "data": "1.2"}], [{"text": "Privé", "url": link}]]
    assert "parse_mode" not in town.api.calls[-2].arguments
    await api.change_keyboard(FATOU, number, keyboard[:1])
    assert len(view(town.people.messages(FATOU, "private")[-1])["buttons"]) == 1
    await api.delete(FATOU, number)
    assert town.people.messages(FATOU, "private")[-1].deleted


async def test_a_press_is_answered(town: TelegramTown, api: Telegram) -> None:
    town.people.say(FATOU, "private", "Bonjour")
    number = await api.send(HELLO)
    press = town.people.press(FATOU, "private", number, "x")
    await api.answer_press(press, "un mot")
    assert town.world.presses[press]["answered"]


async def test_the_menu_stands_in_both_languages(town: TelegramTown, api: Telegram) -> None:
    await api.name_commands([("aide", "Aide")], None)
    await api.name_commands([("aide", "Help")], Language.ENGLISH)
    assert len(town.world.commands) == 2


async def test_a_person_who_blocked_the_bot_is_refused_for_good(town: TelegramTown, api: Telegram) -> None:
    town.people.say(FATOU, "private", "Bonjour")
    town.people.block(FATOU)
    with pytest.raises(ProviderRefused, match="403"):
        await api.send(HELLO)


async def test_a_chat_that_is_not_there_is_refused_for_good(api: Telegram) -> None:
    with pytest.raises(ProviderRefused, match="400"):
        await api.send(Outgoing(OTHER, "Bonjour"))


async def test_too_many_says_when_to_come_back(town: TelegramTown, api: Telegram) -> None:
    town.api.faults.too_many(17)
    with pytest.raises(ProviderAway) as away:
        await api.send(HELLO)
    assert away.value.wait == 17


async def test_what_does_not_work_is_tried_again(town: TelegramTown, api: Telegram) -> None:
    town.api.faults.failing(502)
    with pytest.raises(ProviderAway):
        await api.send(HELLO)


async def test_a_line_that_breaks_leaves_a_doubt(town: TelegramTown, api: Telegram) -> None:
    town.people.say(FATOU, "private", "Bonjour")
    town.api.faults.cut(Cut.AFTER)
    with pytest.raises(OutcomeUnknown):
        await api.send(HELLO)


async def test_where_nobody_listens_nothing_left() -> None:
    nobody = Telegram("1:token", "http://127.0.0.1:1")
    with pytest.raises(ProviderAway) as away:
        await nobody.send(HELLO)
    assert not isinstance(away.value, OutcomeUnknown)
    await nobody.close()


async def test_a_wrong_token_names_its_setting(town: TelegramTown) -> None:
    stranger = Telegram("1:wrong", town.url)
    with pytest.raises(ProviderAway, match="GUICHET_TELEGRAM_TOKEN"):
        await stranger.username()
    await stranger.close()


async def test_a_webhook_beside_it_is_a_conflict_that_is_said(town: TelegramTown, api: Telegram) -> None:
    town.world.webhook.set("http://127.0.0.1:1/", "secret")
    with pytest.raises(ProviderAway, match="409"):
        await api.updates(None, 0)
