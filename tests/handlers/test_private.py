"""What a message, a command or a press in private comes to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chats import Deed, Edited, Heard, Passed, Pressed, Switched, Told
from bot.handlers.buttons import Buttons, Press
from bot.handlers.commands import MENU, Command, menu
from bot.handlers.parse import parse
from bot.handlers.private import PrivateChat
from bot.keys import Keys
from conversations.effects import Say
from conversations.model import Intent, Language
from conversations.phrases import Phrase
from conversations.recogniser import recognise
from conversations.texts import LANGUAGES
from tests.handlers.updates import FATOU, PERSON, body, message, press

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
BUTTONS = Buttons(Keys("a secret of the tests, long enough for everybody"))
CHAT = PrivateChat(8_100_000_001, BUTTONS)


def deed(update: object) -> Deed:
    return CHAT.deed(parse(body(update)), AT)


def typed(text: str, content: Mapping[str, Any] | None = None, **how: Any) -> Deed:
    return deed(message(content, text=text, **how))


def said(found: Deed) -> str:
    assert isinstance(found, Heard | Pressed | Edited)
    return found.arrival.said.text


def told(found: Deed) -> Phrase:
    assert isinstance(found, Told)
    return found.notice.say.phrase


def test_words_are_heard_as_they_are_and_never_vouched_for() -> None:
    found = typed("g pa recu le code")
    assert isinstance(found, Heard)
    assert said(found) == "g pa recu le code"
    assert (found.arrival.sender, found.arrival.said.on_file) == (str(FATOU), False)


def test_the_same_message_has_the_same_name_whatever_the_update() -> None:
    first, second = typed("un"), deed(message(text="un", number=1) | {"update_id": 77})
    assert isinstance(first, Heard)
    assert isinstance(second, Heard)
    assert first.arrival.external_id == second.arrival.external_id


@pytest.mark.parametrize(
    ("command", "intent"),
    [
        ("/start", Intent.GREETING),
        ("/oublier", Intent.CANCEL),
        ("/humain", Intent.HUMAN),
        ("/human", Intent.HUMAN),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_is_what_a_parent_would_have_typed(
    command: str, intent: Intent, language: Language
) -> None:
    reading = recognise(said(typed(command, {"from": PERSON | {"language_code": language.value}})))
    assert (reading.intent, reading.sure, reading.language) == (intent, True, language)


@pytest.mark.parametrize(
    ("command", "phrase"),
    [
        ("/aide", Phrase.CHAT_HELP),
        ("/AIDE@guichet_famille_bot", Phrase.CHAT_HELP),
        ("/nothing_known", Phrase.CHAT_HELP),
        ("/", Phrase.CHAT_HELP),
        ("/langue", Phrase.CHAT_CHOOSE_LANGUAGE),
        ("/langue klingon", Phrase.CHAT_CHOOSE_LANGUAGE),
        ("/confidentialite", Phrase.PRIVACY_REQUEST),
        ("/dossier", Phrase.CHAT_CASE),
    ],
)
def test_some_commands_the_chat_answers_itself(command: str, phrase: Phrase) -> None:
    assert told(typed(command)) is phrase


def test_a_language_may_be_named_at_once() -> None:
    found = typed("/langue EN")
    assert isinstance(found, Switched)
    assert found.told.language is Language.ENGLISH


@pytest.mark.parametrize(
    ("payload", "ticket"), [("abc-DEF_9", "abc-DEF_9"), ("", ""), ("no é", ""), ("x" * 65, "")]
)
def test_a_start_may_bring_a_ticket(payload: str, ticket: str) -> None:
    found = typed(f"/start {payload}")
    assert isinstance(found, Heard)
    assert found.ticket == ticket


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "contact"])
def test_what_is_no_text_gets_a_kind_word(kind: str) -> None:
    assert told(deed(message({kind: {}}))) is Phrase.CHAT_ONLY_TEXT


def test_the_menu_names_each_command_that_is_answered() -> None:
    for language in LANGUAGES:
        assert [name for name, _ in menu(language)] == [command.value for command in MENU]
    assert set(MENU) == set(Command) - {Command.START}


def button(answer: str, person: int = FATOU) -> dict[str, Any]:
    return press(BUTTONS.data(FATOU, Press(12, 345, answer, Language.ENGLISH)), person=person)


def test_a_press_is_the_answer_of_its_case_and_turn() -> None:
    found = deed(button("n2"))
    assert isinstance(found, Pressed)
    assert (said(found), found.arrival.conversation, found.turn) == ("2", 12, 345)
    assert found.stale.say == Say(Phrase.CHAT_STALE_BUTTON)


def test_a_press_of_somebody_else_or_of_nobodys_button_gets_a_kind_word() -> None:
    assert told(deed(button("yes", person=FATOU + 1))) is Phrase.CHAT_STALE_BUTTON
    assert told(deed(press("evaluate"))) is Phrase.CHAT_STALE_BUTTON


def test_a_language_button_switches_and_a_page_says_nothing() -> None:
    assert isinstance(deed(button("fr")), Switched)
    page = button("p3")
    assert isinstance(deed(page), Passed)
    turned = CHAT.page(parse(body(page)))
    assert turned
    assert turned.number == 3


def test_an_edit_names_the_message_that_it_changes() -> None:
    found, original = typed("deux", kind="edited_message"), typed("un")
    assert isinstance(found, Edited)
    assert isinstance(original, Heard)
    assert found.original == original.arrival.external_id != found.arrival.external_id
    assert not found.whole
    whole = typed("Fatou Diallo, ma fille Aïcha", kind="edited_message")
    assert isinstance(whole, Edited)
    assert whole.whole
