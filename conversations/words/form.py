"""Why something typed cannot be used. Decided from the text alone, never from a record."""

from __future__ import annotations

from enum import StrEnum

LONGEST = 80
"""Characters that a fact may have."""


class Refusal(StrEnum):
    """A fact refused for its form: not compared with anything, and not counted as an attempt."""

    MIXED_SCRIPTS = "mixed_scripts"
    TOO_LONG = "too_long"
    NO_LETTERS = "no_letters"
    IMPOSSIBLE_DATE = "impossible_date"
    FUTURE_DATE = "future_date"
    TWO_DIGIT_YEAR = "two_digit_year"
    IMPLAUSIBLE_DATE = "implausible_date"
    """Too long ago for a child at school: a parent's own birthday, most often."""
