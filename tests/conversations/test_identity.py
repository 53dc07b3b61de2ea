"""To whom a set of facts, or a mailbox on file, leads: one contact or a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from conversations.events import Verdict
from conversations.identity import (
    Candidate,
    Guardian,
    Judgement,
    MailboxHolder,
    acts_as_guardian,
    judge,
    judge_vouched,
    local_day,
    may_act,
    target_keys,
)
from conversations.model import Facts

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
MOTHER = Guardian(
    contact="c-fatou",
    first_name="Fatou",
    last_name="Diallo",
    relationship="mother",
    portal_access=True,
    account_state="invited",
    email="fatou@example.org",
)
FATHER = replace(MOTHER, contact="c-marc", first_name="Marc", last_name="Roy", email="marc@example.org")
CHILD = Candidate(
    student="s-aicha",
    first_names=("Aïcha",),
    last_name="Diallo-Roy",
    birth_date=date(2015, 9, 3),
    school="École élémentaire publique Mauril-Bélanger",
    active=True,
    contacts=(MOTHER, FATHER),
)
FACTS = Facts("Diallo", "Fatou", "Aïcha", "Diallo-Roy", date(2015, 9, 3), "Mauril-Bélanger")
MATCH = Judgement(Verdict.MATCHED, "c-fatou", "s-aicha")


def verdict(facts: Facts, *candidates: Candidate, now: datetime = NOW) -> Verdict:
    return judge(facts, candidates, now).verdict


def with_mother(**changes: object) -> Candidate:
    return replace(CHILD, contacts=(replace(MOTHER, **changes), FATHER))  # type: ignore[arg-type]  # by name


def test_all_facts_of_one_child_lead_to_the_one_contact() -> None:
    assert judge(FACTS, [CHILD], NOW) == MATCH


def test_each_parent_is_led_to_their_own_contact_only() -> None:
    found = judge(replace(FACTS, parent_last_name="Roy", parent_first_name="Marc"), [CHILD], NOW)
    assert found == Judgement(Verdict.MATCHED, "c-marc", "s-aicha")


@pytest.mark.parametrize(
    "change",
    [
        {"parent_last_name": "Gagnon"},
        {"child_first_name": "Inès"},
        {"child_last_name": "Gagnon"},
        {"birth_date": date(2015, 9, 4)},
        {"birth_date": None},
        {"school": "Louis-Riel"},
        {"school": None},
        {"parent_last_name": None},
        {"child_first_name": ""},
    ],
)
def test_any_other_fact_leads_to_nobody(change: dict[str, object]) -> None:
    assert judge(replace(FACTS, **change), [CHILD], NOW) == Judgement(Verdict.NOBODY)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("candidates", [(), (CHILD,)])
def test_no_facts_at_all_lead_to_nobody(candidates: Sequence[Candidate]) -> None:
    assert judge(Facts(), candidates, NOW) == Judgement(Verdict.NOBODY)


def test_nobody_born_on_that_day_leads_to_nobody() -> None:
    assert judge(FACTS, [], NOW) == Judgement(Verdict.NOBODY)


def test_the_first_name_is_not_needed_where_one_contact_has_the_last_name() -> None:
    assert judge(replace(FACTS, parent_first_name="Binta"), [CHILD], NOW) == MATCH


def test_the_first_name_never_widens() -> None:
    assert verdict(replace(FACTS, parent_last_name="Gagnon"), CHILD) is Verdict.NOBODY


SISTER = replace(MOTHER, contact="c-binta", first_name="Binta", email="binta@example.org")
TWO_OF_ONE_NAME = replace(CHILD, contacts=(MOTHER, SISTER))


def test_the_first_name_chooses_between_two_of_one_last_name() -> None:
    assert judge(FACTS, [TWO_OF_ONE_NAME], NOW) == MATCH


@pytest.mark.parametrize("first_name", ["Awa", None, ""])
def test_two_of_one_last_name_that_no_first_name_tells_apart_are_for_a_person(first_name: str | None) -> None:
    assert verdict(replace(FACTS, parent_first_name=first_name), TWO_OF_ONE_NAME) is Verdict.SEVERAL


def test_a_restricted_parent_never_moves_the_other_ones_mail() -> None:
    barred = replace(TWO_OF_ONE_NAME, contacts=(MOTHER, replace(SISTER, restriction="court order")))
    assert verdict(replace(FACTS, parent_first_name="Binta"), barred) is Verdict.BARRED
    assert verdict(replace(FACTS, parent_first_name="Awa"), barred) is Verdict.BARRED
    assert judge(FACTS, [barred], NOW) == MATCH


def test_a_relative_of_the_same_name_does_not_stand_in_the_way() -> None:
    aunt = replace(SISTER, is_guardian_role=False, portal_access=False)
    assert (
        judge(replace(FACTS, parent_first_name="F."), [replace(CHILD, contacts=(MOTHER, aunt))], NOW) == MATCH
    )


@pytest.mark.parametrize(
    "candidate",
    [
        with_mother(restriction="no contact"),
        with_mother(portal_access=False),
        with_mother(is_guardian_role=False),
        replace(CHILD, active=False),
    ],
)
def test_whoever_is_barred_is_for_a_person(candidate: Candidate) -> None:
    assert verdict(FACTS, candidate) is Verdict.BARRED


def test_a_student_who_left_does_not_hide_the_one_who_is_there() -> None:
    assert judge(FACTS, [replace(CHILD, student="s-old", active=False), CHILD], NOW) == MATCH


def test_two_active_students_of_one_description_are_for_a_person() -> None:
    assert verdict(FACTS, CHILD, replace(CHILD, student="s-twin")) is Verdict.SEVERAL


def test_twins_are_told_apart_by_their_first_names() -> None:
    twin = replace(CHILD, student="s-twin", first_names=("Awa",))
    assert judge(FACTS, [twin, CHILD], NOW) == MATCH


def test_a_preferred_name_holds_only_where_the_file_has_it() -> None:
    called = replace(FACTS, child_first_name="Aïa")
    assert verdict(called, CHILD) is Verdict.NOBODY
    assert judge(called, [replace(CHILD, first_names=("Aïcha", "Aïa"))], NOW) == MATCH


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"email": None}, Verdict.NO_ADDRESS),
        ({"email": ""}, Verdict.NO_ADDRESS),
        ({"undeliverable": True}, Verdict.UNDELIVERABLE),
        ({"email_changed_at": NOW - timedelta(hours=23, minutes=59)}, Verdict.ADDRESS_TOO_NEW),
        ({"email_changed_at": NOW + timedelta(hours=1)}, Verdict.ADDRESS_TOO_NEW),
        ({"email_changed_at": NOW - timedelta(hours=24)}, Verdict.MATCHED),
        ({"email": None, "restriction": "no contact"}, Verdict.BARRED),
    ],
)
def test_a_mail_must_be_able_to_arrive(change: dict[str, object], expected: Verdict) -> None:
    assert verdict(FACTS, with_mother(**change)) is expected


@pytest.mark.parametrize(
    ("now", "of_age"),
    [
        (datetime(2033, 9, 3, 3, 59, tzinfo=UTC), False),
        (datetime(2033, 9, 3, 4, 0, tzinfo=UTC), True),
    ],
)
def test_a_student_comes_of_age_at_midnight_at_the_board(now: datetime, of_age: bool) -> None:
    assert (verdict(FACTS, CHILD, now=now) is Verdict.BARRED) == of_age
    assert CHILD.of_age(local_day(now)) == of_age


def test_a_child_of_the_leap_day_comes_of_age_on_the_first_of_march() -> None:
    child = replace(CHILD, birth_date=date(2008, 2, 29))
    assert not child.of_age(date(2026, 2, 28))
    assert child.of_age(date(2026, 3, 1))


def test_a_student_without_a_birthday_counts_as_of_age() -> None:
    assert not may_act(replace(CHILD, birth_date=None), MOTHER, local_day(NOW))


# A mailbox on file.


def holder(*children: Candidate, contact: str = "c-fatou") -> MailboxHolder:
    return MailboxHolder(contact, children)


OTHER_CHILD = replace(CHILD, student="s-moussa", first_names=("Moussa",), birth_date=date(2012, 1, 5))


def test_a_mailbox_of_one_contact_is_that_contact_with_all_their_children() -> None:
    assert judge_vouched([holder(CHILD, OTHER_CHILD)], NOW) == Judgement(Verdict.MATCHED, "c-fatou")


def test_a_mailbox_of_two_contacts_is_for_a_person() -> None:
    shared = [holder(CHILD), holder(CHILD, contact="c-marc")]
    assert judge_vouched(shared, NOW) == Judgement(Verdict.SEVERAL)


def test_a_mailbox_of_nobody_is_nobodys() -> None:
    assert judge_vouched([], NOW) == Judgement(Verdict.NOBODY)


def test_one_child_that_may_be_acted_for_is_enough() -> None:
    grown = replace(OTHER_CHILD, birth_date=date(2006, 1, 5))
    assert judge_vouched([holder(grown, CHILD)], NOW).verdict is Verdict.MATCHED


@pytest.mark.parametrize(
    "children",
    [
        (),
        (replace(CHILD, active=False),),
        (replace(CHILD, birth_date=date(2006, 1, 5)),),
        (with_mother(restriction="no contact"), OTHER_CHILD),
        (with_mother(portal_access=False),),
        (with_mother(is_guardian_role=False),),
        (replace(CHILD, contacts=(FATHER,)),),
    ],
)
def test_a_mailbox_whose_owner_may_not_act_is_for_a_person(children: tuple[Candidate, ...]) -> None:
    assert judge_vouched([holder(*children)], NOW).verdict is Verdict.BARRED


def test_a_mailbox_that_changed_today_waits_for_staff() -> None:
    child = with_mother(email_changed_at=NOW - timedelta(hours=1))
    assert judge_vouched([holder(child)], NOW).verdict is Verdict.ADDRESS_TOO_NEW


@pytest.mark.parametrize(
    ("relationship", "acts"),
    [
        ("parent", True),
        ("Mère", True),
        ("GUARDIAN", True),
        ("tuteur", True),
        ("legal guardian", True),
        ("step-father", True),
        ("relative", False),
        ("grand-mère", False),
        ("emergency", False),
        ("", False),
    ],
)
def test_who_acts_as_a_parent_or_guardian(relationship: str, acts: bool) -> None:
    assert acts_as_guardian(relationship) is acts


# What the limits count.


def test_a_particle_left_out_shares_the_count() -> None:
    first, second = (Facts(child_first_name="Ana", child_last_name=name) for name in ("Cruz", "de la Cruz"))
    assert set(target_keys(first)) & set(target_keys(second))


def test_a_birthday_and_a_last_name_are_counted_whatever_the_first_name() -> None:
    first = replace(FACTS, child_first_name="Ana")
    assert any(
        key.startswith("born:2015-09-03:") for key in set(target_keys(first)) & set(target_keys(FACTS))
    )


def test_other_families_are_counted_apart() -> None:
    other = Facts("Roy", "Marc", "Théo", "Gagnon", date(2014, 1, 2), "Louis-Riel")
    assert not set(target_keys(other)) & set(target_keys(FACTS))


def test_the_keys_come_from_the_typed_words_alone_in_a_fixed_order() -> None:
    assert target_keys(FACTS) == tuple(sorted(target_keys(FACTS)))
    assert target_keys(Facts()) == ()
    assert len(target_keys(FACTS)) <= 24
