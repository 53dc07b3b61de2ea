"""A OneRoster CSV bundle, folder or zip, as rows of text (1EdTech OneRoster 1.1 and 1.2, CSV binding).

Only files and columns that are named here are ever read; of a zip nothing is written to disk.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from bot.errors import SettingsError
from bot.roster.report import Report

LARGEST_FILE = 4 * 1024**3
LARGEST_RATIO = 200
"""Of a file in a zip to its compressed size: rosters reach about 20."""
LONGEST_CELL = 100_000
FILES: Mapping[str, frozenset[str]] = {
    "orgs.csv": frozenset({"sourcedId", "status", "name", "type"}),
    "users.csv": frozenset(
        {
            "sourcedId",
            "status",
            "enabledUser",
            "role",
            "orgSourcedIds",
            "primaryOrgSourcedId",
            "givenName",
            "familyName",
            "preferredGivenName",
            "preferredFamilyName",
            "email",
            "agentSourcedIds",
        }
    ),
    "roles.csv": frozenset({"userSourcedId", "status", "role", "roleType", "orgSourcedId"}),
    "demographics.csv": frozenset({"sourcedId", "status", "birthDate"}),
    "contacts.csv": frozenset(
        {
            "studentSourcedId",
            "contactSourcedId",
            "relationship",
            "portalAccess",
            "restriction",
            "accountState",
            "securityCode",
            "invitationUrl",
            "codeExpiresAt",
            "language",
        }
    ),
}
"""The files read and the columns taken; passwords, health, race and all else never leave the bundle."""
SPELLINGS = {
    "prefferedGivenName": "preferredGivenName",
    "prefferedFamilyName": "preferredFamilyName",
    "birthdate": "birthDate",
}
"""Headers that real bundles misspell."""
NEEDED = ("orgs.csv", "users.csv", "demographics.csv")
NEEDED_OF_DELTA = ("users.csv",)
UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What a file without permission, a damaged zip and one with a password (RuntimeError) raise."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `cells` by column, stripped; columns that the file lacks are empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


class Source(Protocol):
    """Where the bytes of a bundle lie."""

    def size(self, name: str) -> int | None: ...
    def open(self, name: str) -> IO[bytes]: ...


class Folder:
    """A bundle as a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, name: str) -> int | None:
        file = self._path / name
        return file.stat().st_size if file.is_file() else None

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class Zip:
    """A bundle as a zip. Names other than the fixed ones are never looked at."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise SettingsError(f"{path.name} is no zip that can be read: export the roster again") from error

    def size(self, name: str) -> int | None:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        if info.file_size > LARGEST_FILE or info.file_size > LARGEST_RATIO * max(info.compress_size, 1024):
            raise SettingsError(
                f"{name} is suspiciously large inside the zip: unpack it and look, or export again"
            )
        return info.file_size

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)


class Bundle:
    """The files of a bundle. Raises SettingsError for one that is none."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise SettingsError(f"{path} does not exist: name the folder or zip of the OneRoster export")
        self._source: Source = Folder(path) if path.is_dir() else Zip(path)
        self.manifest = self._manifest()
        needed = NEEDED_OF_DELTA if self.is_delta else NEEDED
        absent = [name for name in needed if not self.has(name)]
        if absent:
            raise SettingsError(
                f"{path.name} lacks {', '.join(absent)}: export these OneRoster files as well"
            )

    @property
    def version(self) -> str:
        return self.manifest.get("oneroster.version") or ("1.2" if self.has("roles.csv") else "1.1")

    @property
    def is_delta(self) -> bool:
        """Whether the users file holds changes only."""
        return self.manifest.get("file.users", "bulk").lower() == "delta"

    def has(self, name: str) -> bool:
        kind = self.manifest.get(f"file.{name.removesuffix('.csv')}", "bulk").lower()
        return kind != "absent" and self._source.size(name) is not None

    def total(self) -> int:
        """Bytes of all files that are read: the length of the progress bar."""
        return sum(self._source.size(name) or 0 for name in FILES if self.has(name))

    def rows(self, name: str, report: Report, progress: Progress) -> Iterator[Row]:
        """The rows of one file, oddities noted. Raises SettingsError where the file is no CSV in UTF-8."""
        if not self.has(name):
            return
        with self._reader(name) as (reader, raw):
            yield from _rows(name, reader, report, raw, progress)

    @contextmanager
    def _reader(self, name: str) -> Iterator[tuple[Reader, IO[bytes]]]:
        csv.field_size_limit(LONGEST_CELL)
        try:
            with self._source.open(name) as raw:
                lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
                # Not strict, a quote that is never closed would swallow the rest of the file as one cell.
                with _told(name, csv.reader(lines, strict=True)) as reader:
                    yield reader, raw
        except UNREADABLE as error:
            raise SettingsError(
                f"{name} cannot be read: check its permissions, or export again without a password"
            ) from error

    def _manifest(self) -> dict[str, str]:
        if self._source.size("manifest.csv") is None:
            return {}
        with self._reader("manifest.csv") as (reader, _):
            pairs = [row for row in reader if len(row) > 1]
        return {row[0].strip(): row[1].strip() for row in pairs}


class Reader(Protocol):
    """What csv.reader gives."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@contextmanager
def _told(name: str, reader: Reader) -> Iterator[Reader]:
    """Say in which line the text is no CSV in UTF-8."""
    try:
        yield reader
    except csv.Error as error:
        raise SettingsError(f"{name}, line {reader.line_num}: {error}: mend that line") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{name}, after line {reader.line_num}: not UTF-8: export the roster in UTF-8"
        ) from error


class Progress(Protocol):
    """Told how many bytes of all files were read."""

    def __call__(self, file: str, position: int) -> None: ...


EVERY = 2000
"""Rows between two words to the progress bar."""


def _rows(name: str, reader: Reader, report: Report, raw: IO[bytes], progress: Progress) -> Iterator[Row]:
    header = [SPELLINGS.get(cell.strip(), cell.strip()) for cell in next(reader, [])]
    wanted = [(place, column) for place, column in enumerate(header) if column in FILES[name]]
    if not wanted:
        raise SettingsError(f"{name}: its first line names no OneRoster column: export it with its header")
    following = reader.line_num + 1
    for cells in reader:
        line, following = following, reader.line_num + 1
        if not any(cells):
            continue
        if "\0" in "".join(cells):  # PostgreSQL keeps no text with one
            raise csv.Error("a zero byte")
        if len(cells) < len(header):
            report.note(name, line, header[-1], "row is short", "fill the row up to the last column")
        report.rows[name] += 1
        if report.rows[name] % EVERY == 0:
            progress(name, raw.tell())
        yield Row(line, {column: cells[place].strip() for place, column in wanted if place < len(cells)})
