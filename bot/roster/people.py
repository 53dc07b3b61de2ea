"""From rows of text to what is staged: odd spellings understood, what cannot be understood noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime

from bot.ports import Staged
from bot.roster.bundle import Row
from bot.roster.report import Report

Sealer = Callable[[str], str]
Values = tuple[Staged, Mapping[str, object]]
ACCOUNT_STATES = frozenset({"none", "invited", "self_created", "active"})
YES = frozenset({"true", "1", "yes", "y", "oui"})
NO = frozenset({"false", "0", "no", "n", "non", ""})
ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")
GONE = frozenset({"tobedeleted", "inactive"})


def schools(row: Row, _report: Report, _seal: Sealer) -> Iterator[Values]:
    """An org. A department is taken for a school too: real bundles name them so."""
    if row["type"].lower() in {"school", "department", ""}:
        yield Staged.SCHOOLS, {"id": row["sourcedId"], "name": row["name"]}


def people(row: Row, report: Report, _seal: Sealer) -> Iterator[Values]:
    """A user, and the links that it lists."""
    person = row["sourcedId"]
    is_gone = row["status"].lower() in GONE
    if not person or not (row["givenName"] or row["familyName"] or is_gone):
        report.note(
            "users.csv", row.line, "sourcedId", "user without id or name", "give it both, or remove it"
        )
        return
    email = _address(row, report)
    yield (
        Staged.PEOPLE,
        {
            "id": person,
            "active": not is_gone and row["enabledUser"].lower() not in NO - {""},
            "role": row["role"].lower(),
            "first_name": row["givenName"],
            "last_name": row["familyName"],
            "preferred_first_name": row["preferredGivenName"] or None,
            "preferred_last_name": row["preferredFamilyName"] or None,
            "email": email,
            "email_key": email.casefold() if email else None,
            "domain": email.casefold().rpartition("@")[2] if email else None,
            "school": row["primaryOrgSourcedId"] or _several(row["orgSourcedIds"])[0],
        },
    )
    for agent in _several(row["agentSourcedIds"]):
        if agent:
            yield Staged.LINKS, {"person": person, "agent": agent}


def roles(row: Row, _report: Report, _seal: Sealer) -> Iterator[Values]:
    """A role of 1.2."""
    if row["status"].lower() not in GONE:
        yield (
            Staged.ROLES,
            {"person": row["userSourcedId"], "role": row["role"].lower(), "school": row["orgSourcedId"]},
        )


def births(row: Row, report: Report, _seal: Sealer) -> Iterator[Values]:
    """A birth date; nothing else of the demographics is looked at."""
    if not row["birthDate"]:
        return
    day = _day(row["birthDate"])
    if day is None:
        report.note(
            "demographics.csv", row.line, "birthDate", "unreadable birth date", "write it as 2015-09-03"
        )
        return
    yield Staged.BIRTHS, {"id": row["sourcedId"], "day": day}


def side(row: Row, report: Report, seal: Sealer) -> Iterator[Values]:
    """What OneRoster has no place for: access, restriction, account and code."""
    state = row["accountState"].lower() or "none"
    if state not in ACCOUNT_STATES:
        report.note(
            "contacts.csv", row.line, "accountState", "unknown account state",
            "write none, invited, self_created or active; taken as none",
        )  # fmt: skip
        state = "none"
    access = row["portalAccess"].lower()
    if access not in YES | NO:
        report.note(
            "contacts.csv",
            row.line,
            "portalAccess",
            "unclear portal access",
            "write true or false; taken as false",
        )
    yield (
        Staged.SIDE,
        {
            "student": row["studentSourcedId"],
            "contact": row["contactSourcedId"],
            "relationship": row["relationship"],
            "portal_access": access in YES,
            "restriction": row["restriction"] or None,
            "account_state": state,
            "sealed_code": seal(row["securityCode"]) if row["securityCode"] else None,
            "url": row["invitationUrl"] or None,
            "expires_at": _expiry(row, report),
            "language": row["language"].lower()[:2] or None,
        },
    )


def _address(row: Row, report: Report) -> str | None:
    email = row["email"]
    if not email:
        return None
    if not ADDRESS.fullmatch(email):
        report.note("users.csv", row.line, "email", "unreadable address", "write one bare address")
        return None
    return email


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",")]


def _day(text: str) -> date | None:
    """ISO 8601, or year last with day and month where only one order is possible or both are the same.

    US exports write 1/05/2023: of an ambiguous pair nobody can tell, so it is not taken.
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    if not parts:
        return None
    first, second, year = (int(part) for part in parts.groups())
    readings = set()
    for day, month in ((first, second), (second, first)):
        try:
            readings.add(date(year, month, day))
        except ValueError:
            continue
    return readings.pop() if len(readings) == 1 else None


def _expiry(row: Row, report: Report) -> int | None:
    text = row["codeExpiresAt"]
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        report.note(
            "contacts.csv", row.line, "codeExpiresAt", "unreadable expiry", "write it as 2026-12-31T23:59:00Z"
        )
        # A code of which nobody can tell whether it still works is not sent.
        return 0
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000_000)
