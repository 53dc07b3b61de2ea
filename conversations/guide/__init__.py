"""The board's guide for parents as data: which steps, remedies and questions belong to a request."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from conversations.model import Intent
from conversations.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Entry:
    """What the help line knows about one request."""

    answer: Phrase
    name: Phrase
    """The request in a few words, to choose from."""
    steps: tuple[Phrase, ...] = ()
    remedies: tuple[Phrase, ...] = ()
    details: Phrase | None = None


@cache
def entries() -> Mapping[Intent, Entry]:
    """Every request with a first answer of its own, read once."""
    tables = tomllib.loads(files(__name__).joinpath("entries.toml").read_text(encoding="utf-8"))
    return {Intent(name): _entry(name, table) for name, table in tables.items()}


def entry(intent: Intent) -> Entry:
    """The entry of a request; KeyError for a move (greeting, yes …), which the guide knows nothing of."""
    return entries()[intent]


def name_of(intent: Intent) -> Phrase:
    """A request, or the wish for a person, in a few words."""
    return Phrase(f"want_{intent.value}")


def _entry(name: str, table: Mapping[str, object]) -> Entry:
    details = table.get("details")
    return Entry(
        answer=Phrase(name),
        name=Phrase(f"want_{name}"),
        steps=_phrases(table.get("steps")),
        remedies=_phrases(table.get("remedies")),
        details=None if details is None else Phrase(str(details)),
    )


def _phrases(names: object) -> tuple[Phrase, ...]:
    return tuple(Phrase(name) for name in names) if isinstance(names, list) else ()
