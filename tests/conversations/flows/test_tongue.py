"""The conversation keeps its language until somebody clearly writes in the other."""

from __future__ import annotations

import pytest

from conversations.events import Said
from conversations.machine import step
from conversations.model import Conversation, Intent, Language, Medium
from tests.conversations.readings import AT, reading, understood_as

FRENCH = Conversation(Medium.CHAT, language=Language.FRENCH, language_known=True)


@pytest.mark.parametrize(
    ("text", "intent", "read", "answered"),
    [
        ("Can I do it on my phone?", Intent.MOBILE_APP, Language.ENGLISH, Language.ENGLISH),
        ("My name is John Smith and my son is Liam", Intent.INFORM, Language.ENGLISH, Language.ENGLISH),
        ("John Smith", Intent.INFORM, Language.ENGLISH, Language.FRENCH),
        ("Smith, John, Liam Smith, Mauril-Bélanger school", Intent.INFORM, Language.ENGLISH, Language.FRENCH),
        ("yes", Intent.AFFIRM, Language.ENGLISH, Language.FRENCH),
        ("thank you", Intent.THANKS, Language.ENGLISH, Language.ENGLISH),
        ("ok le code please", Intent.NO_SECURITY_CODE, Language.MIXED, Language.FRENCH),
        ("no he recibido nada", Intent.OUT_OF_SCOPE, Language.OTHER, Language.FRENCH),
    ],
)
def test_a_french_conversation_switches_only_for_clear_english(
    text: str, intent: Intent, read: Language, answered: Language
) -> None:
    what = understood_as(reading(intent, language=read))
    after, _ = step(FRENCH, Said(AT, text), understand=what)
    assert after.language is answered


def test_the_first_message_decides() -> None:
    new = Conversation(Medium.CHAT)
    english, _ = step(
        new, Said(AT, "hello"), understand=understood_as(reading(Intent.GREETING, language=Language.ENGLISH))
    )
    assert (english.language, english.language_known) == (Language.ENGLISH, True)
    mixed, _ = step(
        new, Said(AT, "hello"), understand=understood_as(reading(Intent.GREETING, language=Language.MIXED))
    )
    assert (mixed.language, mixed.language_known) == (Language.FRENCH, False)
