"""Answers that only the question explains: "Diallo", when the last name was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from conversations.facts.draft import Draft
from conversations.model import Fact, Facts
from conversations.words.answers import Item, is_greeting, items, whole_name
from conversations.words.days import find_days
from conversations.words.flat import flat, tidy
from conversations.words.names import fold
from conversations.words.people import Name, Page, Span, is_particle, page, split_name
from conversations.words.plain_words import STOP
from conversations.words.schools import directory, spelling
from conversations.words.telling import LONGEST_TEXT

_NAME_FACTS = (Fact.PARENT_LAST_NAME, Fact.PARENT_FIRST_NAME, Fact.CHILD_NAME)
_LEAD = re.compile(
    r"\W*(?:(?:oui|yes|ok|non|no|bonjour|hello|hi|voici|alors|euh|so|well|sorry|pardon|desolee?)\b[ ,.:!]*)*"
    r"(?:(?:c'est|it's|it is|il s'agit de|son nom est|moi c'est|plutot|rather|le prenom est|est)\s)?[\s:\"«]*"
)
_TAIL = re.compile(
    r"[\s,.!;]*(?:merci(?: beaucoup)?|thanks?(?: you)?|svp|stp|s'il vous plait|please)?[\s,.!;\"»)]*$"
)
_AT_SCHOOL = re.compile(
    r"(?:elle va |il va |ils vont |she goes |he goes )?(?:a |au |to |at )?(?:l'|the )?(?:ecole |school )?"
)
_LONGEST_SCHOOL = 8


def bare_answers(text: str, draft: Draft, known: Facts, asked: tuple[Fact, ...]) -> Draft:
    """`draft` with what a bare answer gives of the facts that were asked and that nothing else filled."""
    text = tidy(text[:LONGEST_TEXT])
    on = page(text, flat(text))
    days = find_days(text)
    open_facts = [fact for fact in asked if not _filled(draft, fact, known)]
    for item in [trimmed for one in items(on, days) if (trimmed := _trimmed(on, one))]:
        if any(day.start < item.span.end and item.span.start < day.end for day in days):
            continue
        if draft.school and spelling(draft.school) == spelling(item.span.of(text)):
            continue
        if item.number and item.number <= len(asked):
            facts = [asked[item.number - 1]] if asked[item.number - 1] in open_facts else []
        else:
            facts = open_facts
        filled, draft = _fill(on, item, draft, known, facts)
        open_facts = [fact for fact in open_facts if fact not in filled]
    return draft


def _filled(draft: Draft, fact: Fact, known: Facts) -> bool:
    match fact:
        case Fact.PARENT_LAST_NAME:
            return bool(draft.parent_last_name)
        case Fact.PARENT_FIRST_NAME:
            return bool(draft.parent_first_name)
        case Fact.CHILD_NAME:
            return bool((draft.child_first_name or known.child_first_name) and draft.child_last_name)
        case Fact.SCHOOL:
            return bool(draft.school)
        case Fact.BIRTH_DATE:
            return True


def _trimmed(on: Page, item: Item) -> Item | None:
    """An answer without the polite words around it."""
    lead = _LEAD.match(on.plain, item.span.start, item.span.end)
    start = lead.end() if lead else item.span.start
    tail = _TAIL.search(on.plain, start, item.span.end)
    end = tail.start() if tail else item.span.end
    kept = Item(Span(start, end), item.number)
    return kept if end > start and not is_greeting(on, kept) else None


def _fill(
    on: Page, item: Item, draft: Draft, known: Facts, facts: Sequence[Fact]
) -> tuple[tuple[Fact, ...], Draft]:
    """The facts that one answer fills, and the draft with them."""
    school = _school(on, item, facts)
    if school:
        return (Fact.SCHOOL,), replace(draft, school=school)
    name = whole_name(on, item.span)
    wanted = [fact for fact in facts if fact in _NAME_FACTS]
    if name is None or not wanted or _told_already(on, name, draft):
        return (), draft
    match wanted[0]:
        case Fact.PARENT_LAST_NAME:
            return _last_name(on, name, draft, known, wanted)
        case Fact.PARENT_FIRST_NAME:
            return (Fact.PARENT_FIRST_NAME,), replace(draft, parent_first_name=_first_name(on, name, known))
        case _:
            return _child(on, name, draft, known)


def _told_already(on: Page, name: Name, draft: Draft) -> bool:
    """Whether this name was understood by what stands around it."""
    mine = set(fold(name.span.of(on.text)).split())
    told = (draft.parent_first_name, draft.parent_last_name, draft.child_first_name, draft.child_last_name)
    return mine <= {word for value in told for word in fold(value).split()}


def _school(on: Page, item: Item, facts: Sequence[Fact]) -> str:
    if Fact.SCHOOL not in facts:
        return ""
    at = _AT_SCHOOL.match(on.plain, item.span.start, item.span.end)
    typed = on.text[at.end() if at else item.span.start : item.span.end].strip()
    if directory().near(typed):
        return typed
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", flat(typed))
    plain = [
        word
        for word in words
        if word in STOP and word not in {"ecole", "publique", "elementaire", "secondaire"}
    ]
    alone = list(facts) == [Fact.SCHOOL]
    return (
        typed if alone and words and len(words) <= _LONGEST_SCHOOL and not plain and spelling(typed) else ""
    )


def _last_name(
    on: Page, name: Name, draft: Draft, known: Facts, wanted: Sequence[Fact]
) -> tuple[tuple[Fact, ...], Draft]:
    """A last name; a full name where it holds the first name, or where the first name is wanted too."""
    whole = name.span.of(on.text)
    first, last = split_name(on, name)
    first_known = draft.parent_first_name or known.parent_first_name
    if last is None or first is None or is_particle(on.word(name.words[0])):
        return (Fact.PARENT_LAST_NAME,), replace(draft, parent_last_name=whole)
    if first_known:
        kept = _but_for(on, name, first_known)
        return (Fact.PARENT_LAST_NAME,), replace(draft, parent_last_name=kept)
    draft = replace(draft, parent_last_name=last.of(on.text), parent_first_name=first.of(on.text))
    return tuple(fact for fact in wanted if fact is not Fact.CHILD_NAME), draft


def _first_name(on: Page, name: Name, known: Facts) -> str:
    return _but_for(on, name, known.parent_last_name or "")


def _but_for(on: Page, name: Name, known: str) -> str:
    """The words of a name that are not `known` already; all of them where nothing else would remain."""
    taken = set(fold(known).split())
    kept = [word for word in name.words if not set(fold(word.of(on.text)).split()) <= taken]
    return on.text[kept[0].start : kept[-1].end] if kept else name.span.of(on.text)


def _child(on: Page, name: Name, draft: Draft, known: Facts) -> tuple[tuple[Fact, ...], Draft]:
    first_known = draft.child_first_name or known.child_first_name
    first, last = split_name(on, name)
    lacks_last = first_known and not (draft.child_last_name or known.child_last_name)
    starts_with_it = first is not None and fold(first.of(on.text)) == fold(first_known or "")
    if lacks_last and not (starts_with_it and last):
        if starts_with_it and first is not None:
            return (), replace(draft, child_first_name=first.of(on.text))
        return (Fact.CHILD_NAME,), replace(draft, child_last_name=name.span.of(on.text))
    draft = replace(draft, child_first_name=first.of(on.text) if first else "")
    return (Fact.CHILD_NAME,) if last else (), replace(
        draft, child_last_name=last.of(on.text) if last else ""
    )
