"""A button answers one question of one case for one person."""

from __future__ import annotations

import pytest

from bot.handlers.buttons import Buttons, Press
from bot.handlers.keyboards import keyboard, said_by, schools_page
from bot.keys import Keys
from conversations.effects import Say
from conversations.flows.choosing import plain
from conversations.flows.moves import _NOT_WORKING
from conversations.guide import name_of
from conversations.model import Intent, Language
from conversations.phrases import Phrase
from conversations.recogniser import recognise
from conversations.texts import LANGUAGES
from conversations.words.schools import schools
from tests.handlers.updates import FATOU

BUTTONS = Buttons(Keys("a secret of the tests, long enough for everybody"))
ASKED = Press(12, 345, "", Language.FRENCH)
LONGEST = 10**15 - 1


def test_what_was_made_for_a_person_is_read_for_that_person_only() -> None:
    press = Press(12, 345, "s36", Language.ENGLISH)
    made = BUTTONS.data(FATOU, press)
    assert BUTTONS.read(FATOU, made) == press
    assert BUTTONS.read(FATOU + 1, made) is None
    assert Buttons(Keys("another secret of somebody else, as long")).read(FATOU, made) is None


@pytest.mark.parametrize("place", range(5))
def test_no_part_of_it_can_be_changed(place: int) -> None:
    parts = BUTTONS.data(FATOU, Press(1, 2, "yes", Language.FRENCH)).split(".")
    parts[place] = {2: "no", 3: "en"}.get(place, "7" * len(parts[place]))
    assert BUTTONS.read(FATOU, ".".join(parts)) is None


@pytest.mark.parametrize(
    "data", ["", "yes", "1.2.yes.fr", "1.2.yes.fr.", "x" * 64, "1.2.yes.fr.é" + "a" * 15]
)
def test_what_was_never_ours_is_nothing(data: str) -> None:
    assert BUTTONS.read(FATOU, data) is None


def test_it_fits_into_the_sixty_four_bytes_of_telegram() -> None:
    assert len(BUTTONS.data(LONGEST, Press(LONGEST, LONGEST, "not", Language.FRENCH)).encode()) <= 64


def under(*says: Say, asked: Press = ASKED) -> list[str]:
    """The answers that the buttons under these words stand for."""
    found = keyboard(BUTTONS, FATOU, asked, says)
    pressed = [BUTTONS.read(FATOU, button.data) for row in found for button in row]
    return [press.answer for press in pressed if press]


def test_the_last_thing_said_is_the_open_question() -> None:
    assert under(Say(Phrase.WELCOME_BACK), Say(Phrase.FOLLOW_UP)) == ["yes", "no"]
    assert under(Say(Phrase.DID_IT_HELP)) == ["yes", "not"]
    assert under(Say(Phrase.DID_IT_HELP), Say(Phrase.ASK_PARENT_LAST_NAME)) == []


def test_choices_are_numbered_as_they_are_shown() -> None:
    items = tuple(name_of(intent) for intent in (Intent.NO_SECURITY_CODE, Intent.CODE_REJECTED))
    assert under(Say(Phrase.CLARIFY, items=items)) == ["n1", "n2"]


def test_words_in_no_case_have_no_answers_but_the_languages() -> None:
    nowhere = Press(0, 0, "", Language.FRENCH)
    assert under(Say(Phrase.CHAT_CHOOSE_LANGUAGE), asked=nowhere) == ["fr", "en"]
    assert under(Say(Phrase.FOLLOW_UP), asked=nowhere) == []


def test_every_school_stands_on_one_of_the_pages() -> None:
    answers, page = [], 0
    while page >= 0:
        shown = [
            press
            for row in schools_page(BUTTONS, FATOU, ASKED, page)
            for button in row
            if (press := BUTTONS.read(FATOU, button.data))
        ]
        answers += [said_by(press) for press in shown if press.kind == "s"]
        later = [press.number for press in shown if press.kind == "p" and press.number > page]
        page = later[0] if later else -1
    assert answers == [school.name for school in schools()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_press_says_what_the_core_understands(language: Language) -> None:
    def said(answer: str) -> str:
        words = said_by(Press(1, 2, answer, language))
        assert words is not None
        return words

    assert recognise(said("yes")).intent is Intent.AFFIRM
    assert recognise(said("no")).intent is Intent.DENY
    assert _NOT_WORKING.fullmatch(plain(said("not")))


def test_a_page_or_a_school_that_is_not_there_says_nothing() -> None:
    assert said_by(Press(1, 2, "p1", Language.FRENCH)) is None
    assert said_by(Press(1, 2, "s999", Language.FRENCH)) is None
