"""Transcripts as data: which lines a file holds. Every channel plays the same files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from conversations.model import Medium

FOLDER = Path(__file__).parent

_LINE = re.compile(r"(?P<what>[a-z ]+?): *(?P<text>.*)")
_AFTER = re.compile(r"after (?P<number>\d+) (?P<unit>min|h|days?)")
_UNITS = {"min": "minutes", "h": "hours", "day": "days", "days": "days"}
KNOWN = {
    "channel", "subject", "quoted", "on file", "parent", "desk", "do", "staff", "stage", "language",
    "request", "known",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `what` stands before the colon; `number` counts from 1."""

    number: int
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """One file."""

    name: str
    medium: Medium
    lines: tuple[Line, ...]


def transcripts() -> list[Transcript]:
    """Every transcript of the folder, by name."""
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt"))]


def parse(name: str, text: str) -> Transcript:
    """Read a transcript; ValueError names the line that makes no sense."""
    lines: list[Line] = []
    medium = Medium.MAIL
    for number, raw in enumerate(text.splitlines(), 1):
        if raw.startswith("  ") and lines and lines[-1].what in {"parent", "quoted"}:
            last = lines.pop()
            lines.append(Line(last.number, last.what, f"{last.text}\n{raw[2:]}"))
        elif raw.strip() and not raw.startswith("#"):
            line = _parse_line(name, number, raw)
            if line.what == "channel":
                medium = Medium(line.text)
            else:
                lines.append(line)
    return Transcript(name, medium, tuple(lines))


def duration(text: str) -> timedelta:
    """`24 h` of `after 24 h`."""
    match = _AFTER.fullmatch(text)
    if match is None:
        raise ValueError(f"no such time: {text}")
    return timedelta(**{_UNITS[match["unit"]]: int(match["number"])})


def _parse_line(name: str, number: int, raw: str) -> Line:
    if _AFTER.fullmatch(raw.strip()):
        return Line(number, "after", raw.strip())
    match = _LINE.fullmatch(raw.rstrip())
    if match is None or match["what"] not in KNOWN:
        raise ValueError(f"{name}.txt:{number}: not a line of a transcript: {raw}")
    return Line(number, match["what"], match["text"])
