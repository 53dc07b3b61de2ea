"""What the recogniser makes of one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversations.model import Intent, Language


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, understood.

    `entities` maps the names of the entity list (parent_first_name, …, email) to what stands in
    the text as typed (birth_date: YYYY-MM-DD), several values where the text names several.
    `ranked` is every intent with its probability, likeliest first. `because` are the few words
    and rules that decided, for staff.
    """

    intent: Intent
    confidence: float
    language: Language
    entities: Mapping[str, tuple[str, ...]]
    ranked: tuple[tuple[Intent, float], ...]
    second: Intent | None = None
    sure: bool = True
    """False where a clarifying question is better than acting on `intent`."""
    because: tuple[str, ...] = ()
