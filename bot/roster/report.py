"""What an import found, said so that whoever made the bundle can mend it. Holds no personal data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MOST_SHOWN = 200
"""Findings kept one by one; further ones are only counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, and where: `line` counts from 1, the header's line."""

    file: str
    line: int
    column: str
    what: str
    remedy: str


@dataclass(slots=True)
class Report:
    """Findings and figures of one import."""

    findings: list[Finding] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    """How many findings of each kind (`what`)."""
    rows: Counter[str] = field(default_factory=Counter)
    """Rows read, by file."""
    holds: list[str] = field(default_factory=list)
    """Why a person must approve before this roster comes into force."""
    version: str = ""
    students: int = 0
    contacts: int = 0
    changed_addresses: int = 0
    removed_contacts: int = 0

    def note(self, file: str, line: int, column: str, what: str, remedy: str) -> None:
        self.counted[what] += 1
        if len(self.findings) < MOST_SHOWN:
            self.findings.append(Finding(file, line, column, what, remedy))

    def as_json(self) -> dict[str, object]:
        """For the table of imports."""
        return {
            "version": self.version,
            "rows": dict(self.rows),
            "found": dict(self.counted),
            "holds": list(self.holds),
            "students": self.students,
            "contacts": self.contacts,
            "changed_addresses": self.changed_addresses,
            "removed_contacts": self.removed_contacts,
        }
