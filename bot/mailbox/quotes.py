"""A parent's own words apart from what they quote and how they sign."""

from __future__ import annotations

import re
from collections.abc import Sequence

import quotequail

from bot.letters import MARKER

TEXT_CAP = 64 * 1024
LINES_CAP = 1000
LINE_CAP = 500
"""Characters of a line that may be an attribution."""

_MARKER = re.compile("|".join(re.escape(half.strip(" —")) for half in MARKER.split("/")), re.IGNORECASE)
_WROTE = re.compile(
    r"(?:[>\s]*)(?:le|on|am|el)\b(?=.{0,300}[\d@]).{0,300}?"
    r"(?:(?:a|avez)\s+[ée]crit|wrote|writes|schrieb.{0,100}|escribió)\s*:\s*",
    re.IGNORECASE,
)
_SOMEBODY_WROTE = re.compile(
    r"(?=.{0,200}\d)[^\n]{0,200}<[^<>\s]+@[^<>\s]+>\s*(?:a\s+écrit|wrote|:)\s*:?\s*", re.IGNORECASE
)
_FORWARDED = re.compile(
    r"[\s>]*(?:[-_]{2,}\s*(?:(?:forwarded|original) message|original appointment"
    r"|message (?:transféré|original|initial)|message d.origine|courriel original)\s*[-_]*"
    r"|(?:begin forwarded message|début du message (?:transféré|réexpédié))\s*:|_{20,})\s*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[\s>]*\*?(de|from|envoyé|envoyé le|sent|date|à|to|cc|objet|subject)\*?\s?:\*?(?=\s|$)", re.IGNORECASE
)
_FIRST_FIELD = re.compile(r"[\s>]*\*?(?:de|from)\*?\s?:\*?\s", re.IGNORECASE)
_SIGNED = re.compile(r"-- ?")
_PHONE = re.compile(
    r"[\s>]*(?:envoyée? (?:de|depuis|à partir|avec|via|par|du)\b.{0,80}|sent (?:from|with|via) .{0,80}"
    r"|(?:get|obtenez|obtenir|téléchargez?|download) outlook\b.{0,80}|provenance : courrier.{0,80})",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"[\s>*_]*(?:avis (?:de confidentialité|important)|confidentiality notice"
    r"|(?:confidentialité|disclaimer)\s*:"
    r"|ce (?:courriel|message)\b.{0,60}\bconfidentiel|this (?:e-?mail|message)\b.{0,60}\bconfidential)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"[\s>*]*(?:\[?external\]?|caution|attention|avertissement)\b.{0,40}"
    r"\b(?:originated|external sender|expéditeur externe|provient de l.extérieur)",
    re.IGNORECASE,
)
WRAPPED = 60
"""A quoted line this long, followed by an unquoted one, was wrapped by a mail program."""


def own_words(text: str) -> tuple[str, str]:
    """What the writer wrote now, and what stands quoted below. Never empty where `text` is not."""
    lines = text[:TEXT_CAP].split("\n")[:LINES_CAP]
    above, below = _at_marker(lines)
    if below and not any(map(str.strip, _unsigned(_top(above)[0]))):
        above = lines  # Nothing stands above the marker: this parent answers below or between.
    top, rest = _top(above)
    own = _unsigned(top + _between(rest))
    if not any(map(str.strip, own)):
        unquoted = [line for line in lines if not line.lstrip().startswith(">")]
        own = unquoted if any(map(str.strip, unquoted)) else lines
        return _joined(own), ""
    return _joined(own), _joined(rest if above is lines else rest + below)


def _at_marker(lines: list[str]) -> tuple[list[str], list[str]]:
    for number, line in enumerate(lines):
        if _MARKER.search(line):
            return lines[:number], lines[number:]
    return lines, []


def _top(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines above the first sign of a quoted mail, and the rest from that sign on."""
    for number in range(len(lines)):
        if _begins_quote(lines, number):
            return lines[:number], lines[number:]
    return _by_quotequail(lines)


def _begins_quote(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    if not line.strip():
        return False
    if _FORWARDED.fullmatch(line):
        return True
    if _FIRST_FIELD.match(line):
        names = {match[1].lower() for each in lines[number : number + 6] if (match := _FIELD.match(each))}
        return len(names) > 1
    return bool(_SOMEBODY_WROTE.fullmatch(line)) or _is_attribution(lines[number : number + 4])


def _is_attribution(lines: Sequence[str]) -> bool:
    """Programs that break lines at 72 columns wrap an attribution over up to four."""
    joined = ""
    for line in lines:
        if not line.strip():
            return False
        joined = f"{joined} {line.strip(' >')}".strip()
        if _WROTE.fullmatch(joined):
            return True
    return False


def _by_quotequail(lines: list[str]) -> tuple[list[str], list[str]]:
    """Other languages' attributions; one without a digit or an address is a parent's own sentence."""
    # One line of 60 KB took one of its patterns 20 s.
    beginnings = [line[:LINE_CAP] for line in lines]
    pieces = quotequail.quote("\n".join(beginnings), limit=LINES_CAP + 1, quote_intro_line=True)
    top = lines[: pieces[0][1].count("\n") + 1]
    rest = lines[len(top) :]
    intro = " ".join(rest[:2])
    return (top, rest) if re.search(r"[\d@]|___|---", intro) else (lines, [])


def _between(rest: Sequence[str]) -> list[str]:
    """Answers written between or below lines quoted with `>`."""
    first = next((number for number, line in enumerate(rest[1:5], 1) if line.strip().startswith(">")), None)
    if first is None:
        return []
    own: list[str] = []
    after_quote = 0
    for line in rest[first:]:
        if line.lstrip().startswith(">") or (after_quote >= WRAPPED and line.strip()):
            after_quote = len(line)
        else:
            after_quote = 0
            own.append(line)
    return own


def _unsigned(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        said_something = any(map(str.strip, kept))
        if said_something and (_SIGNED.fullmatch(line) or _NOTICE.match(line)):
            break
        if line.lstrip().startswith(">") or _PHONE.fullmatch(line.strip()) or _BANNER.match(line):
            continue
        kept.append(line)
    return kept


def _joined(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
