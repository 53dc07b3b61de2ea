"""The sentences that the model learns from: files named by intent, their headings say who wrote and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from conversations.model import Intent

FOLDER = Path(__file__).parent / "corpus"
_HEADING = "== "


@dataclass(frozen=True, slots=True)
class Line:
    """One message as somebody could write it; lines of one family say one thing in one manner."""

    text: str
    language: str
    intent: Intent
    source: str
    family: str


def read(folder: Path = FOLDER) -> tuple[Line, ...]:
    """Every line of the corpus, in the order of the files' names.

    A file is named after its intent, up to the first dot, so that several hands can write each their own
    (`thanks.txt`, `thanks.en.txt`). `== language source family` opens a group; each line under it is one
    message, and a backslash with `n` stands for a line break.
    """
    return tuple(line for path in _files(folder) for line in _lines(path))


@cache
def digest(folder: Path = FOLDER) -> str:
    """SHA-256 over names and lines: the same on every platform, whatever the line ends."""
    total = sha256()
    for path in _files(folder):
        text = "\n".join(path.read_text("utf-8").splitlines())
        total.update(f"{path.name}\0{text}\0".encode())
    return total.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.txt"))


def _lines(path: Path) -> Iterator[Line]:
    intent = Intent(path.name.partition(".")[0])
    language = source = family = ""
    for row in path.read_text("utf-8").splitlines():
        if row.startswith(_HEADING):
            language, source, family = row.removeprefix(_HEADING).split()
        elif row.strip():
            text = row.strip().replace("\\n", "\n")
            yield Line(text, language, intent, source, f"{intent}/{family}")
