"""Days of birth as people type them, in French and English: which day, which days, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from rapidfuzz import fuzz, process

from conversations.words.flat import flat
from conversations.words.form import Refusal

OLDEST_CHILD = 25
"""Years: whoever is older is a parent, or a slip of the pen."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "fevrier february fevr fev feb",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "aout august aou aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        1,
    )
    for name in names.split()
}
_LONG_MONTHS = tuple(name for name in _MONTHS if len(name) > 5)
_SLIP = 80.0
"""Per cent: `setpembre`, `fevirer`, `juilet` are months, `mardi` and `marche` are not."""

_MOST = 24
"""Dates looked at in one text; more are no family's birthdays."""

_DAY = r"(?<![\d/.])(?P<d>[0-3]?\d|premier|first)"
_NTH = r"(?:\s?(?:er|st|nd|rd|th|e|eme|ere))?"
_MONTH = r"(?P<m>[a-z]{3,10})(?![a-z])\.?"
_YEAR = r"(?P<y>\d{4}|'?\d{2})(?![\d/]|[.,]\d|\s?(?:h|am|pm|ans|years|mois|months|%|:)\b)"
_GAP = r"[\s,./-]{0,3}"
_WORDED = (
    re.compile(
        rf"{_DAY}{_NTH}{_GAP}(?:(?:day )?(?:of|de|du mois de) )?{_MONTH}{_GAP}(?:de |of |in )?{_YEAR}"
    ),
    re.compile(rf"\b{_MONTH}{_GAP}(?:the |le )?(?P<d>[0-3]?\d)(?!\d){_NTH}\s?[,./ -]\s?(?:of |de )?{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<y>\d{{4}}){_GAP}{_MONTH}{_GAP}(?P<d>[0-3]?\d)(?!\d)"),
)
_ALONE = r"(?<![\d/.-])"
_NO_MORE = r"(?![\d/]|-\d)"
_A_THEN_B = r"(?P<a>\d{1,2})\s?(?P=s)\s?(?P<b>\d{1,2})"
_YEAR_FIRST = re.compile(rf"{_ALONE}(?P<y>(?:1[89]|2[01])\d\d)\s?(?P<s>[-/. ])\s?{_A_THEN_B}{_NO_MORE}")
_COMPACT = re.compile(
    rf"{_ALONE}(?P<y>(?:19|20)\d\d)(?P<a>0[1-9]|1[0-2])(?P<b>0[1-9]|[12]\d|3[01]){_NO_MORE}"
)
_YEAR_LAST = re.compile(
    rf"{_ALONE}(?P<a>\d{{1,2}})\s?(?P<s>[-/. ])\s?(?P<b>\d{{1,2}})\s?(?P=s)\s?(?P<y>\d{{4}}){_NO_MORE}"
)
_SHORT_YEAR = re.compile(
    rf"{_ALONE}(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>\d{{2}}){_NO_MORE}"
)
_DAY_FIRST = re.compile(
    r"\b(?:jj|dd|jour|day)\s?[/. -]\s?(?:mm|mois|month)|(?:jour|day) (?:d'abord|en premier|first|comes first)"
)
_MONTH_FIRST = re.compile(
    r"\b(?:mm|mois|month)\s?[/. -]\s?(?:jj|dd|jour|day)"
    r"|(?:mois|month) (?:d'abord|en premier|first|comes first)"
)


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A date in a text: one day; two, where day and month cannot be told apart; or none, and why."""

    start: int
    end: int
    days: tuple[date, ...]
    refusal: Refusal | None = None

    @property
    def day(self) -> date | None:
        return self.days[0] if len(self.days) == 1 else None


def find_days(text: str) -> list[TypedDay]:
    """Every date with day, month and year in a text, in order."""
    plain = flat(text)
    if not any(character.isdigit() for character in plain):
        return []
    found: list[TypedDay] = []
    for day in islice(_all(plain), _MOST):
        if not any(day.start < other.end and other.start < day.end for other in found):
            found.append(day)
    return sorted(found, key=lambda day: day.start)


def _all(plain: str) -> Iterator[TypedDay]:
    for pattern in _WORDED:
        for match in pattern.finditer(plain):
            month = month_of(match["m"])
            if month:
                yield _settled(match, ((month, _number(match["d"])),))
    for pattern in (_YEAR_FIRST, _COMPACT):
        for match in pattern.finditer(plain):
            month, day = int(match["a"]), int(match["b"])
            yield _settled(match, ((day, month),) if day <= 12 < month else ((month, day),))
    for pattern in (_YEAR_LAST, _SHORT_YEAR):
        for match in pattern.finditer(plain):
            yield _settled(match, _orders(int(match["a"]), int(match["b"]), plain))


def _orders(first: int, second: int, plain: str) -> tuple[tuple[int, int], ...]:
    """The (month, day) pairs that two numbers may mean; day before month comes first."""
    if first > 12 or first == second or _DAY_FIRST.search(plain):
        return ((second, first),)
    if second > 12 or _MONTH_FIRST.search(plain):
        return ((first, second),)
    return ((second, first), (first, second))


def _settled(match: re.Match[str], orders: tuple[tuple[int, int], ...]) -> TypedDay:
    year = match["y"]
    if len(year) != 4:
        return TypedDay(match.start(), match.end(), (), Refusal.TWO_DIGIT_YEAR)
    try:
        days = tuple(date(int(year), month, day) for month, day in orders)
    except ValueError:
        return TypedDay(match.start(), match.end(), (), Refusal.IMPOSSIBLE_DATE)
    return TypedDay(match.start(), match.end(), days)


def month_of(word: str) -> int | None:
    """The month that a plain word names, in either language, but for a slip; None for other words."""
    if word in _MONTHS:
        return _MONTHS[word]
    if len(word) < 5:
        return None
    near = process.extractOne(word, _LONG_MONTHS, scorer=fuzz.ratio, score_cutoff=_SLIP)
    return _MONTHS[near[0]] if near else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else 1


def refused_day(day: date, today: date) -> Refusal | None:
    """Why this cannot be the birthday of a child at school on `today`; None where it can."""
    if day > today:
        return Refusal.FUTURE_DATE
    return Refusal.IMPLAUSIBLE_DATE if today.year - day.year > OLDEST_CHILD else None


_PARTIAL = re.compile(
    rf"{_DAY}{_NTH}\s?(?:de |of )?(?P<m>[a-z]{{3,10}})\b|\b(?P<m2>[a-z]{{3,10}})\.?\s(?P<d2>[0-3]?\d)\b"
)
_ONLY_DAY = re.compile(r"\b(?:le|the|jour|day)\s(?P<d>[0-3]?\d)(?:er|st|nd|rd|th)?\b(?!\s?(?:[/.-]\s?)?\d)")
_ONLY_YEAR = re.compile(
    r"\b(?:en|in|annee|year|plutot|rather|c'est|it's|is)(?: est| is| de)?\s(?P<y>20\d\d)\b"
)


def amended(text: str, known: date) -> date | None:
    """A day corrected in part ("non, c'est le 17", "le 17 mars", "en 2014"), the rest as it was."""
    plain = flat(text)
    for match in _PARTIAL.finditer(plain):
        month = month_of(match["m"] or match["m2"])
        if month:
            return _replaced(known, month=month, day=_number(match["d"] or match["d2"]))
    if (only := _ONLY_DAY.search(plain)) is not None:
        return _replaced(known, month=known.month, day=int(only["d"]))
    if (only := _ONLY_YEAR.search(plain)) is not None:
        return _replaced(known, year=int(only["y"]), month=known.month, day=known.day)
    return None


def _replaced(known: date, *, month: int, day: int, year: int | None = None) -> date | None:
    try:
        return date(year or known.year, month, day)
    except ValueError:
        return None
