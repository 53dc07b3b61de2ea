"""The families of a OneRoster folder (1.1 or 1.2, with contacts.csv), as the playground shows them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, str]
Json = dict[str, Any]
OF_AGE = 18
BOARD_TIME = ZoneInfo("America/Toronto")


def families(directory: Path) -> list[Json]:
    """Contacts and children grouped by the children they share, in the order of the files.

    Raises OSError where the folder lacks users.csv, orgs.csv, demographics.csv or contacts.csv.
    """
    users = {row["sourcedId"]: row for row in _rows(directory / "users.csv")}
    schools = {row["sourcedId"]: row["name"] for row in _rows(directory / "orgs.csv")}
    births = {row["sourcedId"]: row["birthDate"] for row in _rows(directory / "demographics.csv")}
    links = [row for row in _rows(directory / "contacts.csv") if row["contactSourcedId"] in users]
    groups = _groups(links)
    return [
        {
            "contacts": [_contact(users[contact], links) for contact in contacts],
            "children": [_child(users[child], schools, births) for child in children if child in users],
        }
        for contacts, children in groups
    ]


def codes(directory: Path) -> list[Json]:
    """The security codes that the school's system made: code, last name it goes with, expiry, contact."""
    users = {row["sourcedId"]: row for row in _rows(directory / "users.csv")}
    return [
        {
            "code": row["securityCode"],
            "last_name": users[row["contactSourcedId"]]["familyName"],
            "expires_at": row.get("codeExpiresAt") or "",
            "contact": row["contactSourcedId"],
        }
        for row in _rows(directory / "contacts.csv")
        if row.get("securityCode") and row["contactSourcedId"] in users
    ]


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: (value or "").strip() for name, value in row.items() if name}


def _groups(links: list[Row]) -> list[tuple[list[str], list[str]]]:
    """Contacts and children that are connected, however indirectly."""
    leader: dict[str, str] = {}

    def find(node: str) -> str:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for row in links:
        leader[find(row["studentSourcedId"])] = find(row["contactSourcedId"])
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for row in links:
        contacts, children = groups.setdefault(find(row["contactSourcedId"]), ([], []))
        if row["contactSourcedId"] not in contacts:
            contacts.append(row["contactSourcedId"])
        if row["studentSourcedId"] not in children:
            children.append(row["studentSourcedId"])
    return list(groups.values())


def _contact(user: Row, links: list[Row]) -> Json:
    own = [row for row in links if row["contactSourcedId"] == user["sourcedId"]]
    return {
        "sourcedId": user["sourcedId"],
        "first_name": user["givenName"],
        "last_name": user["familyName"],
        "email": user["email"] or None,
        "account_state": own[0]["accountState"],
        "portal_access": any(row["portalAccess"].lower() in ("true", "1", "yes") for row in own),
        "restriction": next((row["restriction"] for row in own if row["restriction"]), None),
    }


def _child(user: Row, schools: dict[str, str], births: dict[str, str]) -> Json:
    born = births.get(user["sourcedId"]) or None
    school = user.get("primaryOrgSourcedId") or user.get("orgSourcedIds", "").partition(",")[0].strip()
    return {
        "sourcedId": user["sourcedId"],
        "first_name": user["givenName"],
        "last_name": user["familyName"],
        "birth_date": born,
        "school": schools.get(school, ""),
        "student_adult": born is not None and _is_adult(date.fromisoformat(born)),
    }


def _is_adult(born: date) -> bool:
    today = datetime.now(UTC).astimezone(BOARD_TIME).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= OF_AGE
