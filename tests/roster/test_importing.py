"""Bringing a board in, over each database: what comes into force, what waits, what never gets in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.store.schema import contacts, guardianships, invitations, roster_imports, staff_items, students
from tests.roster.boards import Board, Pack, Registry, as_folder, as_zip, families

AGENTS = {"student": ({"agentSourcedIds": "p1, p2"}, {}), "parent": ({}, {"agentSourcedIds": " c1 "})}
AGENTS["both"] = (AGENTS["student"][0], AGENTS["parent"][1])


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("pack", [as_folder, as_zip])
@pytest.mark.parametrize("side", AGENTS)
def test_a_family_comes_in_whole_whichever_side_lists_the_other(
    registry: Registry, tmp_path: Path, version: str, pack: Pack, side: str
) -> None:
    on_child, on_parent = AGENTS[side]
    board = Board(version)
    board.student("c1", "Aïcha", "Diallo-Roy", preferredGivenName="Aïsha", **on_child)
    board.parent("p1", "Fatou", "Diallo", "Fatou@famille.example", **on_parent)
    board.parent("p2", "Marc", "Roy", "", **on_parent)
    board.side("c1", "p1", language="FR", codeExpiresAt="2031-06-30T23:59:00Z")
    report = registry.bring(pack(tmp_path / "bundle", board.files()))
    assert (report.version, report.students, report.contacts) == (version, 1, 2)
    assert (report.findings, report.counted, report.holds) == ([], {}, [])
    assert registry.links() == {("c1", "p1"), ("c1", "p2")}
    child, mother = registry.one(students, "c1"), registry.one(contacts, "p1")
    assert child["preferred_first_name"] == "Aïsha"
    assert str(child["birth_date"]) == "2015-09-03"
    assert child["school"] == "s1"
    assert (mother["email"], mother["email_key"]) == ("Fatou@famille.example", "fatou@famille.example")
    assert mother["language"] == "fr"
    assert registry.one(guardianships, "p1")["portal_access"]
    assert not registry.one(guardianships, "p2")["portal_access"]
    assert registry.one(invitations, "p1")["expires_at"] == 1_940_630_340_000_000


def test_of_lists_that_contradict_each_other_the_union_is_taken_and_told(registry: Registry) -> None:
    board = families(2)
    board.change("users.csv", "c1", agentSourcedIds="p1,p2")
    report = registry.bring(board)
    assert registry.links() == {("c1", "p1"), ("c1", "p2"), ("c2", "p2")}
    assert list(report.counted.values()) == [1]


def test_a_link_to_somebody_who_is_not_in_the_bundle_is_left_out_and_told(registry: Registry) -> None:
    board = families(1)
    board.change("users.csv", "c1", agentSourcedIds="p1,nobody")
    assert list(registry.bring(board).counted.values()) == [1]
    assert registry.links() == {("c1", "p1")}


def test_a_row_of_the_side_file_about_nobody_is_told(registry: Registry) -> None:
    board = families(1)
    board.side("c1", "nobody")
    assert list(registry.bring(board).counted.values()) == [1]


def test_without_a_side_file_nobody_has_access(registry: Registry) -> None:
    board = families(2)
    board.rows["contacts.csv"] = []
    registry.bring(board)
    assert [row["portal_access"] for row in registry.rows(guardianships)] == [False, False]
    assert registry.rows(invitations) == []


def _swap(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: content})


def _edit(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def edit(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return edit


BROKEN: Mapping[str, Callable[[dict[str, bytes]], object]] = {
    "a file that must be there": lambda files: files.pop("demographics.csv"),
    "a header": _swap("contacts.csv", b"c1,p1,mother,true\r\n"),
    "UTF-8": _edit("contacts.csv", b"mother", "mère".encode("latin-1")),
    "UTF-8 in its manifest": _swap("manifest.csv", "système,é\r\n".encode("latin-1")),
    "UTF-8 but UTF-16": _swap("users.csv", "sourcedId,givenName\r\n".encode("utf-16")),
    "a closing quote": _edit("contacts.csv", b"mother", b'"mother'),
    "cells of bearable length": _edit("contacts.csv", b"mother", b"m" * 200_000),
    "text without zero bytes": _edit("users.csv", b"Fatou", b"Fa\0tou"),
}


@pytest.mark.parametrize("lacks", BROKEN)
def test_a_bundle_that_is_broken_anywhere_changes_nothing(registry: Registry, lacks: str) -> None:
    registry.bring(families(2))
    before = registry.in_force()
    files = families(3).files()
    BROKEN[lacks](files)
    with pytest.raises(SettingsError):
        registry.bring(files)
    assert registry.in_force() == before
    assert len(registry.rows(roster_imports)) == 1


def test_the_same_bundle_twice_is_the_same_roster(registry: Registry) -> None:
    registry.bring(families(3))
    before = registry.in_force()
    report = registry.bring(families(3))
    assert (report.changed_addresses, report.removed_contacts, report.holds) == (0, 0, [])
    assert registry.in_force() == before


def test_whoever_a_bulk_roster_no_longer_names_is_gone(registry: Registry) -> None:
    registry.bring(families(3))
    smaller = families(3)
    smaller.remove("p3")
    smaller.remove("c3")
    smaller.remove("p2")
    registry.bring(smaller, approved_by="Chantal")
    assert [row["active"] for row in registry.rows(students)] == [True, True, False]
    assert [row["active"] for row in registry.rows(contacts)] == [True, False, False]
    assert registry.links() == {("c1", "p1")}
    assert [row["contact"] for row in registry.rows(invitations)] == ["p1"]


def test_a_bulk_roster_takes_back_what_its_side_file_no_longer_says(registry: Registry) -> None:
    registry.bring(families(2))
    board = families(2)
    board.rows["contacts.csv"].pop(0)
    registry.bring(board)
    bond = registry.one(guardianships, "p1")
    assert (bond["portal_access"], bond["account_state"]) == (False, "none")


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_delta_changes_whom_it_names_and_nobody_else(registry: Registry, version: str) -> None:
    registry.bring(families(40, version=version))
    before = registry.in_force()
    delta = Board(version, "delta")
    delta.parent("p1", "Fatou", "Sow", "parent1@famille.example", agentSourcedIds="c1")
    delta.student("c41", "Léa", "Sow", agentSourcedIds="p1")
    delta.side("c41", "p1")
    assert registry.bring(delta).holds == []
    assert registry.one(contacts, "p1")["last_name"] == "Sow"
    assert ("c41", "p1") in registry.links()
    after = registry.in_force()
    for name, rows in before.items():
        assert [row for row in rows if row not in after[name] and "Diallo1" not in row.values()] == []


def test_a_delta_without_a_side_file_keeps_restrictions_and_accounts(registry: Registry) -> None:
    board = Board()
    board.family(1, restriction="court order", accountState="active")
    registry.bring(board)
    before = registry.rows(guardianships)
    delta = Board(kind="delta")
    delta.student("c1", "Aïcha", "Roy", agentSourcedIds="p1")
    delta.parent("p1", "Fatou", "Diallo", "parent1@famille.example", agentSourcedIds="c1")
    registry.bring(delta)
    assert registry.rows(guardianships) == before


def test_a_delta_of_users_alone_needs_no_roles_again(registry: Registry) -> None:
    registry.bring(families(1))
    delta = Board(kind="delta")
    delta.parent("p1", "Fatou", "Diallo", "new@famille.example")
    delta.student("c1", "Aïcha", "Roy-Sow", primaryOrgSourcedId="")
    delta.rows["roles.csv"] = []
    registry.bring(delta, approved_by="Chantal")
    assert registry.one(contacts, "p1")["email"] == "new@famille.example"
    child = registry.one(students, "c1")
    assert (child["last_name"], child["school"]) == ("Roy-Sow", "s1")


def test_a_delta_may_link_a_child_to_a_parent_whom_it_does_not_name_again(registry: Registry) -> None:
    registry.bring(families(2))
    delta = Board(kind="delta")
    delta.student("c3", "Léa", "Roy2", agentSourcedIds="p2")
    report = registry.bring(delta)
    assert (report.counted, report.holds) == ({}, [])
    assert registry.links() == {("c1", "p1"), ("c2", "p2"), ("c3", "p2")}


def test_a_delta_may_correct_a_birth_date_alone(registry: Registry) -> None:
    registry.bring(families(2))
    before = registry.one(students, "c2")
    delta = families(1)
    delta.kind = "delta"
    delta.rows["demographics.csv"] = [{"sourcedId": "c2", "birthDate": "2016-01-02"}]
    registry.bring(delta)
    assert registry.one(students, "c2") == before | {"birth_date": date(2016, 1, 2)}


def test_a_delta_takes_out_whom_it_names_by_id_alone(registry: Registry) -> None:
    registry.bring(families(40))
    delta = Board(kind="delta")
    for gone, role in (("p1", "parent"), ("c1", "student")):
        delta.person(gone, role, "", "", status="tobedeleted")
    assert registry.bring(delta).removed_contacts == 1
    assert not registry.one(contacts, "p1")["active"]
    assert not registry.one(students, "c1")["active"]


def test_an_address_that_changes_is_a_new_version_of_it_but_case_is_no_change(registry: Registry) -> None:
    registry.bring(families(60))
    board = families(60)
    board.change("users.csv", "p1", email="other@famille.example")
    board.change("users.csv", "p2", email="PARENT2@famille.example")
    assert registry.bring(board).changed_addresses == 1
    versions = {key: registry.one(contacts, key)["email_version"] for key in ("p1", "p2", "p3")}
    assert versions == {"p1": 2, "p2": 1, "p3": 1}
    assert registry.one(contacts, "p1")["email_changed_at"]
    assert registry.one(contacts, "p2")["email_changed_at"] is None


def _new_addresses(count: int) -> Callable[[Board], None]:
    def change(board: Board) -> None:
        for number in range(1, count + 1):
            board.change("users.csv", f"p{number}", email=f"new{number}@famille.example")

    return change


def _gone(count: int) -> Callable[[Board], None]:
    def change(board: Board) -> None:
        for number in range(1, count + 1):
            board.remove(f"p{number}")

    return change


def _crowd(count: int) -> Callable[[Board], None]:
    def change(board: Board) -> None:
        for number in range(101, 101 + count):
            board.family(number)
            board.change("users.csv", f"p{number}", email="shared@famille.example")

    return change


def _student_domain(parent: str) -> Callable[[Board], None]:
    def change(board: Board) -> None:
        for number in range(1, 101):
            board.change("users.csv", f"c{number}", email=f"c{number}@eleves.example")
        board.family(101)
        board.change("users.csv", "p101", email=parent)

    return change


ALARMING = {
    "more than 2 % changed addresses": _new_addresses(3),
    "more than 5 % removed contacts": _gone(6),
    "one address on three contacts": _crowd(3),
    "a student-domain address on a parent": _student_domain("p101@ELEVES.example"),
}
HARMLESS = {
    "2 % changed addresses": _new_addresses(2),
    "5 % removed contacts": _gone(5),
    "one address on two contacts": _crowd(2),
    "another domain on a parent": _student_domain("p101@famille.example"),
}


@pytest.mark.parametrize("change", ALARMING)
def test_what_looks_wrong_waits_for_a_person_and_comes_in_once_approved(
    registry: Registry, change: str
) -> None:
    registry.bring(families(100))
    before = registry.in_force()
    board = families(100)
    ALARMING[change](board)
    assert len(registry.bring(board).holds) == 1
    assert registry.in_force() == before
    assert [row["reason"] for row in registry.rows(staff_items)] == ["roster_held"]
    assert len(registry.bring(board, approved_by="Chantal").holds) == 1
    assert registry.in_force() != before
    imports = [(row["state"], row["approved_by"]) for row in registry.rows(roster_imports)]
    assert imports == [("imported", None), ("held", None), ("imported", "Chantal")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", HARMLESS)
def test_what_is_usual_comes_in_by_itself(registry: Registry, change: str) -> None:
    registry.bring(families(100))
    before = registry.in_force()
    board = families(100)
    HARMLESS[change](board)
    assert registry.bring(board).holds == []
    assert registry.in_force() != before
    assert registry.rows(staff_items) == []


def test_a_delta_that_crowds_an_address_on_file_waits_as_well(registry: Registry) -> None:
    board = families(100)
    _crowd(2)(board)
    registry.bring(board)
    delta = Board(kind="delta")
    _crowd(1)(delta)
    delta.rows = {
        file: [{k: v.replace("101", "201") for k, v in row.items()} for row in rows]
        for file, rows in delta.rows.items()
    }
    assert len(registry.bring(delta).holds) == 1


def test_a_dry_run_reports_and_stores_nothing(registry: Registry) -> None:
    registry.bring(families(3))
    before = registry.everything()
    board = families(4)
    board.change("users.csv", "p1", email="other@famille.example")
    report = registry.bring(board, keep=False)
    assert (report.students, report.contacts, report.changed_addresses) == (4, 4, 1)
    assert report.holds
    assert registry.everything() == before
