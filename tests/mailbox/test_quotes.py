"""A parent's own words, whatever mail program they use."""

from __future__ import annotations

import pytest

from bot.letters import MARKER
from bot.mailbox.charsets import clean
from bot.mailbox.quotes import LINES_CAP, TEXT_CAP, own_words
from tests.mailbox.letters_of_parents import BETWEEN, FORWARD, OURS, OWN, REPLIES


@pytest.mark.parametrize("program", REPLIES)
def test_the_own_words_of_a_reply_are_found_exactly(program: str) -> None:
    own, _ = own_words(clean(REPLIES[program]))
    assert own == OWN


@pytest.mark.parametrize(
    "program", [name for name in REPLIES if name.startswith(("gmail", "outlook_fr", "apple"))]
)
def test_what_we_said_stands_in_the_quoted_text(program: str) -> None:
    _, quoted = own_words(clean(REPLIES[program]))
    assert "date de naissance, merci de répondre" in quoted


def test_answers_written_between_the_questions_are_kept() -> None:
    own, _ = own_words(BETWEEN)
    assert own.split() == ["Diallo", "Aïcha", "Diallo-Roy", "3", "septembre", "2015"]


def test_answers_below_our_whole_letter_are_kept() -> None:
    quoted = "\n".join(f"> {line}" for line in OURS.split("\n"))
    own, _ = own_words(f"Le 24/11/2026 à 08:12, Portail a écrit :\n{quoted}\n\n{OWN}")
    assert own == OWN


def test_a_reply_typed_below_the_marker_without_quote_signs_is_read_in_full() -> None:
    own, _ = own_words(f"{MARKER}\n\nMerci de nous dire votre nom\n\nDiallo")
    assert "Diallo" in own


def test_a_mail_that_only_forwards_is_read_in_full() -> None:
    own, _ = own_words(FORWARD)
    assert "périmé" in own


@pytest.mark.parametrize(
    "text",
    [
        "Le portail a écrit :\ncode invalide",
        "On the page it wrote:\ninvalid code",
        "De : je ne sais pas qui\nje n'ai rien reçu",
        "Objet perdu\nLe code de sécurité",
        "- un\n- deux\n-- trois",
        "Je n'ai pas le code.\n\n> 3 septembre 2015",
    ],
)
def test_a_parents_sentence_is_not_taken_for_a_mail_programs(text: str) -> None:
    own, _ = own_words(text)
    assert own.split("\n")[0] == text.split("\n", maxsplit=1)[0]
    assert len(own.split("\n")) > 1 or ">" in text


def test_text_is_never_lost_altogether() -> None:
    for text in ("> seulement cité", MARKER, "-- \nFatou", "Envoyé de mon iPhone"):
        own, _ = own_words(text)
        assert own.strip()


def test_an_endless_mail_is_read_up_to_its_caps() -> None:
    own, _ = own_words("a\n" * 2_000_000)
    assert own.count("\n") < LINES_CAP
    own, _ = own_words("Le 1 " + "x" * 3_000_000)
    assert len(own) <= TEXT_CAP


def test_one_endless_line_that_looks_like_an_attribution_is_a_parents_own() -> None:
    line = "Op " + "heeft " * 10_000
    assert own_words(line) == (line.strip(), "")
