"""A believable board, made up from a seed: the same families for the same seed, on any machine.

Every special case of the identity protocol comes round within forty families.
"""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from bot.roster import names

FIRST_BIRTH = date(2011, 1, 1)
BIRTH_DAYS = 3600
"""Children are born from 2011 to 2020, so that they stay under age for years to come."""
OF_AGE_BIRTH = date(2005, 5, 17)
VALID_UNTIL = "2031-06-30T23:59:00Z"
LONG_PAST = "2024-06-30T23:59:00Z"
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
HEADERS: Mapping[str, tuple[str, ...]] = {
    "orgs.csv": ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"),
    "users.csv": (
        *("sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName"),
        *("familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades"),
        *("password", "userMasterIdentifier", "resourceSourcedIds", "preferredGivenName"),
        *("preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
    ),
    "roles.csv": (
        *("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate"),
        *("endDate", "orgSourcedId", "userProfileSourcedId"),
    ),
    "demographics.csv": ("sourcedId", "status", "dateLastModified", "birthDate"),
    "contacts.csv": (
        *("studentSourcedId", "contactSourcedId", "relationship", "portalAccess", "restriction"),
        *("accountState", "securityCode", "invitationUrl", "codeExpiresAt", "language"),
    ),
}
MANIFEST = (
    ("propertyName", "value"),
    ("manifest.version", "1.0"),
    ("oneroster.version", "1.2"),
    *((f"file.{name}", "bulk") for name in ("orgs", "users", "roles", "demographics")),
)


@dataclass(frozen=True, slots=True)
class Child:
    first_name: str
    last_name: str
    birth_date: date
    school: int
    preferred_name: str = ""
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Contact:
    first_name: str
    last_name: str
    email: str
    relationship: str = "mother"
    portal_access: bool = True
    restriction: str = ""
    account_state: str = "invited"
    expires_at: str = VALID_UNTIL
    has_code: bool = True
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Family:
    contacts: tuple[Contact, ...]
    children: tuple[Child, ...]


@dataclass(slots=True)
class Maker:
    """Draws families; only methods of Random that give the same numbers in every version."""

    chance: random.Random
    number: int = field(default=0)

    def pick(self, choices: tuple[str, ...]) -> str:
        return choices[int(self.chance.random() * len(choices))]

    def contact(self, *, mother: bool, last_name: str) -> Contact:
        first = self.pick(names.MOTHERS if mother else names.FATHERS)
        self.number += 1
        mailbox = f"{_plain(first)}.{_plain(last_name)}{self.number}@{self.pick(names.DOMAINS)}"
        language = "en" if self.chance.random() < 0.15 else "fr"
        relationship = "mother" if mother else "father"
        return Contact(first, last_name, mailbox, relationship=relationship, language=language)

    def child(self, last_name: str) -> Child:
        first = self.pick(names.GIRLS if self.chance.random() < 0.5 else names.BOYS)
        born = FIRST_BIRTH + timedelta(days=int(self.chance.random() * BIRTH_DAYS))
        return Child(first, last_name, born, int(self.chance.random() * len(names.SCHOOLS)))

    def family(self) -> Family:
        """One parent, one child, nothing special."""
        last = self.pick(names.LAST_NAMES)
        return Family((self.contact(mother=self.chance.random() < 0.6, last_name=last),), (self.child(last),))

    def code(self) -> str:
        return "".join(CODE_LETTERS[int(self.chance.random() * len(CODE_LETTERS))] for _ in range(8))


Special = Callable[[Maker, Family], Family]


def _ordinary(_maker: Maker, family: Family) -> Family:
    return family


def _two_parents(maker: Maker, family: Family) -> Family:
    """Separated, each with an address of their own, the child bearing both names."""
    other = maker.contact(mother=False, last_name=maker.pick(names.LAST_NAMES))
    [first], [child] = family.contacts, family.children
    both = f"{first.last_name}-{other.last_name}".replace(" ", "-")
    return Family((first, other), (replace(child, last_name=both),))


def _siblings(maker: Maker, family: Family) -> Family:
    """Two children in two schools."""
    [child] = family.children
    younger = replace(maker.child(child.last_name), school=(child.school + 1) % len(names.SCHOOLS))
    return replace(family, children=(child, younger))


def _twins(maker: Maker, family: Family) -> Family:
    [child] = family.children
    twin = replace(maker.child(child.last_name), birth_date=child.birth_date, school=child.school)
    return replace(family, children=(child, replace(twin, first_name=f"{twin.first_name}-Ange")))


def _adult(_maker: Maker, family: Family) -> Family:
    return _children(family, birth_date=OF_AGE_BIRTH, school=len(names.SCHOOLS))


def _restricted_parent(maker: Maker, family: Family) -> Family:
    both = _two_parents(maker, family)
    return replace(both, contacts=(both.contacts[0], replace(both.contacts[1], restriction="no contact")))


def _shared_address(maker: Maker, family: Family) -> Family:
    both = _two_parents(maker, family)
    first, other = both.contacts
    return replace(both, contacts=(first, replace(other, email=first.email)))


def _grandmother(maker: Maker, family: Family) -> Family:
    relative = replace(
        maker.contact(mother=True, last_name=family.children[0].last_name), relationship="grandmother"
    )
    return replace(family, contacts=(*family.contacts, relative))


def _two_parents_of_one_name(maker: Maker, family: Family) -> Family:
    [first] = family.contacts
    other = maker.contact(mother=first.relationship != "mother", last_name=first.last_name)
    return replace(family, contacts=(first, other))


def _preferred_name(maker: Maker, family: Family) -> Family:
    return _children(family, preferred_name=maker.pick(names.BOYS))


def _children(family: Family, **changes: object) -> Family:
    return replace(family, children=tuple(replace(child, **changes) for child in family.children))  # type: ignore[arg-type]  # fields of Child


def _contacts(**changes: object) -> Special:
    def special(_maker: Maker, family: Family) -> Family:
        changed = tuple(replace(contact, **changes) for contact in family.contacts)  # type: ignore[arg-type]  # fields of Contact
        return replace(family, contacts=changed)

    return special


def _gone(_maker: Maker, family: Family) -> Family:
    return _children(family, status="tobedeleted")


SPECIALS: Mapping[int, Special] = {
    3: _two_parents,
    5: _siblings,
    7: _adult,
    9: _restricted_parent,
    11: _contacts(portal_access=False),
    13: _contacts(email=""),
    15: _shared_address,
    17: _gone,
    18: _contacts(account_state="self_created", has_code=False),
    20: _contacts(account_state="none", has_code=False),
    22: _contacts(account_state="active", has_code=False),
    24: _contacts(expires_at=LONG_PAST),
    26: _twins,
    28: _grandmother,
    30: _two_parents_of_one_name,
    32: _contacts(restriction="court order"),
    34: _preferred_name,
    36: _contacts(account_state="self_created", has_code=False),
    38: _contacts(language="en"),
}
"""Which family of each forty is special, and how. 39 repeats the child of 38 in another school."""
CYCLE = 40
NAMESAKE = 39


def families(count: int, seed: int) -> Iterator[Family]:
    """`count` families, one after the other: memory stays flat."""
    maker = Maker(random.Random(seed))  # noqa: S311  # a sample must come out the same, not unpredictable
    previous: Family | None = None
    for number in range(count):
        place = number % CYCLE
        family = SPECIALS.get(place, _ordinary)(maker, maker.family())
        if place == NAMESAKE and previous:
            family = _namesake(family, previous)
        yield family
        previous = family


def _namesake(family: Family, previous: Family) -> Family:
    """A child of the same name and another birthday, in another school."""
    twin = previous.children[0]
    school = (twin.school + 3) % len(names.SCHOOLS)
    same = replace(family.children[0], first_name=twin.first_name, last_name=twin.last_name, school=school)
    contacts = tuple(replace(contact, last_name=twin.last_name) for contact in family.contacts)
    return Family(contacts, (same,))


def write(directory: Path, count: int, seed: int) -> None:
    """Write a OneRoster 1.2 folder with its side file. Raises OSError where it cannot be written."""
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        tables: dict[str, Writer] = {}
        for name, header in {**HEADERS, "manifest.csv": MANIFEST[0]}.items():
            file = files.enter_context((directory / name).open("w", encoding="utf-8", newline=""))
            tables[name] = csv.writer(file)
            tables[name].writerow(header)
        for row in MANIFEST[1:]:
            tables["manifest.csv"].writerow(row)
        schools = (*names.SCHOOLS, *names.SECONDARY_SCHOOLS)
        _row(
            tables, "orgs.csv", sourcedId="board", status="active", name="Conseil d'exemple", type="district"
        )
        for number, school in enumerate(schools):
            _row(
                tables,
                "orgs.csv",
                sourcedId=f"school-{number}",
                status="active",
                name=school,
                type="school",
                parentSourcedId="board",
            )
        codes = Maker(random.Random(seed + 1))  # noqa: S311  # sample codes, of no use anywhere
        for number, family in enumerate(families(count, seed)):
            _write_family(tables, number, family, codes)


class Writer(Protocol):
    """What csv.writer gives."""

    def writerow(self, row: Iterable[str], /) -> object: ...


Tables = Mapping[str, Writer]


def _row(tables: Tables, file: str, /, **cells: str) -> None:
    tables[file].writerow([cells.get(column, "") for column in HEADERS[file]])


def _write_family(tables: Tables, number: int, family: Family, codes: Maker) -> None:
    contacts = [f"contact-{number}-{place}" for place in range(len(family.contacts))]
    children = [f"student-{number}-{place}" for place in range(len(family.children))]
    for sourced_id, child in zip(children, family.children, strict=True):
        _write_child(tables, sourced_id, child, ",".join(contacts))
    for sourced_id, contact in zip(contacts, family.contacts, strict=True):
        _write_contact(tables, sourced_id, contact, ",".join(children))
        for child_id in children:
            code = codes.code()
            _row(
                tables,
                "contacts.csv",
                studentSourcedId=child_id,
                contactSourcedId=sourced_id,
                relationship=contact.relationship,
                portalAccess="true" if contact.portal_access else "false",
                restriction=contact.restriction,
                accountState=contact.account_state,
                securityCode=code if contact.has_code else "",
                codeExpiresAt=contact.expires_at if contact.has_code else "",
                language=contact.language,
            )


def _write_child(tables: Tables, sourced_id: str, child: Child, agents: str) -> None:
    school = f"school-{child.school}"
    _row(
        tables,
        "users.csv",
        sourcedId=sourced_id,
        status=child.status,
        enabledUser="true",
        username=sourced_id,
        givenName=child.first_name,
        familyName=child.last_name,
        agentSourcedIds=agents,
        preferredGivenName=child.preferred_name,
        primaryOrgSourcedId=school,
    )
    _role(tables, sourced_id, "student", school)
    _row(
        tables,
        "demographics.csv",
        sourcedId=sourced_id,
        status="active",
        birthDate=child.birth_date.isoformat(),
    )


def _write_contact(tables: Tables, sourced_id: str, contact: Contact, agents: str) -> None:
    _row(
        tables,
        "users.csv",
        sourcedId=sourced_id,
        status="active",
        enabledUser="true",
        username=sourced_id,
        givenName=contact.first_name,
        familyName=contact.last_name,
        email=contact.email,
        agentSourcedIds=agents,
    )
    _role(tables, sourced_id, "relative" if contact.relationship == "grandmother" else "parent", "board")


def _role(tables: Tables, person: str, role: str, org: str) -> None:
    _row(
        tables,
        "roles.csv",
        sourcedId=f"role-{person}",
        status="active",
        userSourcedId=person,
        roleType="primary",
        role=role,
        orgSourcedId=org,
    )


def _plain(name: str) -> str:
    flat = name.casefold().replace("œ", "oe").replace("ø", "o")
    letters = unicodedata.normalize("NFD", flat)
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
