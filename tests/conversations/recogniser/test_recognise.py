"""Messages of other hands than the corpus's are understood; nothing that can be typed breaks the reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.model import Intent, Language
from conversations.recogniser import detect, load, recognise

HELD_OUT = Path(__file__).parent / "held_out.tsv"
_ENOUGH = 0.80

ODD = (
    "",
    " \n\t",
    "\0",
    "a" * 1_000_000,
    "mot. " * 200_000,
    "<div>" * 50_000,
    "😀😀😀",
    "\u202eedoc nom\u202c",
    "c\u200bo\u200bd\u200be",
    "QUJD" * 5000,
    "\ud800 code",
    "((((((((" * 900,
    "Merci " * 1500,
)


def _held_out() -> Iterator[tuple[Intent, Language, str]]:
    for row in HELD_OUT.read_text("utf-8").splitlines():
        intent, language, text = row.split("\t")
        yield Intent(intent), Language(language), text


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
def test_most_unseen_messages_are_understood(language: Language) -> None:
    asked = [(intent, text) for intent, spoken, text in _held_out() if spoken is language]

    right = sum(recognise(text).intent is intent for intent, text in asked)

    assert right >= _ENOUGH * len(asked)


def test_what_is_acted_on_is_seldom_wrong() -> None:
    sure = [(intent, reading) for intent, _, text in _held_out() if (reading := recognise(text)).sure]

    right = sum(reading.intent is intent for intent, reading in sure)

    assert right >= 0.9 * len(sure)
    assert len(sure) >= 60


def test_the_language_of_most_unseen_messages_is_told() -> None:
    asked = list(_held_out())

    right = sum(detect(text) is language for _, language, text in asked)

    assert right >= 0.9 * len(asked)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("svp code", Language.FRENCH),
        ("my code please", Language.ENGLISH),
        ("كود الأمان من فضلك", Language.OTHER),
        ("Hola, necesito el codigo para la escuela de mi hija", Language.OTHER),
        ("", Language.FRENCH),
    ],
)
def test_a_few_words_tell_the_language(text: str, language: Language) -> None:
    assert detect(text) is language


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_input_is_read_too(text: str) -> None:
    reading = recognise(text, subject=text, quoted=text)

    assert len(reading.ranked) == len(Intent)


@given(st.text(max_size=300), st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_the_same_words_always_mean_the_same(text: str, subject: str) -> None:
    first, again = recognise(text, subject=subject), recognise(text, subject=subject)

    assert first == again
    assert first.ranked[0][0] is first.intent or first.intent is Intent.OUT_OF_SCOPE
    assert 0 <= first.confidence <= 1
    assert first.second is not first.intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Oui", Intent.AFFIRM),
        ("no", Intent.DENY),
        ("STOP", Intent.CANCEL),
        ("merci!", Intent.THANKS),
        ("👍", Intent.AFFIRM),
        ("1", Intent.INFORM),
        ("12/05/2014", Intent.INFORM),
        ("…", Intent.OUT_OF_SCOPE),
    ],
)
def test_one_word_is_certain(text: str, intent: Intent) -> None:
    reading = recognise(text)

    assert reading.intent is intent
    assert reading.sure


def test_greetings_and_signatures_round_a_request_do_not_count() -> None:
    reading = recognise(
        "Bonjour,\n\nJ'espère que vous allez bien.\n"
        "Je n'ai jamais reçu le code de sécurité.\n\nMerci beaucoup,\nCordialement,\nMarie Roy"
    )

    assert reading.intent is Intent.NO_SECURITY_CODE


def test_a_request_may_stand_in_the_subject_alone() -> None:
    assert recognise("", subject="Code de sécurité jamais reçu").intent is Intent.NO_SECURITY_CODE


def test_a_no_with_facts_is_a_no_that_informs() -> None:
    reading = recognise("non, c'est le 17")

    assert (reading.intent, reading.second) == (Intent.DENY, Intent.INFORM)


def test_who_quotes_the_invitation_has_it() -> None:
    asked = "Je n'arrive pas avec le code"
    quoted = "Aspen vous accorde la possibilité de créer un compte d'utilisateur"

    alone, beside = dict(recognise(asked).ranked), dict(recognise(asked, quoted=quoted).ranked)

    assert beside[Intent.NO_SECURITY_CODE] < alone[Intent.NO_SECURITY_CODE]


def test_the_model_is_read_once() -> None:
    assert load() is load()
