"""From all that a text tells to what it says of one parent and one child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversations.model import Facts
from conversations.words.days import TypedDay
from conversations.words.names import fold
from conversations.words.telling import Child, Told


@dataclass(frozen=True, slots=True)
class Draft:
    """What one message says, as typed; empty where it says nothing."""

    parent_last_name: str = ""
    parent_first_name: str = ""
    child_first_name: str = ""
    child_last_name: str = ""
    school: str = ""
    day: TypedDay | None = None
    several: bool = False
    """It speaks of several children: only one of them is taken."""

    def names(self) -> dict[str, str]:
        """What was typed, by the name of its fact."""
        return {
            "parent_last_name": self.parent_last_name,
            "parent_first_name": self.parent_first_name,
            "child_first_name": self.child_first_name,
            "child_last_name": self.child_last_name,
            "school": self.school,
        }

    def with_names(self, names: Mapping[str, str]) -> Draft:
        """The same with other words for these facts."""
        mine = {**self.names(), **names}
        return Draft(
            mine["parent_last_name"],
            mine["parent_first_name"],
            mine["child_first_name"],
            mine["child_last_name"],
            mine["school"],
            self.day,
            self.several,
        )


@dataclass(frozen=True, slots=True)
class _Set:
    """One child with the birthday and school said of that child."""

    child: Child
    day: TypedDay | None
    school: str

    @property
    def size(self) -> int:
        return sum(map(bool, (self.child.first, self.child.last, self.day and self.day.days, self.school)))


def drafted(told: Told, known: Facts) -> Draft:
    """One child's set: the one already spoken of, else the fullest, the first named among equals."""
    several = len(told.children) > 1
    sets = _sets(told) if several else [_alone(told)]
    spoken_of = [one for one in sets if known.child_first_name and _is(one.child, known.child_first_name)]
    chosen = max(spoken_of or sets, key=lambda one: one.size)
    return Draft(
        parent_last_name=told.parent_last,
        parent_first_name=told.parent_first,
        child_first_name=chosen.child.first,
        child_last_name=chosen.child.last,
        school=chosen.school,
        day=chosen.day,
        several=several,
    )


def _is(child: Child, first_name: str) -> bool:
    return bool(child.first) and fold(child.first) == fold(first_name)


def _alone(told: Told) -> _Set:
    child = told.children[0] if told.children else Child()
    usable = [day for day in told.days if day.days] or list(told.days)
    return _Set(child, usable[-1] if usable else None, told.schools[-1][1] if told.schools else "")


def _sets(told: Told) -> list[_Set]:
    """Each child with what stands between their name and the next child's; one school serves all."""
    sets: list[_Set] = []
    for place, child in enumerate(told.children):
        end = told.children[place + 1].at if place + 1 < len(told.children) else 10**9
        days = [day for day in told.days if child.at <= day.start < end]
        schools = [name for at, name in told.schools if child.at <= at < end]
        only = told.schools[0][1] if len(told.schools) == 1 else ""
        sets.append(_Set(child, days[0] if days else None, schools[0] if schools else only))
    return sets
