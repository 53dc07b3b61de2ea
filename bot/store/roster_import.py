"""Bringing a roster in: rows are staged as they are read, then merged by the database itself.

Memory stays flat however large the board is, and all of it is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Boolean, Column, Connection, Date, Index, MetaData, Table, Text, insert, text

from bot.ports import RosterComparison, RosterDraft, Staged
from bot.store import journal, roster_sql, staff_items
from bot.store.database import now
from bot.store.roster import IMPORTED
from bot.store.schema import Micros, roster_imports
from bot.store.upsert import insert_or

Outcome = TypeVar("Outcome")

HELD = "held"
staging = MetaData()


def _stage(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(f"staged_{name}", staging, *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")


staged_schools = _stage("schools", Column("id", Text, primary_key=True), Column("name", Text))
staged_people = _stage(
    "people",
    Column("id", Text, primary_key=True),
    Column("active", Boolean),
    Column("role", Text),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("preferred_first_name", Text),
    Column("preferred_last_name", Text),
    Column("email", Text),
    Column("email_key", Text, index=True),
    Column("domain", Text),
    Column("school", Text),
)
staged_roles = _stage(
    "roles", Column("person", Text, index=True), Column("role", Text), Column("school", Text)
)
staged_births = _stage("births", Column("id", Text, primary_key=True), Column("day", Date))
staged_links = _stage(
    "links",
    Column("person", Text),
    Column("agent", Text),
    Index("ix_staged_links_person", "person"),
    Index("ix_staged_links_agent", "agent"),
)
staged_side = _stage(
    "side",
    Column("student", Text, primary_key=True),
    Column("contact", Text, primary_key=True, index=True),
    Column("relationship", Text),
    Column("portal_access", Boolean),
    Column("restriction", Text),
    Column("account_state", Text),
    Column("sealed_code", Text),
    Column("url", Text),
    Column("expires_at", Micros),
    Column("language", Text),
)
staged_bonds = _stage(
    "bonds",
    Column("student", Text, primary_key=True),
    Column("contact", Text, primary_key=True, index=True),
    Column("relationship", Text),
)
"""Who is linked to whom, from both sides' agentSourcedIds and the side file."""
staged_contacts = _stage("contacts", Column("id", Text, primary_key=True))
"""The people who are contacts."""


TABLES = {
    Staged.SCHOOLS: staged_schools,
    Staged.PEOPLE: staged_people,
    Staged.ROLES: staged_roles,
    Staged.BIRTHS: staged_births,
    Staged.LINKS: staged_links,
    Staged.SIDE: staged_side,
}


class Draft:
    """Implements ports.RosterDraft over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        staging.drop_all(connection)
        staging.create_all(connection)

    def stage(self, table: Staged, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            adding = insert_or(self._connection, TABLES[table]).on_conflict_do_nothing()
            self._connection.execute(adding, list(rows))

    def compare(self, *, delta: bool) -> RosterComparison:
        for statement in (*(roster_sql.KNOWN if delta else ()), *roster_sql.PREPARE):
            self._connection.execute(text(statement))
        counts = {
            name: self._connection.execute(text(query)).scalar_one()
            for name, query in roster_sql.COUNTS.items()
        }
        told_to_go = counts.pop("told_to_go")
        if delta:  # Whoever a delta does not name stays.
            counts["removed_contacts"] = told_to_go
        return RosterComparison(**counts)

    def merge(self, *, delta: bool) -> None:
        at = now(self._connection)
        for statement in (*(() if delta else roster_sql.RETIRE), *roster_sql.MERGE):
            self._connection.execute(text(statement), {"at": at} if ":at" in statement else {})

    def finish(
        self, digest: str, report: Mapping[str, object], approved_by: str | None, *, held: bool
    ) -> None:
        at = now(self._connection)
        row = {
            "at": at,
            "digest": digest,
            "state": HELD if held else IMPORTED,
            "report": json.dumps(report, sort_keys=True),
            "approved_by": approved_by,
        }
        self._connection.execute(insert(roster_imports).values(row))
        staging.drop_all(self._connection)
        if held:
            staff_items.open_item(self._connection, None, "roster_held", at)
        figures = {"held": held, "students": report["students"], "contacts": report["contacts"]}
        journal.append(self._connection, at, "roster.held" if held else "roster.imported", data=figures)


def draft(connection: Connection, use: Callable[[RosterDraft], Outcome], *, keep: bool) -> Outcome:
    """Let `use` fill a draft; without `keep` nothing of it stays."""
    savepoint = connection.begin_nested()
    outcome = use(Draft(connection))
    if keep:
        savepoint.commit()
    else:
        savepoint.rollback()
    return outcome
