"""Answers that choose among what was offered: "2", "la deuxième", "le 4 mars"."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from conversations.model import Conversation, Fact, Language
from conversations.texts.days import month_in_words

_ORDINALS = {
    "premier": 1, "premiere": 1, "first": 1, "un": 1, "one": 1,
    "deuxieme": 2, "second": 2, "seconde": 2, "deux": 2, "two": 2,
    "troisieme": 3, "third": 3, "trois": 3, "three": 3,
}  # fmt: skip
_CHOICE = re.compile(
    r"(?:c est |it s |it is )?(?:(?:le|la|l|the|option|choix|choice|numero|number|reponse|answer|n) )*"
    r"(?:(?P<digit>[1-9])|(?P<word>[a-z]+))(?: one| option)?(?: merci| thanks| please| svp)?"
)
_LETTERS = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Lower-case words without accents or punctuation, one space between."""
    bare = unicodedata.normalize("NFD", text.casefold())
    return " ".join(_LETTERS.findall("".join(c for c in bare if not unicodedata.combining(c))))


def chosen_number(words: str) -> int | None:
    """The number that a whole (plain) message names, counted from 1, or None."""
    match = _CHOICE.fullmatch(words)
    if match is None:
        return None
    if match["digit"]:
        return int(match["digit"])
    return _ORDINALS.get(match["word"])


def chosen_day(case: Conversation, words: str) -> date | None:
    """Which of the possible days of an ambiguous date a (plain) message names, or None."""
    days = case.facts.birth_date_readings
    if not days or len(words.split()) > 8:
        return None
    number = chosen_number(words)
    # "le 2" is a day of the month; a bare "2" answers only the question that offered two days.
    if number is not None and not re.match(r"(?:le|the) \d", words):
        return days[number - 1] if case.asked == (Fact.BIRTH_DATE,) and number <= len(days) else None
    named = [day for day in days if _names(words, day)]
    return named[0] if len(named) == 1 else None


def _names(words: str, day: date) -> bool:
    """Whether the words name this day by its month, or as "le 4", and name no other number."""
    if not {int(number) for number in re.findall(r"\d+", words)} <= {day.day, day.year}:
        return False
    months = {plain(month_in_words(day, language)) for language in (Language.FRENCH, Language.ENGLISH)}
    return bool(months & set(words.split())) or re.match(rf"(?:le|the) {day.day}(?: |$)", words) is not None
