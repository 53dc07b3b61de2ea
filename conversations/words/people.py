"""Finding where a person's name begins and ends in a text, and which part of it is the last name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.words.kin import BORN, CHILD
from conversations.words.names import DROPPED, GLUED
from conversations.words.plain_words import STOP

_PARTICLES = DROPPED | GLUED | {"st", "ste", "e", "y", "bou", "abou", "abu", "ould", "ait", "oum"}
_LEADING = frozenset("la le les l d de du des".split())
"""Too common as plain words to begin a name."""
_ELIDED = re.compile(r"(?:[dlcjmnst]|qu)'")
_ABBREVIATED = frozenset("st ste".split())
_LONGEST = 6
"""Words of the longest name read: two given names, a compound last name with particles."""

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*'?")
_BETWEEN = re.compile(r" {1,3}|\.-?(?: |(?=[^\W\d_]))")
_END = re.compile(
    rf" *(?:$|[\n,;:.!?()/|\"«»]|- | -|\d|(?:est |is |was )?{BORN}|(?:ddn|dob|ecole|school|et|and|&|je|j'|i|mais|but|svp)\b"
    rf"|(?:ma|mon|my|notre|our) {CHILD}\b"
    r"|(?:la |le |the |her |his )?(?:mere|maman|pere|papa|mother|father|mom|mum|dad|parent|tuteur|tutrice"
    r"|guardian)\b|'s\b)"
)
_WEAK_END = re.compile(r" *(?:qui|who|a|at|dans|in|from|de|d'|en|date|eleve|student)\b")

_FIRST_OF_TWO = frozenset(
    """jean marie anne marc pierre mary abdoul mohamed mohammed muhammad fatima fatoumata lou louis maria jose
    juan ana sarah paul""".split()
)
"""Given names that often bring a second one after a space."""


def is_particle(word: str) -> bool:
    """Whether a plain word begins a last name, as `de`, `ben` or `st` do."""
    return word in _PARTICLES


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name: its words in order, as spans."""

    words: tuple[Span, ...]

    @property
    def span(self) -> Span:
        return Span(self.words[0].start, self.words[-1].end)


@dataclass(frozen=True, slots=True)
class Page:
    """A text beside its plain copy of the same length."""

    text: str
    plain: str
    shouted: bool
    """Written in capitals throughout, so that a capital says nothing."""

    def capital(self, span: Span) -> bool:
        return not self.shouted and self.text[span.start].isupper()

    def word(self, span: Span) -> str:
        return self.plain[span.start : span.end]


def page(text: str, plain: str) -> Page:
    letters = [character for character in text if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return Page(text, plain, shouted=len(letters) > 20 and capitals > 0.8 * len(letters))


def read_name(on: Page, start: int, *, label: bool = False, sure: bool = True) -> Name | None:
    """The name that begins at `start`, if one does.

    A capital decides where it ends; in small letters it must be followed by something that ends a
    name, and `sure` says whether what stands before it announces one at all. After a `label`
    ("nom de famille :") particles may begin it.
    """
    words = _words(on, start)
    if not words:
        return None
    if on.capital(words[0]) or (label and len(words) > 1 and on.capital(words[-1])):
        words = _capitals(on, words)
    elif not sure or not _ends(on, words) or (not label and _ELIDED.match(on.word(words[0]))):
        return None
    while words and on.word(words[-1]) in _PARTICLES and len(words) > 1:
        words = words[:-1]
    if not words or (not label and not on.capital(words[0]) and on.word(words[0]) in _LEADING):
        return None
    return Name(tuple(words))


def _words(on: Page, start: int) -> list[Span]:
    """The words from `start` on, up to what is certainly no part of a name."""
    words: list[Span] = []
    at = start
    while len(words) < _LONGEST and (match := _WORD.match(on.plain, at)):
        word = match.group().rstrip("'").removesuffix("'s")
        if _stops(on, Span(match.start(), match.start() + len(word)), first=not words):
            break
        words.append(Span(match.start(), match.start() + len(word)))
        if match.group().endswith("'s"):
            break
        between = _BETWEEN.match(on.plain, match.end())
        if between is None or (
            between.group().startswith(".") and word not in _ABBREVIATED and len(word) > 1
        ):
            break
        at = between.end()
    return words


def _stops(on: Page, span: Span, *, first: bool) -> bool:
    word = on.word(span)
    if word in _PARTICLES and not first:
        return False
    if word not in STOP:
        return False
    # "Do", "An", "Day" or "El" may be names where a capital says so in the middle of a name.
    return first or not on.capital(span) or len(word) > 3


def _capitals(on: Page, words: list[Span]) -> list[Span]:
    """The words up to the first one in small letters that is no particle."""
    kept: list[Span] = []
    for place, span in enumerate(words):
        if not on.capital(span) and on.word(span) not in _PARTICLES:
            last = place == len(words) - 1 and len(kept) == 1 and _END.match(on.plain, span.end)
            return [*kept, span] if last else kept
        kept.append(span)
    return kept


def _ends(on: Page, words: list[Span]) -> bool:
    """Whether small letters read as a name are followed by what ends one."""
    if len(words) > 4 and not any(on.word(word) in _PARTICLES for word in words):
        return False
    after = words[-1].end
    if _END.match(on.plain, after):
        return True
    return len(words) > 1 and _WEAK_END.match(on.plain, after) is not None


def split_name(on: Page, name: Name, *, last_first: bool = False) -> tuple[Span | None, Span | None]:
    """First and last name of a full name; a single word is a first name."""
    words = _but_for_initials(name.words)
    if len(words) == 1:
        return (None, words[0]) if last_first else (words[0], None)
    turn = _shouted_last_name(on, words)
    if turn:
        return _over(words[turn:]), _over(words[:turn])
    if last_first:
        return words[-1], _over(words[:-1])
    cut = _where_last_name_begins(on, words)
    return _over(words[:cut]), _over(words[cut:])


def _shouted_last_name(on: Page, words: tuple[Span, ...]) -> int:
    """How many words at the beginning are a last name in capitals ("DIALLO Fatou"); 0 for none."""
    loud = [word.of(on.text).isupper() and word.end - word.start > 1 for word in words]
    count = loud.index(False) if False in loud else len(loud)
    return count if 0 < count < len(words) and not any(loud[count:]) else 0


def _where_last_name_begins(on: Page, words: tuple[Span, ...]) -> int:
    for place, word in enumerate(words):
        if place and on.word(word) in _PARTICLES:
            return place
    loud = [word.of(on.text).isupper() and word.end - word.start > 2 for word in words]
    if not on.shouted and any(loud) and not loud[0]:
        return loud.index(True)
    return 2 if len(words) > 2 and on.word(words[0]) in _FIRST_OF_TWO else 1


def _but_for_initials(words: tuple[Span, ...]) -> tuple[Span, ...]:
    """ "Luc B. Gagnon" is Luc Gagnon."""
    return tuple(word for word in words if word.end - word.start > 1) or words


def _over(words: tuple[Span, ...]) -> Span | None:
    return Span(words[0].start, words[-1].end) if words else None
