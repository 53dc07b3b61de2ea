"""Facts over several messages: filled, corrected, refused, and never of two children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.facts import Gathered, Refusal, gather, redact
from conversations.model import Fact, Facts

TODAY = date(2026, 11, 24)
ALL = tuple(Fact)
FAMILY = Facts("Diallo", "Fatou", "Aisha", "Diallo-Ray", date(2015, 3, 4), "Mauril-Bélanger")
IN_DOUBT = (date(2015, 3, 4), date(2015, 4, 3))


@dataclass(frozen=True)
class Understood:
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def told(text: str, *asked: Fact, known: Facts | None = None) -> Gathered:
    return gather(known or Facts(), Understood(), text, asked, TODAY)


@pytest.mark.parametrize(
    ("text", "asked", "known", "fact", "value"),
    [
        ("Diallo", Fact.PARENT_LAST_NAME, Facts(), "parent_last_name", "Diallo"),
        ("c'est Diallo, merci", Fact.PARENT_LAST_NAME, Facts(), "parent_last_name", "Diallo"),
        ("de la cruz", Fact.PARENT_LAST_NAME, Facts(), "parent_last_name", "de la cruz"),
        ("Ben Ali", Fact.PARENT_LAST_NAME, Facts(), "parent_last_name", "Ben Ali"),
        ("My last name is O'Brien", Fact.PARENT_LAST_NAME, Facts(), "parent_last_name", "O'Brien"),
        ("fatou", Fact.PARENT_FIRST_NAME, FAMILY, "parent_first_name", "fatou"),
        ("Fatou Diallo", Fact.PARENT_FIRST_NAME, Facts("Diallo"), "parent_first_name", "Fatou"),
        ("aicha", Fact.CHILD_NAME, Facts(), "child_first_name", "aicha"),
        ("Diallo-Roy", Fact.CHILD_NAME, Facts(child_first_name="Aïcha"), "child_last_name", "Diallo-Roy"),
        (
            "Aïcha Diallo-Roy",
            Fact.CHILD_NAME,
            Facts(child_first_name="Aïcha"),
            "child_last_name",
            "Diallo-Roy",
        ),
        ("3 sept 2015", Fact.BIRTH_DATE, Facts(), "birth_date", date(2015, 9, 3)),
        ("c'est le 17/03/2015 merci", Fact.BIRTH_DATE, Facts(), "birth_date", date(2015, 3, 17)),
        ("mauril belanger", Fact.SCHOOL, Facts(), "school", "mauril belanger"),
        ("à l'école Saint-Exupéry", Fact.SCHOOL, Facts(), "school", "Saint-Exupéry"),
        ("Saint-Exupéry", Fact.SCHOOL, Facts(), "school", "Saint-Exupéry"),
    ],
)
def test_a_bare_answer_fills_what_was_asked(
    text: str, asked: Fact, known: Facts, fact: str, value: object
) -> None:
    assert getattr(told(text, asked, known=known).facts, fact) == value


@pytest.mark.parametrize("asked", [(fact,) for fact in Fact] + [ALL])
@pytest.mark.parametrize(
    "text",
    [
        "oui",
        "non",
        "merci",
        "bonjour",
        "je ne comprends pas",
        "what?",
        "je ne sais pas",
        "",
        "ok thanks",
        "une personne",
    ],
)
def test_what_answers_nothing_fills_nothing(text: str, asked: tuple[Fact, ...]) -> None:
    assert told(text, *asked) == Gathered(Facts())


@pytest.mark.parametrize(
    "text",
    [
        "1. Diallo\n2. Fatou\n3. Aïcha Diallo-Roy\n4. 3 septembre 2015\n5. Mauril-Bélanger",
        "1) Diallo 2) Fatou 3) Aïcha Diallo-Roy 4) 2015-09-03 5) Mauril-Bélanger",
        "Diallo\nFatou\nAïcha Diallo-Roy\n3 septembre 2015\nMauril-Bélanger",
        "Bonjour,\nDiallo\nFatou\nAïcha Diallo-Roy\nSept 3, 2015\nMauril-Bélanger\nMerci",
        "Diallo, Fatou, Aïcha Diallo-Roy, September 3, 2015, Mauril-Bélanger",
        "Fatou Diallo, Aïcha Diallo-Roy, 3 sept. 2015, école Mauril-Bélanger",
        "Nom : Diallo\nPrénom : Fatou\nEnfant : Aïcha Diallo-Roy\nDDN : 2015-09-03\nÉcole : Mauril-Bélanger",
        "My last name is Diallo, first name Fatou. My daughter Aïcha Diallo-Roy, born Sept 3, 2015, at Mauril-Bélanger.",
    ],
)
def test_one_mail_gives_all_five(text: str) -> None:
    expected = Facts("Diallo", "Fatou", "Aïcha", "Diallo-Roy", date(2015, 9, 3), "Mauril-Bélanger")
    assert told(text, *ALL) == Gathered(expected, (), changed=True)


def test_numbers_say_which_answer_it_is_where_some_are_left_out() -> None:
    assert told("2. Fatou\n4. 3 sept 2015", *ALL).facts == Facts(
        parent_first_name="Fatou", birth_date=date(2015, 9, 3)
    )


def test_numbers_count_what_was_asked_last() -> None:
    asked = (Fact.CHILD_NAME, Fact.BIRTH_DATE, Fact.SCHOOL)
    after = told("1. Aïcha Roy\n2. 3 sept 2015\n3. Louis-Riel", *asked, known=Facts("Diallo", "Fatou")).facts
    assert after == Facts("Diallo", "Fatou", "Aïcha", "Roy", date(2015, 9, 3), "Louis-Riel")


def test_a_name_in_a_row_is_the_fact_that_was_asked() -> None:
    known = replace(FAMILY, parent_first_name=None, school=None)
    after = told("Fatou, Louis-Riel", Fact.PARENT_FIRST_NAME, Fact.SCHOOL, known=known).facts
    assert after == replace(FAMILY, school="Louis-Riel")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("non, c'est le 17 mars", {"birth_date": date(2015, 3, 17)}),
        ("non, c'est le 17", {"birth_date": date(2015, 3, 17)}),
        ("date de naissance : 17 mars 2016", {"birth_date": date(2016, 3, 17)}),
        ("no, it's April 4", {"birth_date": date(2015, 4, 4)}),
        ("École : Louis-Riel", {"school": "Louis-Riel"}),
        ("non, l'école c'est Louis-Riel", {"school": "Louis-Riel"}),
        ("mon nom est Diallo-Sow", {"parent_last_name": "Diallo-Sow"}),
        ("my first name is Fatoumata", {"parent_first_name": "Fatoumata"}),
        ("non, c'est Diallo-Roy", {"child_last_name": "Diallo-Roy"}),
        ("Aïcha, pas Aisha", {"child_first_name": "Aïcha"}),
        ("c'est Fatoumata et non Fatou", {"parent_first_name": "Fatoumata"}),
    ],
)
def test_a_correction_changes_what_it_means_and_nothing_else(text: str, change: Mapping[str, object]) -> None:
    assert told(text, known=FAMILY).facts == replace(FAMILY, **change)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "text", ["non", "non c'est pas ça", "ce n'est pas exact", "no that's wrong", "non pas Diallo"]
)
def test_a_denial_alone_changes_nothing(text: str) -> None:
    assert told(text, known=FAMILY) == Gathered(FAMILY)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("4 mars 15", Refusal.TWO_DIGIT_YEAR),
        ("31/02/2015", Refusal.IMPOSSIBLE_DATE),
        ("4 mars 2031", Refusal.FUTURE_DATE),
        ("4 mars 1985", Refusal.IMPLAUSIBLE_DATE),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_not_kept(text: str, refusal: Refusal) -> None:
    assert told(text, Fact.BIRTH_DATE) == Gathered(Facts(), (refusal,))


@pytest.mark.parametrize("name", ["Тremblay", "Roу", "Diаllo"])
def test_a_name_of_two_alphabets_is_refused_and_not_kept(name: str) -> None:
    assert told(name, Fact.PARENT_LAST_NAME) == Gathered(Facts(), (Refusal.MIXED_SCRIPTS,))


def test_a_name_longer_than_any_is_refused() -> None:
    assert told("x" * 81, Fact.PARENT_LAST_NAME) == Gathered(Facts(), (Refusal.TOO_LONG,))


def test_what_is_refused_is_the_same_whatever_is_known() -> None:
    for known in (Facts(), FAMILY):
        assert told("4 mars 15", Fact.BIRTH_DATE, known=known).refused == (Refusal.TWO_DIGIT_YEAR,)


def test_an_ambiguous_day_is_kept_as_two() -> None:
    after = told("04/03/2015", Fact.BIRTH_DATE).facts
    assert (after.birth_date, after.birth_date_readings) == (None, IN_DOUBT)
    assert Fact.BIRTH_DATE in after.missing()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("le premier", IN_DOUBT[0]),
        ("1", IN_DOUBT[0]),
        ("2", IN_DOUBT[1]),
        ("the second one", IN_DOUBT[1]),
        ("mars", IN_DOUBT[0]),
        ("avril", IN_DOUBT[1]),
        ("le 4 mars", IN_DOUBT[0]),
        ("April 3", IN_DOUBT[1]),
        ("le 3 avril 2015", IN_DOUBT[1]),
    ],
)
def test_the_doubt_is_cleared_by_naming_one(text: str, day: date) -> None:
    after = told(text, Fact.BIRTH_DATE, known=Facts(birth_date_readings=IN_DOUBT)).facts
    assert (after.birth_date, after.birth_date_readings) == (day, ())


@pytest.mark.parametrize("text", ["oui", "je ne sais pas", "3", "mai"])
def test_the_doubt_stays_where_none_is_named(text: str) -> None:
    known = Facts(birth_date_readings=IN_DOUBT)
    assert told(text, Fact.BIRTH_DATE, known=known).facts == known


def test_of_two_children_one_whole_set_is_taken() -> None:
    text = (
        "Ma fille Léa Roy née le 2 février 2012 va à Louis-Riel. "
        "Mon fils Tom Gagnon, né le 9 juillet 2016, va à Jeanne-Sauvé. Anne Roy"
    )
    assert told(text, *ALL).facts == Facts("Roy", "Anne", "Léa", "Roy", date(2012, 2, 2), "Louis-Riel")


def test_the_child_spoken_of_before_is_the_one_taken() -> None:
    text = "Léa Roy née le 2 février 2012 (Louis-Riel) et Tom Gagnon né le 9 juillet 2016 (Jeanne-Sauvé)"
    after = told(text, known=Facts("Roy", "Anne", "Tom")).facts
    assert after == Facts("Roy", "Anne", "Tom", "Gagnon", date(2016, 7, 9), "Jeanne-Sauvé")


def test_another_child_begins_anew() -> None:
    after = told("ma fille Inès née le 3 avril 2014", known=FAMILY).facts
    assert after == Facts("Diallo", "Fatou", "Inès", birth_date=date(2014, 4, 3))


def test_a_day_on_which_something_happened_is_no_birthday() -> None:
    assert told("j'ai reçu le courriel le 3 septembre 2025", known=FAMILY) == Gathered(FAMILY)


def test_what_the_recogniser_found_beside_is_taken_too() -> None:
    found = Understood({"parent_last_name": ("Diallo",), "birth_date": ("2015-03-04",)})
    after = gather(Facts(), found, "…", ALL, TODAY).facts
    assert after == Facts("Diallo", birth_date=date(2015, 3, 4))


@pytest.mark.parametrize("number", ["123456789", "123 456 789", "123-456-789", "123.456.789", "12 345 6789"])
def test_a_pupils_number_is_not_kept(number: str) -> None:
    kept = redact(f"son NISO est {number}, merci")
    assert not any(character.isdigit() for character in kept)
    assert kept.startswith("son NISO est ")
    assert kept.endswith(", merci")


@pytest.mark.parametrize(
    "text",
    [
        "613-555-0134",
        "PF-000123",
        "2015-03-04 2",
        "1234567890",
        "né le 04 03 2015",
        "+1 613 555 0134",
        "12345678",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text


ANY_FACTS = st.builds(
    Facts,
    parent_last_name=st.sampled_from([None, "Diallo"]),
    child_first_name=st.sampled_from([None, "Aïcha"]),
    birth_date_readings=st.sampled_from([(), IN_DOUBT]),
)
ASKED = st.sampled_from([(), ALL, *((fact,) for fact in Fact)])


@given(st.text(max_size=300), ANY_FACTS, ASKED)
def test_any_text_keeps_the_facts_in_form(text: str, known: Facts, asked: tuple[Fact, ...]) -> None:
    after = told(text, *asked, known=known)
    names = (
        after.facts.parent_last_name,
        after.facts.parent_first_name,
        after.facts.child_first_name,
        after.facts.child_last_name,
        after.facts.school,
    )
    assert all(name is None or 0 < len(name) <= 80 for name in names)
    assert not (after.facts.birth_date and after.facts.birth_date_readings)
    assert after.changed == (after.facts != known)


@given(st.text(max_size=300), ASKED)
def test_saying_the_same_twice_changes_nothing_more(text: str, asked: tuple[Fact, ...]) -> None:
    once = told(text, *asked).facts
    assert told(text, known=once).facts == once
