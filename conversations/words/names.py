"""Folding names, so that accents, case and punctuation make no difference and spelling does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from conversations.words.form import LONGEST, Refusal

DROPPED = frozenset(
    """al ben bin d da das de del della den der des di do dos du el ibn l la le les los ten ter van von
    zu""".split()
)
"""Particles that people leave out or put in; never enough alone."""

GLUED = frozenset("saint sainte san santa sao mac mc fitz n m o t".split())
"""Beginnings that belong to the word after them and are never left out."""

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
_APOSTROPHES = frozenset("'`\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u2032\ua78c")
_MINUS = frozenset("\u2212\u2043.")
_ABBREVIATED = {"st": "saint", "ste": "sainte"}
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower-case words of plain letters with one space between them; idempotent."""
    folded = _fold_once(text[:LONGEST])
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(text: str) -> str:
    wide = unicodedata.normalize("NFKC", "".join(" " if c.isspace() else c for c in text))[:LONGEST]
    shown = "".join(c for c in wide if unicodedata.category(c) not in {"Cc", "Cf"})
    bare = unicodedata.normalize("NFD", shown.casefold().translate(_LIGATURES))
    return " ".join("".join(_spaced(bare)).split())


def _spaced(text: str) -> Iterator[str]:
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Pd" or character in _APOSTROPHES or character in _MINUS:
            yield " "
        elif kind not in {"Mn", "Me"}:
            yield character


def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a name; St and Ste written out."""
    words = fold(name).split()
    last = len(words) - 1
    return tuple(_ABBREVIATED.get(word, word) if place < last else word for place, word in enumerate(words))


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a compound, each particle joined to what follows: `de la Cruz-Roy` → delacruz, roy."""
    return _joined(words_of(name), DROPPED | GLUED)


def bare_parts_of(name: str) -> tuple[str, ...]:
    """The parts of a compound without particles; all of its words where nothing else would remain."""
    words = words_of(name)
    kept = tuple(word for word in words if word not in DROPPED)
    return _joined(kept or words, GLUED)


def _joined(words: tuple[str, ...], prefixes: frozenset[str]) -> tuple[str, ...]:
    parts: list[str] = []
    begun = ""
    for word in words:
        begun += word
        if word not in prefixes:
            parts.append(begun)
            begun = ""
    return (*parts, begun) if begun else tuple(parts)


def refused_for_form(name: str) -> Refusal | None:
    """Why this name cannot be compared with anything; None where it can."""
    if len(name) > LONGEST:
        return Refusal.TOO_LONG
    letters = [c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c).startswith("L")]
    if not letters:
        return Refusal.NO_LETTERS
    return Refusal.MIXED_SCRIPTS if len({_script(c) for c in letters} - {""}) > 1 else None


def _script(letter: str) -> str:
    """The alphabet of a letter, as the first word of its Unicode name; none for signs shared by all."""
    alphabet = unicodedata.name(letter, "").partition(" ")[0]
    if alphabet == "MODIFIER":
        return ""
    return "EAST ASIAN" if alphabet.startswith(_EAST_ASIAN) else alphabet
