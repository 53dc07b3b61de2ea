"""Which school a text names: after "école", or any school of the list by its full name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from conversations.words.people import Page, Span, read_name
from conversations.words.schools import GENERIC, Directory, own_letters, spelling

_CUE = re.compile(r"\b(?:ecole|school|lycee)\b")
_GOES_TO = re.compile(
    r"\b(?:frequente|va a|vont a|etudie a|est a|sont a|inscrite? a|eleve (?:a|de)|attends|goes to|go to|studies at"
    r"|is at|enrolled (?:at|in)|student at|pupil at)\s+(?:l'(?=ecole))?"
)
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_LINK = re.compile(
    r"(?:[ :,=()\"«»-]|\b(?:elementaire|primaire|secondaire|intermediaire|publique?s?|public|elementary|primary"
    r"|secondary|high|est|is|s'appelle|nommee|called|named|name|nom|frequentee|actuelle|et)\b)*"
)
_BREAK = re.compile(r"[\n,;:!?()/]|\. |\.$| - ")
_WINDOW = 6
_MOST = 8
"""Announcements looked at in one text."""


def find_schools(on: Page, directory: Directory) -> list[Span]:
    """Where a word like "école" announces a school."""
    return _apart(_announced(on, directory))


def schools_by_name(on: Page, directory: Directory, known: list[Span]) -> list[Span]:
    """Schools of the list named in full anywhere, beside those known."""
    return _apart((*known, *_by_name(on, directory)))[len(known) :]


def _apart(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return found


def whole_school(on: Page, span: Span, directory: Directory) -> Span | None:
    """The school that a whole answer names, with what every school is called taken off."""
    words = _trimmed(on, _words(on, span.start, span.end))
    if not words or len(words) > _WINDOW:
        return None
    near = directory.near(on.text[words[0].start : words[-1].end])
    return Span(words[0].start, words[-1].end) if near else None


def _announced(on: Page, directory: Directory) -> Iterator[Span]:
    for match in islice(_CUE.finditer(on.plain), _MOST):
        after = _LINK.match(on.plain, match.end())
        start = after.end() if after else match.end()
        span = _listed(on, start, directory) or _unlisted(on, match.end(), start)
        if span:
            yield span
    for match in islice(_GOES_TO.finditer(on.plain), _MOST):
        span = _listed(on, match.end(), directory)
        if span:
            yield span


def _listed(on: Page, start: int, directory: Directory) -> Span | None:
    """The longest run of words from about `start` on that names a school of the list."""
    stop = _BREAK.search(on.plain, start)
    words = _words(on, start, stop.start() if stop else len(on.plain))[: _WINDOW + 2]
    for first in range(min(3, len(words))):
        runs = [words[first:last] for last in range(min(len(words), first + _WINDOW), first, -1)]
        for named in (directory.named, directory.near):
            for run in runs:
                if named(on.text[run[0].start : run[-1].end]):
                    kept = _trimmed(on, run)
                    return Span(kept[0].start, kept[-1].end)
        if words[first].of(on.plain) not in GENERIC | {"de", "du", "des", "la", "le", "a", "l"}:
            break
    return None


def _unlisted(on: Page, cue: int, start: int) -> Span | None:
    """A school that the list does not know, by its capital letter; after a colon in any letters."""
    name = read_name(on, start, label=True, sure=":" in on.plain[cue:start])
    return name.span if name and spelling(name.span.of(on.text)) else None


def _by_name(on: Page, directory: Directory) -> Iterator[Span]:
    """Schools named in full anywhere, but for those whose name is an everyday word."""
    words = _words(on, 0, len(on.plain))
    letters = [own_letters(word.of(on.plain)) for word in words]
    for first, word in enumerate(words):
        if letters[first][:2] not in directory.beginnings:
            continue
        for last in range(min(len(words), first + directory.longest), first, -1):
            school = directory.by_spelling.get("".join(letters[first:last]))
            run = on.text[word.start : words[last - 1].end]
            if school is None or school.common or "\n" in run or "," in run:
                continue
            if last - first > 1 or "-" in run or letters[first] == spelling(school.name):
                kept = _trimmed(on, words[first:last])
                yield Span(kept[0].start, kept[-1].end)
                break


def _words(on: Page, start: int, end: int) -> list[Span]:
    return [Span(match.start(), match.end()) for match in _WORD.finditer(on.plain, start, end)]


def _trimmed(on: Page, words: list[Span]) -> list[Span]:
    """Without what every school is called, before and after the name."""
    kept = list(words)
    while len(kept) > 1 and (
        kept[0].of(on.plain).removeprefix("l'") in GENERIC or kept[0].of(on.plain) == "a"
    ):
        kept.pop(0)
    while len(kept) > 1 and kept[-1].of(on.plain) in GENERIC:
        kept.pop()
    return kept
