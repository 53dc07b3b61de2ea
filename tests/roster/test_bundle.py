"""Reading a bundle: the oddities of real ones, where each finding points, and zips that mean harm."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.roster.bundle import EVERY, Bundle, Progress, Row
from bot.roster.report import Report
from tests.roster.boards import Board, as_folder, as_zip, families

Files = dict[str, bytes]
NAMES = ("orgs.csv", "users.csv", "roles.csv", "demographics.csv", "contacts.csv")


def read(
    path: Path, progress: Progress = lambda _file, _position: None
) -> tuple[dict[str, list[Row]], Report]:
    bundle = Bundle(path)
    report = Report(version=bundle.version)
    return {name: list(bundle.rows(name, report, progress)) for name in NAMES}, report


def values(path: Path) -> Iterator[Mapping[str, Mapping[str, str]]]:
    for rows in read(path)[0].values():
        for row in rows:
            yield {"cells": {column: cell for column, cell in row.cells.items() if cell}}


def _every_file(change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: {name: change(content) for name, content in files.items()}


def _more(name: str, content: str) -> Callable[[Files], Files]:
    return lambda files: {**files, name: content.encode()}


def _columns(**cells: str) -> Callable[[Files], Files]:
    def add(files: Files) -> Files:
        return {
            name: _with_columns(files[name], cells) if name != "manifest.csv" else files[name]
            for name in files
        }

    return add


def _with_columns(content: bytes, cells: Mapping[str, str]) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    lines = io.StringIO(newline="")
    added = [list(cells), *([*cells.values()] for _ in rows[1:])]
    csv.writer(lines).writerows([*row, *more] for row, more in zip(rows, added, strict=True))
    return lines.getvalue().encode()


ODDITIES = {
    "begins with a BOM": _every_file(lambda content: b"\xef\xbb\xbf" + content),
    "ends its lines with LF": _every_file(lambda content: content.replace(b"\r\n", b"\n")),
    "has no final newline": _every_file(bytes.rstrip),
    "has empty lines": _every_file(lambda content: content.replace(b"\r\n", b"\r\n\r\n")),
    "has spaces around its headers": _every_file(lambda content: content.replace(b"sourcedId,", b" sourcedId ,")),
    "has columns of its own": _columns(**{"metadata.ministry.oen": "123", "dataLastModified": "1/05/2023"}),
    "has a file of profiles": _more("userprofiles.csv", "sourcedId,profileType\r\nx,y\r\n"),
    "enrols users who are not there": _more("enrollments.csv", "sourcedId,userSourcedId\r\ne1,nobody\r\n"),
    "calls no file's kind": _more("manifest.csv", "propertyName,value\r\noneroster.version,1.2\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("oddity", ODDITIES)
def test_a_bundle_reads_the_same_when_it(tmp_path: Path, oddity: str) -> None:
    files = families(3).files()
    plain, odd = as_folder(tmp_path / "plain", files), as_folder(tmp_path / "odd", ODDITIES[oddity](files))
    assert list(values(odd)) == list(values(plain))
    assert read(odd)[1].findings == []


def test_a_header_that_real_bundles_misspell_is_understood(tmp_path: Path) -> None:
    board = Board()
    board.student("c1", "Aïcha", "Roy", prefferedGivenName="Aïsha")
    assert read(as_folder(tmp_path / "b", board.files()))[0]["users.csv"][0]["preferredGivenName"] == "Aïsha"


def test_a_short_row_is_read_as_far_as_it_goes_and_told_with_its_place_and_remedy(tmp_path: Path) -> None:
    files = families(3).files()
    lines = files["contacts.csv"].split(b"\r\n")
    lines[2] = lines[2].rpartition(b",")[0]
    rows, report = read(as_folder(tmp_path / "b", {**files, "contacts.csv": b"\r\n".join(lines)}))
    assert [row["contactSourcedId"] for row in rows["contacts.csv"]] == ["p1", "p2", "p3"]
    assert [row["securityCode"] for row in rows["contacts.csv"]] == ["CODE-p1", "", "CODE-p3"]
    [found] = report.findings
    assert (found.file, found.line, found.column) == ("contacts.csv", 3, "securityCode")
    assert found.remedy


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    board = families(1)
    board.change("users.csv", "c1", middleName="two\nlines")
    board.family(2)
    rows, _ = read(as_folder(tmp_path / "b", board.files()))
    assert [row.line for row in rows["users.csv"]] == [2, 4, 5, 6]


@pytest.mark.parametrize(("version", "told"), [("1.1", "1.1"), ("1.2", "1.2")])
def test_the_version_is_told_even_without_a_manifest(tmp_path: Path, version: str, told: str) -> None:
    files = families(1, version=version).files()
    del files["manifest.csv"]
    assert Bundle(as_folder(tmp_path / "b", files)).version == told


def test_a_file_that_the_manifest_calls_absent_is_not_read(tmp_path: Path) -> None:
    files = families(1).files()
    files["manifest.csv"] = files["manifest.csv"].replace(b"file.contacts,bulk", b"file.contacts,absent")
    assert read(as_folder(tmp_path / "b", files))[0]["contacts.csv"] == []


def test_the_progress_bar_moves_on_and_knows_its_end(tmp_path: Path) -> None:
    board = families(1)
    board.rows["demographics.csv"] = [{"sourcedId": f"c{number}"} for number in range(3 * EVERY)]
    path = as_zip(tmp_path / "b.zip", board.files())
    positions: list[int] = []
    read(path, lambda file, position: positions.append(position) if file == "demographics.csv" else None)
    assert len(positions) == 3
    assert sorted(positions) == positions
    assert 0 < positions[0] <= positions[-1] <= Bundle(path).total()


STRANGE = (
    "../users.csv",
    "/etc/passwd",
    "..\\users.csv",
    "C:\\users.csv",
    "deep/../../users.csv",
    "users.exe",
)


def test_names_that_a_zip_should_not_hold_are_never_looked_at(tmp_path: Path) -> None:
    files = families(1).files()
    path = as_zip(tmp_path / "b.zip", {**files, **dict.fromkeys(STRANGE, b"sourcedId\r\nevil\r\n")})
    assert list(values(path)) == list(values(as_folder(tmp_path / "plain", files)))
    assert {each.name for each in tmp_path.iterdir()} == {"b.zip", "plain"}


def test_a_file_that_is_huge_for_what_it_was_packed_into_is_not_unpacked(tmp_path: Path) -> None:
    files = families(1).files()
    files["users.csv"] += b"\0" * 2_000_000
    with pytest.raises(SettingsError):
        Bundle(as_zip(tmp_path / "b.zip", files))


def _damaged(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        info = packed.getinfo("contacts.csv")
    content = bytearray(path.read_bytes())
    at = info.header_offset + 30 + len(info.filename)
    content[at : at + info.compress_size] = bytes(info.compress_size)
    path.write_bytes(content)


def _locked(path: Path) -> None:
    """The flag of a password, in the directory and before each file."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize("harm", [_damaged, _locked, _cut])
def test_a_zip_that_cannot_be_unpacked_is_told_to_the_operator(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    path = as_zip(tmp_path / "b.zip", families(30).files())
    harm(path)
    with pytest.raises(SettingsError):
        read(path)


def test_a_path_where_nothing_is_is_told_to_the_operator(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        Bundle(tmp_path / "nowhere")
