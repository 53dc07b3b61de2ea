"""Asking for the five facts: all at once by mail, one by one in a chat."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import Reason, Say
from conversations.facts import Refusal
from conversations.flows.turn import Answer, Says, to_person
from conversations.model import Conversation, Fact, Facts, Medium, Stage
from conversations.phrases import Phrase
from conversations.texts.days import day_in_words

QUESTIONS = {
    Fact.PARENT_LAST_NAME: Phrase.ASK_PARENT_LAST_NAME,
    Fact.PARENT_FIRST_NAME: Phrase.ASK_PARENT_FIRST_NAME,
    Fact.CHILD_NAME: Phrase.ASK_CHILD_NAME,
    Fact.BIRTH_DATE: Phrase.ASK_BIRTH_DATE,
    Fact.SCHOOL: Phrase.ASK_SCHOOL,
}
_ITEMS = {
    Fact.PARENT_LAST_NAME: Phrase.FACT_PARENT_LAST_NAME,
    Fact.PARENT_FIRST_NAME: Phrase.FACT_PARENT_FIRST_NAME,
    Fact.CHILD_NAME: Phrase.FACT_CHILD_NAME,
    Fact.BIRTH_DATE: Phrase.FACT_BIRTH_DATE,
    Fact.SCHOOL: Phrase.FACT_SCHOOL,
}
REFUSALS = {
    Refusal.MIXED_SCRIPTS: Phrase.REFUSED_MIXED_SCRIPTS,
    Refusal.IMPOSSIBLE_DATE: Phrase.REFUSED_IMPOSSIBLE_DATE,
    Refusal.FUTURE_DATE: Phrase.REFUSED_FUTURE_DATE,
    Refusal.TWO_DIGIT_YEAR: Phrase.REFUSED_TWO_DIGIT_YEAR,
    Refusal.IMPLAUSIBLE_DATE: Phrase.REFUSED_IMPLAUSIBLE_DATE,
    Refusal.TOO_LONG: Phrase.REFUSED_TOO_LONG,
    Refusal.NO_LETTERS: Phrase.REFUSED_NO_LETTERS,
}


def ask(case: Conversation, *opening: Say, refused: tuple[Refusal, ...] = (), again: bool = False) -> Answer:
    """Ask for what lacks; `again` where the last question was not answered."""
    if case.form_refusals >= case.form_refusals_limit:
        return to_person(case, Reason.TOO_MANY_FORM_REFUSALS, Phrase.A_PERSON_LOOKS)
    kind_words = (*opening, *(Say(phrase) for phrase in explain(refused)))
    if case.facts.birth_date_readings and (
        case.medium is Medium.CHAT or case.facts.missing() == (Fact.BIRTH_DATE,)
    ):
        return _which_day(case, kind_words)
    if case.medium is Medium.MAIL:
        return _all_at_once(case, kind_words, again=again)
    return _one_by_one(case, kind_words, again=again)


def explain(refused: tuple[Refusal, ...]) -> tuple[Phrase, ...]:
    """Why something typed cannot be used, once for each reason."""
    return tuple(dict.fromkeys(REFUSALS[refusal] for refusal in refused))


def _which_day(case: Conversation, opening: Says) -> Answer:
    first, second = case.facts.birth_date_readings[:2]
    question = Say(
        Phrase.ASK_WHICH_DAY,
        blanks=(
            ("first", day_in_words(first, case.language)),
            ("second", day_in_words(second, case.language)),
        ),
        items=(Phrase.DAY_FIRST, Phrase.DAY_SECOND),
    )
    return _collecting(case, (Fact.BIRTH_DATE,)), (*opening, question)


def _all_at_once(case: Conversation, opening: Says, *, again: bool) -> Answer:
    missing = case.facts.missing()
    blanks: tuple[tuple[str, str], ...] = ()
    if case.facts.birth_date_readings:
        days = (day_in_words(day, case.language) for day in case.facts.birth_date_readings[:2])
        blanks = tuple(zip(("first", "second"), days, strict=False))
    if again:
        phrase = Phrase.ASK_AGAIN
    else:
        phrase = Phrase.ASK_FACTS if len(missing) == len(Fact) else Phrase.ASK_MISSING_FACTS
    question = Say(phrase, blanks=blanks, items=tuple(_item(case.facts, fact) for fact in missing))
    return _collecting(case, missing), (*opening, question)


def _one_by_one(case: Conversation, opening: Says, *, again: bool) -> Answer:
    fact = case.facts.missing()[0]
    question = QUESTIONS[fact]
    if fact is Fact.CHILD_NAME and case.facts.child_first_name:
        question = Phrase.ASK_CHILD_LAST_NAME
    why = (Say(Phrase.WHY_FACTS),) if again or not case.asked else ()
    return _collecting(case, (fact,)), (*opening, *why, Say(question))


def _item(facts: Facts, fact: Fact) -> Phrase:
    if fact is Fact.BIRTH_DATE and facts.birth_date_readings:
        return Phrase.FACT_WHICH_DAY
    if fact is Fact.CHILD_NAME and facts.child_first_name:
        return Phrase.FACT_CHILD_LAST_NAME
    return _ITEMS[fact]


def _collecting(case: Conversation, asked: tuple[Fact, ...]) -> Conversation:
    return replace(case, stage=Stage.COLLECTING, asked=asked)
