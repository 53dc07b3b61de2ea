"""What a message adds to the five facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from conversations.facts.bare import bare_answers
from conversations.facts.birthdays import birthday
from conversations.facts.corrections import corrected
from conversations.facts.draft import Draft, drafted
from conversations.model import Fact, Facts
from conversations.words.days import find_days
from conversations.words.form import Refusal
from conversations.words.names import fold, refused_for_form
from conversations.words.schools import directory
from conversations.words.telling import tell


class Understood(Protocol):
    """What is used of a recogniser's reading."""

    @property
    def entities(self) -> Mapping[str, tuple[str, ...]]: ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts after a message."""

    facts: Facts
    refused: tuple[Refusal, ...] = ()
    """Why something typed could not be used, once for each reason; from the text alone."""
    changed: bool = False
    """Whether any fact is new or different."""


def gather(facts: Facts, reading: Understood, text: str, asked: tuple[Fact, ...], today: date) -> Gathered:
    """Merge what `text` says into `facts`; `asked` are the facts that the last question asked for.

    What is said later replaces what was said before. Facts of two children are never combined: a
    child of another name begins anew.
    """
    # Where only some facts were asked, names in a row answer that question, not the list of all five.
    told = tell(text, directory(), row=not asked or len(asked) == len(Fact))
    if asked and drafted(told, facts).school and find_days(text):
        # Who adds the day and the school answers every question to come, not only the one that was asked.
        asked = facts.missing()
        told = tell(text, directory(), row=len(asked) == len(Fact))
    draft = _also(drafted(told, facts), reading.entities, asked)
    draft = bare_answers(text, draft, facts, asked)
    draft = corrected(text, draft, facts)
    kept, refused = _well_formed(draft)
    day, readings, refusal = birthday(text, told, draft, facts, asked, today)
    after = _merged(facts, kept, asked, named_by_text=bool(told.children))
    if not (day or readings or refusal) and not find_days(text):
        day = _day_beside(draft, reading.entities)
    if day or readings:
        after = replace(after, birth_date=day, birth_date_readings=readings)
    elif refusal:
        after = replace(after, birth_date=None, birth_date_readings=())
    reasons = tuple(dict.fromkeys((*refused, *((refusal,) if refusal else ()))))
    return Gathered(after, reasons, after != facts)


def _day_beside(draft: Draft, entities: Mapping[str, tuple[str, ...]]) -> date | None:
    days = () if draft.several else entities.get("birth_date", ())
    return date.fromisoformat(days[0]) if len(days) == 1 else None


_OF_FACT = {
    Fact.PARENT_LAST_NAME: ("parent_last_name",),
    Fact.PARENT_FIRST_NAME: ("parent_first_name",),
    Fact.CHILD_NAME: ("child_first_name", "child_last_name"),
    Fact.BIRTH_DATE: (),
    Fact.SCHOOL: ("school",),
}


def _also(draft: Draft, entities: Mapping[str, tuple[str, ...]], asked: tuple[Fact, ...]) -> Draft:
    """What the recogniser found beside it, where it found just one value of what was asked."""
    wanted = {name for fact in asked or Fact for name in _OF_FACT[fact]}
    new = {
        name: entities[name][0]
        for name, typed in draft.names().items()
        if name in wanted and not typed and len(entities.get(name, ())) == 1
    }
    return draft if draft.several else draft.with_names(new)


def _well_formed(draft: Draft) -> tuple[Draft, tuple[Refusal, ...]]:
    """Without what cannot be compared with anything, and why."""
    reasons = {name: refused_for_form(typed) for name, typed in draft.names().items() if typed}
    refused = {name: reason for name, reason in reasons.items() if reason}
    return draft.with_names(dict.fromkeys(refused, "")), tuple(refused.values())


def _merged(facts: Facts, draft: Draft, asked: tuple[Fact, ...], *, named_by_text: bool) -> Facts:
    base = facts
    if named_by_text and Fact.CHILD_NAME not in asked and _another_child(facts, draft):
        base = replace(
            facts,
            child_first_name=None,
            child_last_name=None,
            birth_date=None,
            birth_date_readings=(),
            school=None,
        )
    return replace(
        base,
        parent_last_name=draft.parent_last_name or base.parent_last_name,
        parent_first_name=draft.parent_first_name or base.parent_first_name,
        child_first_name=draft.child_first_name or base.child_first_name,
        child_last_name=draft.child_last_name or base.child_last_name,
        school=draft.school or base.school,
    )


def _another_child(facts: Facts, draft: Draft) -> bool:
    """Whether a child of another name is spoken of now; a corrected spelling is the same child."""
    if not facts.child_first_name or not draft.child_first_name:
        return False
    known, new = fold(facts.child_first_name), fold(draft.child_first_name)
    alike = known == new or known in new.split() or new in known.split()
    return not alike and not _respelt(known, new)


def _respelt(known: str, new: str) -> bool:
    shared = sum(1 for pair in zip(known, new, strict=False) if pair[0] == pair[1])
    return shared >= 2 and len(set(known) & set(new)) * 3 >= 2 * max(len(set(known)), len(set(new)))
