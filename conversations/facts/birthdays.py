"""Which day a message gives, settles or corrects."""

from __future__ import annotations

import re
from datetime import date

from conversations.facts.draft import Draft
from conversations.model import Fact, Facts
from conversations.words.days import TypedDay, amended, find_days, month_of, refused_day
from conversations.words.flat import flat
from conversations.words.form import Refusal
from conversations.words.telling import Told

Answer = tuple[date | None, tuple[date, ...], Refusal | None]
"""The day; or the days that it may be; or why it cannot be used. All empty: nothing was said of it."""

_NOTHING: Answer = (None, (), None)
_THE = r"\W*(?:c'est |it's |it is )?(?:le |la |the |option |n°? ?)?"
_FIRST = re.compile(rf"{_THE}(?:premiere?|first|1(?:er|re|st)?)(?: one)?\W*")
_SECOND = re.compile(rf"{_THE}(?:deuxieme|seconde?|2(?:e|eme|nd)?)(?: one)?\W*")
_SHORT = 9
"""Words of an answer in which "le 17" can only be the day asked about."""


def birthday(
    text: str, told: Told, draft: Draft, known: Facts, asked: tuple[Fact, ...], today: date
) -> Answer:
    """What `text` says of the child's birthday; `known` may hold one to correct, or two to choose from."""
    day = draft.day
    if day is None and not told.children and Fact.BIRTH_DATE in asked:
        days = find_days(text)
        day = days[-1] if days else None
    if day is not None:
        return _judged(day, today)
    if draft.several:
        return _NOTHING
    if known.birth_date_readings:
        chosen = _chosen(text, known.birth_date_readings)
        return (chosen, (), None) if chosen else _NOTHING
    if known.birth_date and not find_days(text) and len(re.findall(r"\w+", text)) <= _SHORT:
        corrected = amended(text, known.birth_date)
        if corrected and corrected != known.birth_date:
            return _judged(TypedDay(0, 0, (corrected,)), today)
    return _NOTHING


def _judged(day: TypedDay, today: date) -> Answer:
    if day.refusal:
        return None, (), day.refusal
    refusals = [refused_day(one, today) for one in day.days]
    if all(refusals):
        return None, (), refusals[0]
    return (day.days[0], (), None) if len(day.days) == 1 else (None, day.days, None)


def _chosen(text: str, days: tuple[date, ...]) -> date | None:
    """Which of two days is meant: by its place, its month, or the day itself."""
    plain = flat(text).strip()
    for place, pattern in enumerate((_FIRST, _SECOND)):
        if pattern.fullmatch(plain) and place < len(days):
            return days[place]
    said = amended(text, days[0])
    if said in days and len(re.findall(r"\w+", plain)) <= _SHORT:
        return said
    months = {month for word in re.findall(r"[a-z]+", plain) if (month := month_of(word))}
    named = [day for day in days if months == {day.month}]
    return named[0] if len(named) == 1 else None
