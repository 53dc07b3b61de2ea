"""Answers that choose among what was offered: "2", "la deuxième", "le 4 mars"."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from conversations.model import Facts, Language
from conversations.texts.days import day_in_words

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


def chosen_day(facts: Facts, words: str) -> date | None:
    """Which of the possible days of an ambiguous date a (plain) message names, or None."""
    days = facts.birth_date_readings
    if not days or len(words.split()) > 8:
        return None
    number = chosen_number(words)
    starts_with_day = re.match(r"(?:le|the) \d", words)
    if number is not None and number <= len(days) and not starts_with_day:
        return days[number - 1]
    named = [day for day in days if _names(words, day)]
    return named[0] if len(named) == 1 else None


def _names(words: str, day: date) -> bool:
    """Whether the words name this day's month, or say its number of the month as "le 4"."""
    months = {plain(day_in_words(day, language)).split()[1] for language in (Language.FRENCH,)}
    english = plain(day_in_words(day, Language.ENGLISH)).split()[0]
    said = set(words.split())
    return bool((months | {english}) & said) or re.match(rf"(?:le|the) {day.day}(?: |$)", words) is not None
