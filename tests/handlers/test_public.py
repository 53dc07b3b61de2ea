"""In public nothing of a family is asked, repeated or kept."""

from __future__ import annotations

import pytest

from bot.chats import AskedInPublic, Passed
from bot.handlers.parse import parse
from bot.handlers.public import Overheard, overhear
from conversations.effects import Say
from conversations.model import Intent, Language
from conversations.phrases import Phrase
from tests.handlers.updates import FATOU, GROUP, body, message


def heard(text: str, kind: str = "message") -> Overheard:
    return overhear(parse(body(message(kind=kind, private=False, text=text))))


@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_a_request_is_answered_with_a_way_into_private(kind: str) -> None:
    found = heard("g pa recu le code svp", kind)
    assert isinstance(found.deed, AskedInPublic)
    assert (found.deed.person, found.deed.notice.chat) == (FATOU, GROUP)
    assert found.deed.notice.say == Say(Phrase.SOMEBODY_ANSWERS)
    assert found.deed.intent is Intent.NO_SECURITY_CODE
    assert not found.personal


def test_it_is_answered_in_its_own_language() -> None:
    found = heard("I never got the security code for my daughter")
    assert isinstance(found.deed, AskedInPublic)
    assert found.deed.notice.language is Language.ENGLISH


def test_no_two_ways_into_private_are_alike() -> None:
    tokens = [
        deed.notice.start
        for _ in range(5)
        if isinstance(deed := heard("pas recu le code").deed, AskedInPublic)
    ]
    assert len(set(tokens)) == 5


@pytest.mark.parametrize("text", ["Bonjour à tous", "Merci beaucoup !", "Bonne rentrée Marie", "👍", " "])
def test_small_talk_is_left_alone(text: str) -> None:
    found = heard(text)
    assert isinstance(found.deed, Passed)
    assert not found.personal


@pytest.mark.parametrize(
    "text",
    [
        "Mon fils Samuel Tremblay est né le 4 mars 2015, je n'ai pas reçu le code",
        "mon adresse est fatou@famille.example",
        "numéro 123 456 789",
        "Fatou Diallo, ma fille Aïcha Diallo-Roy, école Mauril-Bélanger",
    ],
)
def test_what_tells_of_one_family_is_personal(text: str) -> None:
    assert heard(text).personal


def test_a_photo_without_words_is_left_alone() -> None:
    found = overhear(parse(body(message(private=False, photo=[]))))
    assert isinstance(found.deed, Passed)
