"""Comparing names and schools: every row of the matching table with its negative."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.identity import fold, refused_for_form, same_name, same_school, target_keys
from conversations.model import Facts
from conversations.words.form import Refusal
from conversations.words.schools import schools

SAME = [
    # accents, case, width, zero-width
    ("COTE", "Côté"),
    ("côté", "COTE"),
    ("Ｃôté", "Côté"),
    ("Co\u0302te\u0301", "Côté"),
    ("Tre\u200bmblay", "Tremblay"),
    ("Trem\u00adblay", "Tremblay"),
    ("  Tremblay ", "Tremblay"),
    ("Tremblay\n", "Tremblay"),
    ("Lecoeur", "Lecœur"),
    ("Strauss", "Strauß"),
    ("Soren", "Søren"),
    ("Lukasz", "Łukasz"),
    # hyphen, space, apostrophe
    ("Saint Jean", "Saint-Jean"),
    ("Saintjean", "Saint-Jean"),
    ("Damours", "D'Amours"),
    ("D’Amours", "D'Amours"),
    ("D Amours", "D'Amours"),
    ("Benali", "Ben Ali"),
    ("Ben-Ali", "Benali"),
    ("El Khoury", "El-Khoury"),
    ("Macdonald", "Mac Donald"),
    ("OBrien", "O'Brien"),
    ("Ndiaye", "N'Diaye"),
    ("Tremblay\u2011Roy", "Tremblay-Roy"),
    # order of a compound
    ("Roy Tremblay", "Tremblay-Roy"),
    ("Roy-Benali", "Ben Ali-Roy"),
    ("Ève-Marie", "Marie-Ève"),
    # particles while another token remains
    ("Cruz", "de la Cruz"),
    ("de la Cruz", "Cruz"),
    ("Delacruz", "de la Cruz"),
    ("Khoury", "El-Khoury"),
    ("St-Jean", "Saint-Jean"),
    ("St. Jean", "Saint-Jean"),
    ("Ste-Marie", "Sainte-Marie"),
    # one whole part of a compound, three letters or more
    ("Tremblay", "Tremblay-Roy"),
    ("Roy", "Tremblay-Roy"),
    ("Diallo", "Ba-Diallo"),
    ("Damours", "D'Amours-Caron"),
    ("Saint-Jean", "Saint-Jean-Roy"),
    ("Cruz", "de la Cruz-Roy"),
    ("Marie", "Marie-Ève"),
    # short and particle-like names as a whole
    ("Ba", "Ba"),
    ("ben", "Ben"),
    ("De", "De"),
    ("Li", "LI"),
]
OTHER = [
    # a short part or a particle alone
    ("Ba", "Ba-Diallo"),
    ("Li", "Li-Roy"),
    ("de la", "de la Cruz"),
    ("Ben", "Ben Ali"),
    ("El", "El-Khoury"),
    ("Saint", "Saint-Jean"),
    ("St", "Saint-Jean"),
    ("Mac", "Mac Donald"),
    ("van", "van der Berg"),
    # spelling distance
    ("Trembley", "Tremblay"),
    ("Lefèvre", "Lefebvre"),
    ("Diallo", "Dialo"),
    ("Tremblays", "Tremblay"),
    ("Trembl", "Tremblay"),
    ("Bélangé", "Bélanger"),
    ("McDonald", "MacDonald"),
    # extra words
    ("Tremblay OR Roy", "Tremblay-Roy"),
    ("Tremblay Roy Gagnon", "Tremblay-Roy"),
    ("Tremblay-Roy", "Tremblay"),
    ("Tremblay et Roy", "Tremblay-Roy"),
    ("Tremblay, Roy, Gagnon", "Tremblay"),
    ("Tremblay*", "Tremblay"),
    ("%", "Tremblay"),
    ("", "Tremblay"),
    ("-", "Tremblay"),
    ("' '", "Tremblay"),
    # mixed scripts
    ("Тremblay", "Tremblay"),
    ("Rоy", "Roy"),
    # nothing on file
    ("Tremblay", ""),
]


@pytest.mark.parametrize(("typed", "on_file"), SAME)
def test_the_same_name(typed: str, on_file: str) -> None:
    assert same_name(typed, on_file)


@pytest.mark.parametrize(("typed", "on_file"), OTHER)
def test_another_name(typed: str, on_file: str) -> None:
    assert not same_name(typed, on_file)


PART = st.text(alphabet="abcdefghijklmnoprstuvz", min_size=3, max_size=9).filter(
    lambda word: (
        word not in {"ben", "bin", "das", "del", "den", "der", "des", "dos", "ibn", "les", "los", "ten"}
        and word
        not in {"ter", "van", "von", "della", "saint", "sainte", "san", "santa", "sao", "mac", "fitz", "ste"}
    )
)
NAME = st.lists(PART, min_size=1, max_size=3).map("-".join)


@given(st.text(max_size=120))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_are_compared_without_harm(typed: str, on_file: str) -> None:
    assert same_name(typed, on_file) in {True, False}


@given(NAME)
def test_a_name_is_itself_however_it_is_written(name: str) -> None:
    for typed in (name, name.upper(), name.replace("-", " "), name.replace("-", ""), name.replace("-", "'")):
        assert same_name(typed, name)
        assert same_name(name, typed)


@given(st.lists(PART, min_size=2, max_size=3, unique=True))
def test_a_whole_part_stands_for_the_compound_and_never_the_compound_for_a_part(parts: list[str]) -> None:
    compound = "-".join(parts)
    for part in parts:
        assert same_name(part, compound)
        assert not same_name(compound, part)


@given(NAME, st.integers(0, 30), PART)
def test_one_letter_more_or_an_extra_word_is_another_name(name: str, place: int, word: str) -> None:
    at = place % (len(name) + 1)
    assert not same_name(f"{name[:at]}x{name[at:]}", name)
    assert not same_name(f"{name} {word}", name)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("Тremblay", Refusal.MIXED_SCRIPTS),
        ("Diaλlo", Refusal.MIXED_SCRIPTS),
        ("x" * 81, Refusal.TOO_LONG),
        ("12345", Refusal.NO_LETTERS),
        ("Tremblay", None),
        ("D’Amours-Côté", None),
        ("Ｔremblay", None),
        ("Иванова", None),
        ("حسن", None),
        ("山田はな", None),
    ],
)
def test_what_is_refused_for_its_form(name: str, refusal: Refusal | None) -> None:
    assert refused_for_form(name) is refusal


@pytest.mark.parametrize(
    ("typed", "on_file", "same"),
    [
        ("Mauril-Bélanger", "École élémentaire publique Mauril-Bélanger", True),
        ("ecole mauril belanger", "École élémentaire publique Mauril-Bélanger", True),
        ("mauril belenger", "École élémentaire publique Mauril-Bélanger", True),
        ("Mauril Bélanger", "Mauril-Bélanger", True),
        ("PET", "École élémentaire publique Pierre-Elliott-Trudeau", True),
        ("La Salle", "École secondaire publique De La Salle", True),
        ("l'odyssee", "École élémentaire publique L'Odyssée", True),
        ("Grand Héron", "École élémentaire publique Grand-Héron", True),
        ("Louis-Riel", "École élémentaire publique Mauril-Bélanger", False),
        ("école", "École élémentaire publique Mauril-Bélanger", False),
        ("", "École élémentaire publique Mauril-Bélanger", False),
        ("", "", False),
        ("Marie-Curie", "École élémentaire publique Grand-Héron", False),
        ("Pierre-de-Blois", "École élémentaire publique Pierre-Elliott-Trudeau", False),
        ("Petit Héron", "École élémentaire publique Grand-Héron", False),
    ],
)
def test_the_school_that_is_meant(typed: str, on_file: str, same: bool) -> None:
    assert same_school(typed, on_file) is same


def test_every_school_of_the_list_is_itself_and_no_other() -> None:
    names = [school.name for school in schools()]
    assert len(names) >= 30
    assert [(a, b) for a in names for b in names if same_school(a, b) != (a == b)] == []


def test_every_alias_names_its_own_school_only() -> None:
    wrong = [
        (alias, school.name)
        for school in schools()
        for alias in school.aliases
        if [other.name for other in schools() if same_school(alias, other.name)] != [school.name]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "on_file"), [pair for pair in SAME if pair[0].strip() not in {"Cruz", "de la Cruz"}]
)
def test_two_ways_to_write_one_child_share_a_count(typed: str, on_file: str) -> None:
    first, second = (Facts(child_first_name="Ana", child_last_name=name) for name in (typed, on_file))
    assert set(target_keys(first)) & set(target_keys(second))


@given(NAME, NAME)
def test_any_two_names_that_match_share_a_count(typed: str, on_file: str) -> None:
    first, second = (Facts(child_first_name="Ana", child_last_name=name) for name in (typed, on_file))
    if same_name(typed, on_file):
        assert set(target_keys(first)) & set(target_keys(second))
