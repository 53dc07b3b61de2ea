"""Small boards as OneRoster bundles, folder or zip, and what became of them in the database."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Table, select

from bot.board import bring_in
from bot.roster.report import Report
from bot.settings import Settings
from bot.store.database import Database
from bot.store.schema import contacts, guardianships, invitations, metadata, schools, students

SETTINGS = Settings(secret_key="a secret of the tests, 32 characters or more")
ROSTER = (schools, students, contacts, guardianships, invitations)

Row = dict[str, str]
Pack = Callable[[Path, Mapping[str, bytes]], Path]


@dataclass
class Board:
    """Rows by file. A bundle of it holds a column for every cell that any row of the file has."""

    version: str = "1.2"
    kind: str = "bulk"
    rows: dict[str, list[Row]] = field(
        default_factory=lambda: {
            "orgs.csv": [
                {"sourcedId": "s1", "status": "active", "name": "École Jeanne-Sauvé", "type": "school"}
            ],
            "users.csv": [],
            "roles.csv": [],
            "demographics.csv": [],
            "contacts.csv": [],
        }
    )

    def person(self, sourced_id: str, role: str, first: str, last: str, **cells: str) -> None:
        user = {"sourcedId": sourced_id, "status": "active", "enabledUser": "true", "agentSourcedIds": ""}
        user |= {"givenName": first, "familyName": last, "email": ""}
        if self.version == "1.1":
            user |= {"role": role, "orgSourcedIds": "s1"}
        else:
            user |= {"primaryOrgSourcedId": "s1"}
            self.rows["roles.csv"].append({"userSourcedId": sourced_id, "role": role, "orgSourcedId": "s1"})
        self.rows["users.csv"].append(user | cells)

    def student(self, sourced_id: str, first: str, last: str, born: str = "2015-09-03", **cells: str) -> None:
        self.person(sourced_id, "student", first, last, **cells)
        self.rows["demographics.csv"].append({"sourcedId": sourced_id, "birthDate": born})

    def parent(self, sourced_id: str, first: str, last: str, email: str, **cells: str) -> None:
        self.person(sourced_id, "parent", first, last, email=email, **cells)

    def side(self, student: str, contact: str, **cells: str) -> None:
        row = {"studentSourcedId": student, "contactSourcedId": contact, "relationship": "mother"}
        row |= {"portalAccess": "true", "accountState": "invited", "securityCode": f"CODE-{contact}"}
        self.rows["contacts.csv"].append(row | cells)

    def family(self, number: int, **cells: str) -> None:
        """One child, one parent, each listing the other."""
        child, parent = f"c{number}", f"p{number}"
        self.student(child, "Aïcha", f"Roy{number}", agentSourcedIds=parent)
        mailbox = f"parent{number}@famille.example"
        self.parent(parent, "Fatou", f"Diallo{number}", mailbox, agentSourcedIds=child)
        self.side(child, parent, **cells)

    def change(self, file: str, sourced_id: str, **cells: str) -> None:
        for row in self.rows[file]:
            if sourced_id in {row.get("sourcedId"), row.get("contactSourcedId")}:
                row.update(cells)

    def remove(self, sourced_id: str) -> None:
        for file, rows in self.rows.items():
            self.rows[file] = [
                row
                for row in rows
                if not any(cell == sourced_id for column, cell in row.items() if column != "agentSourcedIds")
            ]

    def files(self) -> dict[str, bytes]:
        made = {name: table(rows) for name, rows in self.rows.items() if rows}
        kinds = "".join(f"file.{name.removesuffix('.csv')},{self.kind}\r\n" for name in made)
        head = f"propertyName,value\r\noneroster.version,{self.version}\r\n"
        return {"manifest.csv": (head + kinds).encode(), **made}


def families(count: int, version: str = "1.2") -> Board:
    made = Board(version)
    for number in range(1, count + 1):
        made.family(number)
    return made


def table(rows: list[Row]) -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def as_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def as_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


@dataclass
class Registry:
    """A database and the boards brought into it."""

    database: Database
    folder: Path
    _count: int = 0

    def bring(
        self,
        board: Board | Mapping[str, bytes] | Path,
        *,
        approved_by: str | None = None,
        keep: bool = True,
    ) -> Report:
        return bring_in(SETTINGS, self.database, self.path(board), approved_by=approved_by, keep=keep)

    def path(self, board: Board | Mapping[str, bytes] | Path) -> Path:
        if isinstance(board, Path):
            return board
        self._count += 1
        files = board.files() if isinstance(board, Board) else board
        return as_folder(self.folder / f"bundle-{self._count}", files)

    def rows(self, of: Table) -> list[dict[str, object]]:
        def query(connection: Connection) -> list[dict[str, object]]:
            rows = connection.execute(select(of).order_by(*of.primary_key.columns))
            return [dict(row._mapping) for row in rows]

        return self.database.transact(query)

    def in_force(self) -> dict[str, list[dict[str, object]]]:
        """Every row of the roster. Codes are left out: a code sealed again is other text."""
        found = {of.name: self.rows(of) for of in ROSTER}
        for invitation in found["invitations"]:
            del invitation["sealed_code"]
        return found

    def links(self) -> set[tuple[object, object]]:
        return {(row["student"], row["contact"]) for row in self.rows(guardianships)}

    def one(self, of: Table, key: str) -> dict[str, object]:
        """The row of which this is the key, or the contact's part of it."""
        [row] = [each for each in self.rows(of) if key in {each.get("sourced_id"), each.get("contact")}]
        return row

    def everything(self) -> str:
        """All that every table holds, as one text."""
        return "\n".join(str(row) for of in metadata.sorted_tables for row in self.rows(of))
