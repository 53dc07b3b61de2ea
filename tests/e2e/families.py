"""Picking families of the sample board by what is special about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "January February March April May June July August September October November December".split(),
)


@dataclass(frozen=True)
class Parent:
    """A contact with one of their children."""

    contact: Mapping[str, Any]
    child: Mapping[str, Any]

    @property
    def address(self) -> str:
        return str(self.contact["email"])

    def facts(self, *, english: bool = False, birth_date: str | None = None) -> str:
        """The five facts as this parent would write them, one to a line."""
        day = date.fromisoformat(birth_date or self.child["birth_date"])
        months = MONTHS[1 if english else 0]
        names = f"{self.contact['first_name']} {self.contact['last_name']}"
        child = f"{self.child['first_name']} {self.child['last_name']}"
        if english:
            return (
                f"My name is {names}.\n"
                f"My child is {child}, born on {months[day.month - 1]} {day.day}, {day.year}.\n"
                f"School: {self.child['school']}"
            )
        return (
            f"Je m'appelle {names}.\nMon enfant s'appelle {child}, né le {day.day} {months[day.month - 1]} "
            f"{day.year}.\nÉcole : {self.child['school']}"
        )


def ordinary_parents(families: Sequence[Mapping[str, Any]], state: str = "invited") -> list[Parent]:
    """Parents whom nothing keeps from getting their mail: own address, access, one minor child."""
    addresses = Counter(contact["email"] for family in families for contact in family["contacts"])
    return [
        Parent(family["contacts"][0], family["children"][0])
        for family in families
        if len(family["contacts"]) == 1
        and len(family["children"]) == 1
        and not family["children"][0]["student_adult"]
        and (contact := family["contacts"][0])["email"]
        and addresses[contact["email"]] == 1
        and contact["portal_access"]
        and not contact["restriction"]
        and contact["account_state"] == state
    ]
