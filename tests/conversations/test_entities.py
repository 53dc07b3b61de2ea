"""Entities: what stands in a message, measured on labelled messages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.identity import fold, same_school
from conversations.recogniser.entities import read_entities
from conversations.words.flat import tidy

HERE = Path(__file__).parent
KEYS = {
    "pf": "parent_first_name",
    "pl": "parent_last_name",
    "cf": "child_first_name",
    "cl": "child_last_name",
    "born": "birth_date",
    "school": "school",
    "case": "case_number",
    "code": "security_code",
    "email": "email",
}
FLOOR = 0.97
"""Precision and recall below which a change has broken the reading of ordinary messages."""


def labelled(language: str) -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = tomllib.loads((HERE / f"facts_{language}.toml").read_text("utf-8"))["text"]
    return texts


def wanted(label: Mapping[str, Any]) -> set[tuple[str, str]]:
    values = {KEYS[key]: value for key, value in label.items() if key != "says"}
    return {
        (key, one) for key, value in values.items() for one in (value if isinstance(value, list) else [value])
    }


def found(text: str) -> set[tuple[str, str]]:
    return {(key, value) for key, values in read_entities(text.strip()).items() for value in values}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_facts_of_labelled_messages_are_found_and_nothing_else(language: str) -> None:
    pairs = [(wanted(label), found(label["says"])) for label in labelled(language)]
    right = sum(len(want & got) for want, got in pairs)
    assert len(pairs) >= 30
    assert right / sum(len(got) for _, got in pairs) >= FLOOR
    assert right / sum(len(want) for want, _ in pairs) >= FLOOR


def test_there_are_eighty_labelled_messages_or_more() -> None:
    assert len(labelled("fr")) + len(labelled("en")) >= 80


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour Mme Tremblay",
        "L'enseignante de ma fille, Julie Roy, m'a dit de vous écrire.",
        "My son's teacher, Julie Roy, said to contact you.",
        "Mon mari Marc Roy a eu le courriel",
        "Est-ce que Mme Gagnon peut m'appeler?",
    ],
)
def test_people_greeted_or_spoken_of_are_nobody(text: str) -> None:
    assert not [key for key in read_entities(text) if key.startswith(("parent", "child"))]


@pytest.mark.parametrize(
    "text",
    ["née le 03/04/2015", "né le 4 mars 15", "DOB 04/03/15", "née le 31 février 2015", "née le 3 mars 2031"],
)
def test_a_day_in_doubt_is_no_birthday(text: str) -> None:
    assert "birth_date" not in read_entities(text)


def test_a_birthday_after_today_is_none() -> None:
    assert "birth_date" in read_entities("née le 3 mars 2022", today=date(2022, 3, 3))
    assert "birth_date" not in read_entities("née le 3 mars 2022", today=date(2022, 3, 2))


def test_what_is_quoted_below_is_somebody_elses() -> None:
    text = "Merci, Fatou Diallo\n\nLe lun. 3 nov. 2025, Portail Famille a écrit :\n> Je m'appelle Julie Roy"
    assert read_entities(text) == {"parent_first_name": ("Fatou",), "parent_last_name": ("Diallo",)}


def test_a_school_is_looked_for_among_the_names_given() -> None:
    found = read_entities("elle fréquente Grand Héron", schools=["École élémentaire publique Grand-Héron"])
    assert found["school"] == ("Grand Héron",)
    assert "school" not in read_entities("elle fréquente Grand Héron")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mon code de sécurité est K7PX-22QD", "K7PX-22QD"),
        ("the code: abc123xyz does not work", "abc123xyz"),
        ("le code QWERTYUP ne marche pas", None),
        ("le code est QWERTYUP", "QWERTYUP"),
        ("je n'ai pas de code, ma fille est née le 2015-03-04", None),
        ("mon code postal est K1N6N5", None),
    ],
)
def test_a_security_code_stands_near_its_word(text: str, code: str | None) -> None:
    assert read_entities(text).get("security_code") == (None if code is None else (code,))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("dossier PF-000123", "PF-000123"),
        ("#pf-000123", "pf-000123"),
        ("case number 45821", "45821"),
        ("PF 123", "PF 123"),
        ("école PF", None),
    ],
)
def test_case_numbers_are_recognised(text: str, number: str | None) -> None:
    assert read_entities(text).get("case_number") == (None if number is None else (number,))


@given(st.text(max_size=400))
def test_any_text_is_read_the_same_twice_and_every_value_stands_in_it(text: str) -> None:
    first = read_entities(text)
    assert first == read_entities(text)
    assert all(
        value in tidy(text) for key, values in first.items() if key != "birth_date" for value in values
    )
    assert all(values for values in first.values())


WORDS = st.sampled_from(
    "Je m'appelle Fatou Diallo , . \n ma fille mon fils Aïcha née le 3 mars 2015 école Mauril-Bélanger nom : prénom "
    "de la d'Amours et my son born 03/04/2015 1. 2. code PF-12 Mme est Marie-Ève St-Jean merci ( ) Nom: / 's".split(
        " "
    )
)


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_scrambled_facts_never_break_the_reading(text: str) -> None:
    found = read_entities(text)
    assert all(
        value in tidy(text) for key, values in found.items() if key != "birth_date" for value in values
    )


def test_a_very_long_message_is_read_in_part() -> None:
    assert read_entities("a " * 50_000 + "Je m'appelle Fatou Diallo") == {}


@pytest.mark.parametrize(
    "piece", ["\n", " \n", "\t", "> x\n", "école ", "ma fille ", "nom : ", "1. ", "04/03/2015 ", ", ", "a@"]
)
def test_a_hostile_repetition_is_read_to_its_end_and_names_nobody(piece: str) -> None:
    assert not [key for key in read_entities(piece * 20_000) if key.startswith(("parent", "child", "birth"))]


FORMS = (
    "Je m'appelle {f} {l}.\nMon enfant s'appelle {cf} {cl}, né le 3 mars 2014.\nÉcole : {s}",
    "{l}\n{f}\n{cf} {cl}\n3 mars 2014\n{s}",
    "My name is {f} {l}.\nMy child is {cf} {cl}, born on March 3, 2014.\nSchool: {s}",
    "1. {l} 2. {f} 3. {cf} {cl} 4. 2014-03-03 5. {s}",
    "Nom: {l}\nPrénom: {f}\nEnfant: {cf} {cl}\nDDN: 3 mars 2014\nÉcole: {s}",
    "bonjour, {f} {l}, ma fille {cf} {cl} née le 3 mars 2014, {s}",
)
FIRST = ("Fatou", "Jean-Baptiste", "Marie-Ève", "Noah", "Ngozi", "Loïc", "Zoé", "Aïcha", "Li")
LAST = (
    "Diallo",
    "Ben Ali",
    "Van Damme",
    "Pierre-Louis",
    "O'Brien",
    "El-Khoury",
    "de la Cruz",
    "Mac Donald",
    "Sauvé",
)


@given(
    st.sampled_from(FORMS), st.sampled_from(FIRST), st.sampled_from(LAST), st.sampled_from(FIRST),
    st.sampled_from(LAST), st.sampled_from(["Louis-Riel", "École secondaire publique De La Salle"]), st.booleans(),
)  # fmt: skip
def test_every_usual_form_holds_every_kind_of_name(
    form: str, first: str, last: str, child_first: str, child_last: str, school: str, small: bool
) -> None:
    text = form.format(f=first, l=last, cf=child_first, cl=child_last, s=school)
    found = read_entities(text.lower() if small else text)
    assert (found["birth_date"], len(found["school"])) == (("2014-03-03",), 1)
    assert same_school(found["school"][0], school)
    for key, name in (
        ("parent_first_name", first),
        ("parent_last_name", last),
        ("child_first_name", child_first),
        ("child_last_name", child_last),
    ):
        assert [fold(value) for value in found[key]] == [fold(name)]
