"""Facts without any label: answers in a row, by commas, lines or numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from conversations.words.days import TypedDay
from conversations.words.labels import Mention, Who
from conversations.words.people import Name, Page, Span, is_particle, read_name, split_name

_MOST = 40
"""Answers looked at in one text."""

_NUMBER = re.compile(r"(?:^|(?P<line>(?<=\n))|(?<=[\s,;]))\(?(?P<n>[1-9])\s?(?:[.):]|[-/](?=\s))\s*(?=\S)")
_CUT = re.compile(
    r"[\n,;|/]|\s-\s|\. |\.$|\b(?:voici|infos?|informations?|renseignements?|details?|here)\b[^:\n,]{0,30}:\s"
)
_GREETING = re.compile(
    r"\s*(?:bonjour|bonsoir|salut|allo|hello|hi|dear|merci|thanks?|thank you|svp|please|voici|here (?:is|are)|cordialement"
    r"|regards)\b[^\d]{0,60}$"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One answer of a row; `number` as its writer counted."""

    span: Span
    number: int | None = None


def items(on: Page, days: Sequence[TypedDay]) -> list[Item]:
    """A text cut into answers. A comma inside a date cuts nothing."""
    numbered = _numbered(on)
    if len(numbered) >= 2:
        return numbered
    cuts = [
        match for match in _CUT.finditer(on.plain) if not any(d.start <= match.start() < d.end for d in days)
    ]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(on.plain)]
    found = (item for start, end in zip(starts, ends, strict=True) if (item := _item(on, start, end)))
    return list(islice(found, _MOST))


def _numbered(on: Page) -> list[Item]:
    """Answers counted: "1. Diallo 2. Fatou …"; at the beginning of lines some may lack."""
    marks: list[re.Match[str]] = []
    for match in _NUMBER.finditer(on.plain):
        last = int(marks[-1]["n"]) if marks else 0
        line = match["line"] is not None or match.start() == 0
        if int(match["n"]) == last + 1 or (line and int(match["n"]) > last):
            marks.append(match)
    ends = [*(mark.start() for mark in marks[1:]), len(on.plain)]
    return [
        item
        for mark, end in zip(marks[:_MOST], ends, strict=False)
        if (item := _item(on, mark.end(), end, int(mark["n"])))
    ]


def _item(on: Page, start: int, end: int, number: int | None = None) -> Item | None:
    words = on.plain[start:end]
    bare = words.strip(' .,;:!\n"«»')
    if not bare:
        return None
    begin = start + words.index(bare)
    return Item(Span(begin, begin + len(bare)), number)


def is_greeting(on: Page, item: Item) -> bool:
    return _GREETING.match(on.plain[item.span.start : item.span.end]) is not None


def whole_name(on: Page, span: Span) -> Name | None:
    """The name that a whole answer is, whatever its capitals."""
    alone = Page(on.text[: span.end], on.plain[: span.end], on.shouted)
    name = read_name(alone, span.start, label=True)
    return name if name and name.span.end == span.end else None


def _is_single(on: Page, name: Name) -> bool:
    """One word, or a particle with its word: "ben ali"."""
    return all(is_particle(on.word(word)) for word in name.words[:-1])


def by_number(on: Page, names: Mapping[int, Name]) -> Iterator[Mention]:
    """Whose the names of a numbered row are: it follows the order of the questions."""
    last, first, child = (names.get(number) for number in (1, 2, 3))
    if first or last:
        yield Mention(Who.PARENT, first.span if first else None, last.span if last else None)
    if child:
        yield Mention(Who.CHILD, *split_name(on, child))


def in_a_row(
    on: Page, names: Sequence[Name], *, child_known: bool, before_day: Name | None
) -> Iterator[Mention]:
    """Whose the names of a row are, in the order in which the help line asks for them."""
    left = list(names)
    if len(left) >= 2 and _is_single(on, left[0]) and _is_single(on, left[1]):
        yield Mention(Who.PARENT, left[1].span, left[0].span)
        left = left[2:]
        if len(left) == 2 and _is_single(on, left[0]):
            yield Mention(Who.CHILD, left[0].span, left[1].span)
            return
    elif left and (child_known or len(left) > 1 or left[0] is not before_day):
        first, last = split_name(on, left[0])
        if last:
            yield Mention(Who.PARENT, first, last)
            left = left[1:]
    child = next((name for name in left if name is before_day or not _is_single(on, name)), None)
    if child and not child_known:
        yield Mention(Who.CHILD, *split_name(on, child))
