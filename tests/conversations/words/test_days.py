"""Days as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.model import Language
from conversations.texts.days import day_in_words
from conversations.words.days import amended, find_days, month_of, refused_day
from conversations.words.form import Refusal

FOURTH_OF_MARCH = date(2015, 3, 4)


def days_in(text: str) -> list[tuple[date, ...]]:
    return [found.days for found in find_days(text)]


@pytest.mark.parametrize(
    "text",
    [
        "2015-03-04",
        "2015/03/04",
        "2015 03 04",
        "20150304",
        "4 mars 2015",
        "le mercredi 4 mars 2015",
        "4 MARS 2015",
        "04-mars-2015",
        "4mars2015",
        "4 mars, 2015",
        "March 4, 2015",
        "march 4th 2015",
        "Mar. 4, 2015",
        "4th of March 2015",
        "4 March 2015",
        "the 4th of march, 2015",
        "mars 4 2015",
        "2015 mars 4",
        "04/03/2015 (jj/mm/aaaa)",
        "04/03/2015 (day/month/year)",
        "03/04/2015 (mm/dd/yyyy)",
        "née le 4 mars 2015.",
    ],
)
def test_the_exact_day(text: str) -> None:
    assert days_in(text) == [(FOURTH_OF_MARCH,)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er mai 2014", date(2014, 5, 1)),
        ("premier septembre 2013", date(2013, 9, 1)),
        ("17/03/2015", date(2015, 3, 17)),
        ("03/17/2015", date(2015, 3, 17)),
        ("17.03.2015", date(2015, 3, 17)),
        ("5/5/2015", date(2015, 5, 5)),
        ("12 août 2013", date(2013, 8, 12)),
        ("12 aout 2013", date(2013, 8, 12)),
        ("3 setpembre 2015", date(2015, 9, 3)),
        ("3 fevirer 2015", date(2015, 2, 3)),
        ("29 février 2016", date(2016, 2, 29)),
        ("Sept. 3rd, 2015", date(2015, 9, 3)),
        ("25 déc. 2011", date(2011, 12, 25)),
    ],
)
def test_other_exact_days(text: str, day: date) -> None:
    assert days_in(text) == [(day,)]


@pytest.mark.parametrize("text", ["04/03/2015", "04-03-2015", "4.3.2015", "04 03 2015", "DOB: 4/3/2015"])
def test_a_day_and_month_that_cannot_be_told_apart_are_both_kept(text: str) -> None:
    assert days_in(text) == [(FOURTH_OF_MARCH, date(2015, 4, 3))]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("4 mars 15", Refusal.TWO_DIGIT_YEAR),
        ("04/03/15", Refusal.TWO_DIGIT_YEAR),
        ("March 4, '15", Refusal.TWO_DIGIT_YEAR),
        ("31 février 2015", Refusal.IMPOSSIBLE_DATE),
        ("29 février 2015", Refusal.IMPOSSIBLE_DATE),
        ("2015-02-30", Refusal.IMPOSSIBLE_DATE),
        ("31/04/2015", Refusal.IMPOSSIBLE_DATE),
        ("13/13/2015", Refusal.IMPOSSIBLE_DATE),
        ("0 mars 2015", Refusal.IMPOSSIBLE_DATE),
    ],
)
def test_what_is_no_day_is_refused_for_its_form(text: str, refusal: Refusal) -> None:
    assert [(found.days, found.refusal) for found in find_days(text)] == [((), refusal)]


@pytest.mark.parametrize(
    "text",
    [
        "613-555-0134",
        "PF-000123",
        "en mars 2015",
        "le 4 mars",
        "j'ai 2 enfants de 5 et 12 ans",
        "K1A 0B1",
        "",
        "4 mardi",
    ],
)
def test_other_numbers_are_no_day(text: str) -> None:
    assert find_days(text) == []


SCHOOL_DAYS = st.dates(date(1995, 1, 1), date(2026, 12, 31))


@given(SCHOOL_DAYS, st.sampled_from([Language.FRENCH, Language.ENGLISH]))
def test_every_day_in_words_is_read_back(day: date, language: Language) -> None:
    assert days_in(day_in_words(day, language)) == [(day,)]


@given(SCHOOL_DAYS)
def test_numbers_alone_are_exact_only_where_one_reading_is_possible(day: date) -> None:
    (readings,) = days_in(f"{day.day:02}/{day.month:02}/{day.year}")
    assert day in readings
    assert (len(readings) == 1) == (day.day > 12 or day.day == day.month)


def test_a_word_near_a_month_is_that_month_and_other_words_are_none() -> None:
    assert [month_of(word) for word in ("juilet", "septmbre", "janvier", "mars")] == [7, 9, 1, 3]
    assert [month_of(word) for word in ("mardi", "marche", "merci", "semaine", "jour")] == [None] * 5


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("non, c'est le 17 mars", date(2014, 3, 17)),
        ("le 17", date(2014, 5, 17)),
        ("no, March 17", date(2014, 3, 17)),
        ("c'est en 2013", date(2013, 5, 1)),
        ("le 31 février", None),
        ("c'est Diallo", None),
    ],
)
def test_part_of_a_day_is_corrected_and_the_rest_stays(text: str, day: date | None) -> None:
    assert amended(text, date(2014, 5, 1)) == day


def test_a_child_is_born_before_today_and_not_long_ago() -> None:
    today = date(2026, 11, 24)
    assert refused_day(today, today) is None
    assert refused_day(today + timedelta(days=1), today) is Refusal.FUTURE_DATE
    assert refused_day(date(1985, 3, 4), today) is Refusal.IMPLAUSIBLE_DATE
    assert refused_day(date(2004, 3, 4), today) is None
