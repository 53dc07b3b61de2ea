"""The sample board: the same for the same seed, believable, and special in every way that matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.roster.sample import CYCLE, Family, families, write
from bot.store.schema import contacts, students
from conversations.identity import acts_as_guardian
from tests.roster.boards import Registry

Board = Sequence[Family]


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_the_same_seed_is_the_same_board_to_the_byte_and_another_seed_another_board(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        write(tmp_path / name, 45, seed)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    for name in ("users.csv", "demographics.csv", "contacts.csv"):
        assert contents(tmp_path / "one")[name] != contents(tmp_path / "other")[name]


def test_a_larger_board_begins_with_the_families_of_a_smaller_one() -> None:
    assert list(families(80, 3))[:41] == list(families(41, 3))


def test_the_sample_comes_in_without_a_fault_and_without_approval(registry: Registry, tmp_path: Path) -> None:
    write(tmp_path / "board", 80, 1)
    report = registry.bring(tmp_path / "board")
    assert (report.findings, report.counted, report.holds) == ([], {}, [])
    assert len(registry.rows(students)) >= 80
    assert len(registry.rows(contacts)) >= 80


def _any(holds: Callable[[Family], bool]) -> Callable[[Board], bool]:
    return lambda board: any(map(holds, board))


def _contact(**wanted: object) -> Callable[[Board], bool]:
    return lambda board: any(
        all(getattr(contact, name) == value for name, value in wanted.items())
        for family in board
        for contact in family.contacts
    )


def _name(sign: str) -> Callable[[Board], bool]:
    return lambda board: any(sign in contact.last_name for family in board for contact in family.contacts)


def _separated(family: Family) -> bool:
    mailboxes = {contact.email for contact in family.contacts}
    names = {contact.last_name for contact in family.contacts}
    return len(mailboxes) == len(names) == 2 and all("-" in child.last_name for child in family.children)


def _namesakes(board: Board) -> bool:
    born: dict[tuple[str, str], set[tuple[date, int]]] = {}
    for child in (child for family in board for child in family.children):
        born.setdefault((child.first_name, child.last_name), set()).add((child.birth_date, child.school))
    return any(
        len({day for day, _ in each}) > 1 and len({school for _, school in each}) > 1
        for each in born.values()
    )


SPECIAL: Mapping[str, Callable[[Board], bool]] = {
    "separated parents with a mailbox each": _any(_separated),
    "parents who share a mailbox": _any(
        lambda family: len(family.contacts) == 2 and len({each.email for each in family.contacts}) == 1
    ),
    "parents of one name": _any(
        lambda family: len(family.contacts) == 2 and len({c.last_name for c in family.contacts}) == 1
    ),
    "siblings in two schools": _any(lambda family: len({child.school for child in family.children}) == 2),
    "twins": _any(
        lambda family: len(family.children) == 2 and len({child.birth_date for child in family.children}) == 1
    ),
    "two children of one name": _namesakes,
    "a student who is of age": _any(
        lambda family: any(child.birth_date.year < 2008 for child in family.children)
    ),
    "a child who left": _any(lambda family: any(child.status == "tobedeleted" for child in family.children)),
    "a child with a preferred name": _any(
        lambda family: any(child.preferred_name for child in family.children)
    ),
    "one parent barred beside one who is not": _any(
        lambda family: {bool(contact.restriction) for contact in family.contacts} == {True, False}
    ),
    "the only parent barred": _any(
        lambda family: len(family.contacts) == 1 and bool(family.contacts[0].restriction)
    ),
    "a contact who is no guardian": _any(
        lambda family: any(not acts_as_guardian(contact.relationship) for contact in family.contacts)
    ),
    "no access to the portal": _contact(portal_access=False),
    "no address": _contact(email=""),
    "an invitation": _contact(account_state="invited", has_code=True),
    "an account not validated": _contact(account_state="self_created"),
    "an active account": _contact(account_state="active"),
    "no account and no code": _contact(account_state="none", has_code=False),
    "a code that ran out": lambda board: any(
        contact.has_code and date.fromisoformat(contact.expires_at[:10]) < date(2025, 1, 1)
        for family in board
        for contact in family.contacts
    ),
    "a family that speaks English": _contact(language="en"),
    "a name with an accent": lambda board: any(
        not child.last_name.isascii() for each in board for child in each.children
    ),
}


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_forty_families_hold(special: str, seed: int) -> None:
    assert SPECIAL[special](list(families(CYCLE, seed)))


@pytest.mark.parametrize("sign", ["-", "'", " "])
def test_names_are_compound_and_have_apostrophes_and_particles(sign: str) -> None:
    assert _name(sign)(list(families(10 * CYCLE, 1)))


def test_most_families_have_nothing_special() -> None:
    plain = [each for each in families(CYCLE, 1) if len(each.contacts) == len(each.children) == 1]
    assert len(plain) > CYCLE / 2
