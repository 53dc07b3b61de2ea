"""Text made plain letter for letter, so that patterns stay simple and offsets stay true."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SAME = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'", "\u2032": "'"}
_SAME |= dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
_SAME |= dict.fromkeys("\u00a0\u202f\u2009\t", " ")
_SAME |= {"œ": "o", "æ": "a", "ø": "o", "ł": "l", "\u200b": " ", "\ufeff": " "}


@lru_cache(maxsize=1024)
def _flat(character: str) -> str:
    lower = character.lower()
    same = _SAME.get(lower)
    if same:
        return same
    base = unicodedata.normalize("NFKD", lower)[:1]
    return base if len(base) == 1 and base.isprintable() else (character if character == "\n" else " ")


def flat(text: str) -> str:
    """Lower case, no accents, one kind of apostrophe, hyphen and space; exactly as long as `text`."""
    return text.lower() if text.isascii() else "".join(map(_flat, text))


def tidy(text: str) -> str:
    """The text with one space where there were many, and at most one empty line in a row.

    No letter changes. Patterns that skip blanks would otherwise take quadratic time over long runs.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1]))
