"""What a message adds to the five facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from conversations.model import Fact, Facts
from conversations.words.form import Refusal


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
    """Merge what `text` says into `facts`; `asked` are the facts that the last question asked for."""
    entities = reading.entities
    new = facts
    for name in ("parent_last_name", "parent_first_name", "child_first_name", "child_last_name", "school"):
        if entities.get(name):
            new = replace(new, **{name: entities[name][0]})
    if entities.get("birth_date"):
        new = replace(new, birth_date=date.fromisoformat(entities["birth_date"][0]), birth_date_readings=())
    return Gathered(new, (), new != facts)
