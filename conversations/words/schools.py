"""The public list of schools, and which of them a few typed words name.

Everything is decided from the typed words and that public list: a slip of the pen is forgiven where
only one school is near.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from conversations.words.names import fold

NEAR = 86.0
"""How alike (per cent) typed words and a school's name must be; one slip in seven letters."""
APART = 6.0
"""By how much the nearest school must beat the next one."""
SHORTEST_NEAR = 6
"""Letters below which a slip could be another name."""

GENERIC = frozenset(
    """ecole ecoles elementaire primaire intermediaire secondaire publique public publics publiques school
    schools elementary primary secondary high the et eep esp ees e p s conseil cepeo ottawa""".split()
)


@dataclass(frozen=True, slots=True)
class School:
    """One school of the board, by its official name."""

    name: str
    aliases: tuple[str, ...] = ()
    place: str = ""
    common: bool = False
    """Its name is an everyday word too: it takes more than the word to mean the school."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Schools by every spelling of their names, letters only."""

    by_spelling: Mapping[str, School]
    longest: int
    """Words in the longest spelling."""
    beginnings: frozenset[str]
    """The first two letters of each spelling."""

    def named(self, words: str) -> School | None:
        """The school that these words are a spelling of."""
        return self.by_spelling.get(spelling(words))

    def near(self, words: str) -> School | None:
        """The school that these words name but for a slip, where no other is near."""
        typed = spelling(words)
        exact = self.by_spelling.get(typed)
        if exact or len(typed) < SHORTEST_NEAR:
            return exact
        found = process.extract(typed, self.by_spelling.keys(), scorer=fuzz.ratio, score_cutoff=NEAR - APART)
        if not found or found[0][1] < NEAR:
            return None
        best = self.by_spelling[found[0][0]]
        rivals = [score for key, score, _ in found if self.by_spelling[key] is not best]
        return best if not rivals or found[0][1] - rivals[0] >= APART else None


@cache
def schools() -> tuple[School, ...]:
    """The board's schools, read once."""
    text = files("conversations").joinpath("guide/schools.toml").read_text(encoding="utf-8")
    return tuple(
        School(one["name"], tuple(one.get("aliases", ())), one.get("place", ""), one.get("common", False))
        for one in tomllib.loads(text)["school"]
    )


@cache
def directory() -> Directory:
    """The board's own schools."""
    return _directory(schools())


@lru_cache(maxsize=8)
def directory_of(names: tuple[str, ...]) -> Directory:
    """The schools that a roster names; those that the board's list knows bring their aliases."""
    known = directory()
    return _directory(known.named(name) or School(name) for name in names)


def _directory(listed: Iterable[School]) -> Directory:
    by_spelling: dict[str, School] = {}
    longest = 1
    for school in listed:
        for words in (school.name, *school.aliases):
            by_spelling.setdefault(spelling(words), school)
            longest = max(longest, len(fold(words).split()))
    by_spelling.pop("", None)
    return Directory(by_spelling, longest, frozenset(words[:2] for words in by_spelling))


def spelling(words: str) -> str:
    """The letters of a school's name without what every school is called; all of them if nothing else."""
    return own_letters(words) or "".join(_folded(words))


@lru_cache(maxsize=4096)
def own_letters(words: str) -> str:
    """The letters of these words without what every school is called."""
    return "".join(word for word in _folded(words) if word not in GENERIC)


def _folded(words: str) -> list[str]:
    return fold("".join(c if c.isalnum() or c in "-'’" else " " for c in words)).split()


def same_school(typed: str, on_file: str) -> bool:
    """Whether typed words name the school on file."""
    mine, filed = directory().near(typed), directory().named(on_file)
    if mine is not None or filed is not None:
        return mine is filed
    return bool(spelling(typed)) and spelling(typed) == spelling(on_file)
