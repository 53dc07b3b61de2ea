"""Corrections that name no fact: "non, c'est Diallo-Roy", "Aïcha, pas Aisha"."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from conversations.facts.draft import Draft
from conversations.model import Facts
from conversations.words.answers import Item, whole_name
from conversations.words.flat import flat
from conversations.words.names import fold
from conversations.words.people import Span, page

_INSTEAD = re.compile(
    r"\W*(?:(?:non|no|nope|desolee?|sorry|pardon|plutot|rather|erreur|oups|oops)\b[\s,.:!]*)+"
    r"(?:(?:mais|but|c'est|ce sera|it's|it is|it should be|il faut|plutot|rather|bien)\s)*"
    r"(?P<new>[^,;\n]{2,80})"
)
_NOT = re.compile(
    r"\W*(?:c'est |it's )?(?P<new>[^,;\n]{2,60}?),? (?:et |and )?(?:pas|non|not|au lieu de|instead of) "
    r"(?P<old>[^,;\n]{2,60})"
)
_ALIKE = 60.0
"""Per cent at which a corrected name is near enough to the one it replaces."""
_LONGEST = 80
_NAMES = ("parent_last_name", "parent_first_name", "child_first_name", "child_last_name")


def corrected(text: str, draft: Draft, known: Facts) -> Draft:
    """`draft` with the name that a short correction replaces, where only one can be meant."""
    if any(draft.names().values()) or draft.day or len(text) > _LONGEST:
        return draft
    told = _correction(text)
    if told is None:
        return draft
    new, old = told
    mine = {name: fold(value) for name in _NAMES if (value := getattr(known, name))}
    scores = sorted(
        ((fuzz.ratio(fold(old or new), value), name) for name, value in mine.items()), reverse=True
    )
    if not scores or scores[0][0] < _ALIKE or (len(scores) > 1 and scores[1][0] == scores[0][0]):
        return draft
    return draft.with_names({scores[0][1]: new})


def _correction(text: str) -> tuple[str, str] | None:
    """The new name, and the old one where it is said."""
    on = page(text, flat(text))
    match = _NOT.match(on.plain) or _INSTEAD.match(on.plain)
    if match is None:
        return None
    name = whole_name(on, _span(match, "new"))
    old = match.groupdict().get("old") and _span(match, "old").of(text)
    return (name.span.of(text), old or "") if name else None


def _span(match: re.Match[str], group: str) -> Span:
    words = match[group].rstrip(" .!?")
    return Item(Span(match.start(group), match.start(group) + len(words))).span
