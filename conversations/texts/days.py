"""A day in words, so that nobody has to guess which number is the month."""

from __future__ import annotations

from datetime import date

from conversations.model import Language

_MONTHS = {
    Language.FRENCH: (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    Language.ENGLISH: (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def month_in_words(day: date, language: Language) -> str:
    """`septembre`; `September`."""
    return _MONTHS[language][day.month - 1]


def day_in_words(day: date, language: Language) -> str:
    """`3 septembre 2015`, `1er mai 2014`; `September 3, 2015`."""
    if language is Language.ENGLISH:
        return f"{month_in_words(day, language)} {day.day}, {day.year}"
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {month_in_words(day, Language.FRENCH)} {day.year}"
