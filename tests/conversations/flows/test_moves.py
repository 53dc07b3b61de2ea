"""The same words mean different things at different stages."""

from __future__ import annotations

import pytest

from conversations.effects import Evaluate, HandOver, Path, Reason, Say
from conversations.events import Said
from conversations.flows.moves import Move
from conversations.machine import step, step_explained
from conversations.model import Conversation, Fact, Facts, Intent, Medium, Stage
from conversations.phrases import Phrase
from conversations.recogniser.reading import Reading
from tests.conversations.readings import AT, FAMILY, FAMILY_TEXT, reading, understood_as


def move(case: Conversation, text: str, what: Reading) -> Move | None:
    return step_explained(case, Said(AT, text), understand=understood_as(what)).move


def told(case: Conversation) -> Conversation:
    """The case, after every fact was told."""
    what = understood_as(reading(Intent.INFORM, entities=FAMILY))
    return step(case, Said(AT, FAMILY_TEXT), understand=what)[0]


COLLECTING = Conversation(
    Medium.MAIL, stage=Stage.COLLECTING, intent=Intent.NO_SECURITY_CODE, asked=tuple(Fact)
)
PROMISED = told(COLLECTING)
GUIDING = Conversation(Medium.MAIL, stage=Stage.GUIDING, intent=Intent.CHANGE_LANGUAGE)


def test_still_nothing_is_about_the_e_mail_where_one_was_promised() -> None:
    unsure = reading(Intent.OUT_OF_SCOPE, sure=False)
    assert PROMISED.stage is Stage.PROMISED
    assert move(PROMISED, "Toujours rien.", unsure) is Move.STATUS
    assert move(GUIDING, "Toujours pas.", unsure) is Move.NOT_WORKING


@pytest.mark.parametrize(
    "text",
    [
        "ça marche pas",
        "Ça ne marche toujours pas !",
        "désolée mais cela ne fonctionne pas",
        "it still doesn't work",
        "Sorry, that did not help",
        "même problème",
    ],
)
def test_a_bare_it_does_not_work_is_heard_whatever_the_recogniser_thinks(text: str) -> None:
    assert move(GUIDING, text, reading(Intent.PORTAL_UNAVAILABLE)) is Move.NOT_WORKING


def test_what_does_not_work_is_a_request_of_its_own() -> None:
    assert move(GUIDING, "le code ne marche pas", reading(Intent.CODE_REJECTED)) is Move.RESEND_REQUEST


def test_facts_weigh_more_than_an_unsure_reading() -> None:
    what = reading(Intent.PORTAL_UNAVAILABLE, sure=False, entities=FAMILY)
    assert move(COLLECTING, FAMILY_TEXT, what) is Move.FACTS


def test_a_sure_request_is_heard_before_the_facts_beside_it() -> None:
    what = reading(Intent.CHANGE_LANGUAGE, entities=FAMILY)
    done = step_explained(COLLECTING, Said(AT, FAMILY_TEXT), understand=understood_as(what))
    assert done.move is Move.GUIDE_QUESTION
    assert done.after.facts.missing() == ()


def test_a_signature_under_a_kind_word_is_no_correction() -> None:
    what = reading(Intent.THANKS, entities={"parent_first_name": ("F.",), "parent_last_name": ("Diallo",)})
    done = step_explained(PROMISED, Said(AT, "Merci ! F. Diallo"), understand=understood_as(what))
    assert done.move is Move.THANKS
    assert done.after.facts == PROMISED.facts


def test_a_corrected_fact_is_another_set() -> None:
    what = reading(Intent.DENY, second=Intent.INFORM, entities={"birth_date": ("2015-09-13",)})
    after, effects = step(PROMISED, Said(AT, "non, le 13 septembre 2015"), understand=understood_as(what))
    assert [effect.path for effect in effects if isinstance(effect, Evaluate)] == [Path.FACTS]
    assert after.sets_evaluated == 2


def test_the_same_facts_again_are_not_evaluated_again() -> None:
    what = reading(Intent.INFORM, entities=FAMILY)
    after, effects = step(PROMISED, Said(AT, FAMILY_TEXT), understand=understood_as(what))
    assert not [effect for effect in effects if isinstance(effect, Evaluate)]
    assert (after.stage, after.sets_evaluated) == (Stage.PROMISED, 1)


def test_a_mailbox_on_file_is_asked_for_nothing_and_its_facts_are_not_used() -> None:
    event = Said(AT, FAMILY_TEXT, on_file=True)
    what = reading(Intent.NO_SECURITY_CODE, entities=FAMILY)
    _, effects = step(Conversation(Medium.MAIL), event, understand=understood_as(what))
    assert Evaluate(Path.VOUCHED, Facts(), Intent.NO_SECURITY_CODE) in effects


def test_an_address_that_changed_makes_a_resend_useless() -> None:
    what = reading(Intent.EMAIL_ADDRESS_CHANGED, second=Intent.NO_SECURITY_CODE)
    after, _ = step(Conversation(Medium.MAIL), Said(AT, "…adresse…"), understand=understood_as(what))
    assert (after.stage, after.waiting) == (Stage.DETAILING, ())


def test_a_request_for_staff_waits_behind_a_resend() -> None:
    what = reading(Intent.WRONG_RECORD, second=Intent.NO_SECURITY_CODE, entities=FAMILY)
    after, effects = step(Conversation(Medium.MAIL), Said(AT, FAMILY_TEXT), understand=understood_as(what))
    said = [effect.phrase for effect in effects if isinstance(effect, Say)]
    assert (
        said.index(Phrase.UNIFORM_ANSWER) < said.index(Phrase.NEXT_REQUEST) < said.index(Phrase.WRONG_RECORD)
    )
    assert (after.stage, after.promised) == (Stage.DETAILING, Intent.NO_SECURITY_CODE)


def test_a_number_of_nine_digits_is_not_kept_for_staff() -> None:
    detailing = Conversation(Medium.MAIL, stage=Stage.DETAILING, intent=Intent.WRONG_RECORD)
    what = understood_as(reading(Intent.INFORM))
    after, effects = step(detailing, Said(AT, "Son numéro est 123 456 789, il est faux."), understand=what)
    assert HandOver(Reason.REQUEST_FOR_STAFF) in effects
    assert "789" not in "".join(after.details)
    assert "il est faux" in after.details[0]


def test_ten_refusals_for_form_bring_a_person() -> None:
    case = Conversation(
        Medium.CHAT, stage=Stage.COLLECTING, intent=Intent.NO_SECURITY_CODE, asked=(Fact.BIRTH_DATE,)
    )
    what = understood_as(reading(Intent.INFORM))
    reasons = []
    for _ in range(10):
        assert case.stage is Stage.COLLECTING
        case, effects = step(case, Said(AT, "née le 31/02/2015"), understand=what)
        reasons += [effect.reason for effect in effects if isinstance(effect, HandOver)]
    assert reasons == [Reason.TOO_MANY_FORM_REFUSALS]
