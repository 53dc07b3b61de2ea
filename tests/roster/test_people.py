"""What is made of the cells of a row, and what is told of those that cannot be understood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from bot.ports import Staged
from bot.roster import people
from bot.roster.bundle import Row
from bot.roster.report import MOST_SHOWN, Report

LINE = 7


def seal(plain: str) -> str:
    return f"sealed {plain}"


def staged(reader: str, **cells: str) -> tuple[dict[Staged, Mapping[str, object]], list[str]]:
    """What one row of a file brings, and the columns that were found fault with."""
    report = Report()
    found = dict(getattr(people, reader)(Row(LINE, cells), report, seal))
    assert all(finding.line == LINE and finding.what and finding.remedy for finding in report.findings)
    return found, [finding.column for finding in report.findings]


DAYS = {
    "2015-09-03": date(2015, 9, 3),
    "2015-09-03T00:00:00.000Z": date(2015, 9, 3),
    "13/05/2015": date(2015, 5, 13),
    "5/13/2015": date(2015, 5, 13),
    "5.5.2015": date(2015, 5, 5),
}


@pytest.mark.parametrize("text", DAYS)
def test_a_birth_date_with_one_reading_is_taken(text: str) -> None:
    found, faults = staged("births", sourcedId="c1", birthDate=text)
    assert found == {Staged.BIRTHS: {"id": "c1", "day": DAYS[text]}}
    assert faults == []


@pytest.mark.parametrize("text", ["1/05/2023", "31/02/2015", "2015-13-01", "15-9-3", "soon"])
def test_a_birth_date_that_nobody_can_tell_is_told_and_not_taken(text: str) -> None:
    assert staged("births", sourcedId="c1", birthDate=text) == ({}, ["birthDate"])


@pytest.mark.parametrize(
    ("cells", "active"),
    [
        ({"status": "active"}, True),
        ({"status": ""}, True),
        ({"status": "inactive"}, False),
        ({"status": "ToBeDeleted"}, False),
        ({"enabledUser": "TRUE"}, True),
        ({"enabledUser": "false"}, False),
    ],
)
def test_a_user_is_active_unless_the_row_says_otherwise(cells: dict[str, str], active: bool) -> None:
    found, _ = staged("people", sourcedId="c1", givenName="Aïcha", **cells)
    assert found[Staged.PEOPLE]["active"] is active


@pytest.mark.parametrize("email", ["fatou", "Fatou <f@x.example>", "f@x.example, g@x.example", "f@localhost"])
def test_what_is_no_bare_address_is_told_and_not_taken(email: str) -> None:
    found, faults = staged("people", sourcedId="p1", givenName="Fatou", email=email)
    assert found[Staged.PEOPLE]["email"] is None
    assert faults == ["email"]


@pytest.mark.parametrize("cells", [{"givenName": "Fatou"}, {"sourcedId": "p1"}])
def test_a_user_without_id_or_name_is_told_and_left_out(cells: dict[str, str]) -> None:
    assert staged("people", **cells) == ({}, ["sourcedId"])


@pytest.mark.parametrize(("kind", "taken"), [("school", True), ("department", True), ("district", False)])
def test_a_department_is_taken_for_a_school_and_a_district_is_not(kind: str, taken: bool) -> None:
    found, _ = staged("schools", sourcedId="s1", name="École", type=kind)
    assert bool(found) is taken


@pytest.mark.parametrize(
    ("cells", "column", "value", "faults"),
    [
        ({}, "portal_access", False, []),
        ({"portalAccess": "Oui"}, "portal_access", True, []),
        ({"portalAccess": "0"}, "portal_access", False, []),
        ({"portalAccess": "perhaps"}, "portal_access", False, ["portalAccess"]),
        ({}, "account_state", "none", []),
        ({"accountState": "Self_Created"}, "account_state", "self_created", []),
        ({"accountState": "asleep"}, "account_state", "none", ["accountState"]),
        ({}, "expires_at", None, []),
        ({"codeExpiresAt": "1970-01-01T00:00:01Z"}, "expires_at", 1_000_000, []),
        ({"codeExpiresAt": "1970-01-01T00:00:01-05:00"}, "expires_at", 18_001_000_000, []),
        ({"codeExpiresAt": "tomorrow"}, "expires_at", 0, ["codeExpiresAt"]),
        ({}, "sealed_code", None, []),
        ({"securityCode": "K7"}, "sealed_code", "sealed K7", []),
        ({}, "restriction", None, []),
        ({"language": "FR-CA"}, "language", "fr", []),
    ],
)
def test_the_side_file_is_read_with_caution(
    cells: dict[str, str], column: str, value: object, faults: list[str]
) -> None:
    found, told = staged("side", studentSourcedId="c1", contactSourcedId="p1", **cells)
    assert found[Staged.SIDE][column] == value
    assert told == faults


def test_of_a_thousand_faults_all_are_counted_and_some_are_shown() -> None:
    report = Report()
    for line in range(1000):
        report.note("users.csv", line, "email", "unreadable", "mend it")
    assert report.counted == {"unreadable": 1000}
    assert len(report.findings) == MOST_SHOWN
