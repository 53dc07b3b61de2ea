"""A choice is read only where the words can mean nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.flows.choosing import chosen_day, chosen_number, plain
from conversations.model import Conversation, Fact, Facts, Medium

MARCH, APRIL = date(2015, 3, 4), date(2015, 4, 3)
CASE = Conversation(Medium.CHAT, facts=Facts(birth_date_readings=(MARCH, APRIL)), asked=(Fact.BIRTH_DATE,))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" 1. ", 1),
        ("La deuxième", 2),
        ("c'est le premier, merci", 1),
        ("the second one please", 2),
        ("Option 3", 3),
        ("réponse 1", 1),
        ("12", None),
        ("le code", None),
        ("1 ou 2", None),
        ("Bonjour", None),
        ("mes 2 enfants", None),
    ],
)
def test_a_whole_message_may_name_a_number(text: str, number: int | None) -> None:
    assert chosen_number(plain(text)) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1", MARCH),
        ("2", APRIL),
        ("le 4 mars", MARCH),
        ("April 3rd, 2015", APRIL),
        ("April 3, 2015", APRIL),
        ("c'est en avril", APRIL),
        ("le 3", APRIL),
        ("le 4", MARCH),
        ("le 12 mars 2015", None),
        ("mars ou avril, je ne sais plus", None),
        ("le 4 mars 2014", None),
        ("3", None),
        ("oui", None),
    ],
)
def test_an_ambiguous_date_is_settled_by_one_day_only(text: str, day: date | None) -> None:
    assert chosen_day(CASE, plain(text)) == day


def test_a_bare_number_settles_a_date_only_where_the_two_days_were_offered() -> None:
    asked_for_all = Conversation(Medium.MAIL, facts=CASE.facts, asked=tuple(Fact))
    assert chosen_day(asked_for_all, "2") is None
    assert chosen_day(asked_for_all, "le 4 mars") == MARCH


def test_without_a_doubt_there_is_nothing_to_settle() -> None:
    assert chosen_day(Conversation(Medium.CHAT, asked=(Fact.BIRTH_DATE,)), "le 4 mars") is None
