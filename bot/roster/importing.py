"""Reading a bundle into a draft, and what must be approved by a person before it comes into force."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from bot.ports import RosterComparison, RosterDraft, Staged
from bot.roster import people
from bot.roster.bundle import FILES, Bundle, Progress
from bot.roster.people import Sealer
from bot.roster.report import Report

BATCH = 5000
"""Rows handed to the database at once: memory stays flat."""
MOST_CHANGED = 0.02
MOST_REMOVED = 0.05
_READERS = {
    "orgs.csv": people.schools,
    "users.csv": people.people,
    "roles.csv": people.roles,
    "demographics.csv": people.births,
    "contacts.csv": people.side,
}


def read(bundle: Bundle, draft: RosterDraft, seal: Sealer, progress: Progress) -> Report:
    """Stage the whole bundle and compare it with what is in force. Raises SettingsError for a broken file."""
    report = Report(version=bundle.version)
    for name in FILES:
        _stage_file(name, bundle, draft, seal, report, progress)
    _judge(draft.compare(delta=bundle.is_delta), report)
    return report


def digest(path: Path) -> str:
    """The same for the same bytes, however large."""
    total = hashlib.sha256()
    files = [path] if path.is_file() else [path / name for name in (*FILES, "manifest.csv")]
    for file in files:
        if file.is_file():
            with file.open("rb") as lines:
                total.update(file.name.encode())
                while block := lines.read(1 << 20):
                    total.update(block)
    return total.hexdigest()


def _stage_file(
    name: str, bundle: Bundle, draft: RosterDraft, seal: Sealer, report: Report, progress: Progress
) -> None:
    waiting: dict[Staged, list[Mapping[str, object]]] = defaultdict(list)
    for row in bundle.rows(name, report, progress):
        for table, values in _READERS[name](row, report, seal):
            waiting[table].append(values)
            if len(waiting[table]) >= BATCH:
                draft.stage(table, waiting.pop(table))
    for table, rows in waiting.items():
        draft.stage(table, rows)


def _judge(found: RosterComparison, report: Report) -> None:
    report.students, report.contacts = found.students, found.contacts
    report.changed_addresses, report.removed_contacts = found.changed_addresses, found.removed_contacts
    if found.one_sided_links:
        report.counted["link listed by one side only"] += found.one_sided_links
    if found.links_to_nobody:
        report.counted["link to a user who is not in the bundle"] += found.links_to_nobody
    before = found.contacts_before
    if found.changed_addresses > MOST_CHANGED * before:
        report.holds.append(f"{found.changed_addresses} of {before} addresses change")
    if found.removed_contacts > MOST_REMOVED * before:
        report.holds.append(f"{found.removed_contacts} of {before} contacts are gone")
    if found.crowded_addresses:
        report.holds.append(f"{found.crowded_addresses} addresses stand on more than two contacts")
    if found.parents_at_student_domain:
        report.holds.append(
            f"{found.parents_at_student_domain} parents have an address of the students' domain"
        )
