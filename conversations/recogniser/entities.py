"""The facts and numbers in a parent's message, as typed. No network, no clock: the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from conversations.words.flat import flat, tidy
from conversations.words.names import fold
from conversations.words.schools import directory, directory_of
from conversations.words.telling import LONGEST_TEXT, Told, tell

LAST_YEAR = date(2026, 12, 31)
"""The latest birthday believed where nobody says what day it is; `gather` knows the day and looks itself."""
OLDEST_YEAR = 1990

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b")
_CASE = re.compile(
    r"#?\b(?P<pf>pf[- ]?\d{2,9})\b"
    r"|\b(?:dossier|case|ticket|demande|request|reference|ref)\s?(?:no|n|num(?:ero)?|number|nr)?\.?\s?[:#°]*\s?"
    r"(?P<digits>\d{3,8})(?![\d/.-]?\d)"
)
_CODE_WORD = re.compile(r"\bcodes?\b(?! postal)(?P<rest>[^\n]{0,60})")
_CODE = re.compile(
    r"(?<![\w@.-])(?=[a-z0-9-]*\d)(?:[a-z0-9]{6,12}|[a-z0-9]{2,5}(?:-[a-z0-9]{2,5}){1,3})(?![\w@]|[.-]\w)"
)
_SHOUTED_CODE = re.compile(r"(?:est|is|:|=)\s*(?P<code>[A-Z]{6,12})\b")
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTED_FROM = re.compile(
    r"^(?:-{2,} ?(?:original message|message d'origine|forwarded|message transfere)|_{8,}"
    r"|(?:le|on) [^\n]{5,120}(?:a ecrit|wrote) ?:)",
    re.MULTILINE,
)


def read_entities(
    text: str, *, schools: Sequence[str] | None = None, today: date | None = None
) -> dict[str, tuple[str, ...]]:
    """What stands in the text, by entity name; names that the text does not hold are absent.

    `schools` are the names to look for besides any word after "école" (default: the board's public
    list). Birthdays that are ambiguous, impossible, of a two-digit year or after `today` are absent.
    """
    own = _own_words(text[:LONGEST_TEXT])
    plain = flat(own)
    numbers = _numbers(own, plain)
    told = tell(_without(own, numbers), directory() if schools is None else directory_of(tuple(schools)))
    found = {**_of_told(told, today or LAST_YEAR), **{key: _once(values) for key, values in numbers.items()}}
    return {key: values for key, values in found.items() if values}


def _own_words(text: str) -> str:
    """The text without quoted lines: what stands below is somebody else's."""
    own = _QUOTED_LINE.sub("", text)
    below = _QUOTED_FROM.search(flat(own))
    return tidy(own[: below.start()] if below else own)


def _of_told(told: Told, latest: date) -> dict[str, tuple[str, ...]]:
    days = [found.day for found in told.days if found.day]
    return {
        "parent_first_name": _once([told.parent_first]),
        "parent_last_name": _once([told.parent_last]),
        "child_first_name": _once(child.first for child in told.children),
        "child_last_name": _once(child.last for child in told.children),
        "school": _once(name for _, name in told.schools),
        "birth_date": _once(day.isoformat() for day in days if day <= latest and day.year >= OLDEST_YEAR),
    }


def _numbers(text: str, plain: str) -> dict[str, list[str]]:
    emails = [text[match.start() : match.end()] for match in _EMAIL.finditer(plain)]
    cases = [
        text[match.start("pf") : match.end("pf")] if match["pf"] else match["digits"]
        for match in _CASE.finditer(plain)
    ]
    return {"case_number": cases, "security_code": _codes(text, plain, emails, cases), "email": emails}


def _codes(text: str, plain: str, emails: list[str], cases: list[str]) -> list[str]:
    """Six to twelve letters and digits near the word "code"."""
    found: list[str] = []
    for word in _CODE_WORD.finditer(plain):
        near = _CODE.search(plain, word.start("rest"))
        near = near if near and near.end() <= word.end() else None
        loud = _SHOUTED_CODE.search(text, word.start(), word.end())
        code = text[near.start() : near.end()] if near else loud["code"] if loud else ""
        if code and code not in cases and not any(code in email for email in emails) and not _is_date(code):
            found.append(code)
    return found


def _is_date(code: str) -> bool:
    return (
        re.fullmatch(r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-\d{2,4}|(?:19|20)\d{2}[01]\d[0-3]\d", code) is not None
    )


def _without(text: str, numbers: dict[str, list[str]]) -> str:
    """The text with addresses, codes and case numbers blanked, so that nobody is named after them."""
    for values in numbers.values():
        for value in values:
            text = text.replace(value, " " * (len(value) - 1) + ",")
    return text


def _once(values: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for value in values:
        if value:
            kept.setdefault(fold(value) or value, value)
    return tuple(kept.values())
