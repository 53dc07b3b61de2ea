"""The table is whole, leads only where it says, and tells nobody what the roster knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.effects import (
    CancelReminders,
    Close,
    Effect,
    Evaluate,
    HandOver,
    Path,
    Reason,
    Remind,
    Resend,
    Say,
)
from conversations.events import Evaluated, Event, Said, StaffTook, Timer, TimerDue, Verdict
from conversations.flows.moves import SAID, Move
from conversations.flows.serving import RESTING
from conversations.machine import POLICY, TABLE, step, step_explained
from conversations.model import Care, Conversation, Facts, Intent, Language, Medium, Stage
from conversations.phrases import Phrase
from conversations.recogniser.reading import Reading
from tests.conversations.readings import AT, FAMILY, FAMILY_TEXT, hidden, reading, turns, understood_as

EXAMPLES = 150
"""Random conversations a property: together a few seconds."""

mediums = st.sampled_from(Medium)
scripts = st.lists(turns, max_size=12)


def play(
    case: Conversation, script: Iterable[tuple[Event, Reading]]
) -> list[tuple[Conversation, tuple[Effect, ...]]]:
    done = []
    for event, what in script:
        case, effects = step(case, event, understand=understood_as(what))
        done.append((case, effects))
    return done


def seen(effects: Iterable[Effect]) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, Say)]


def test_each_stage_has_exactly_one_row_for_each_move() -> None:
    pairs = Counter((stage, move) for stages, moves, *_ in POLICY for stage in stages for move in moves)
    assert set(pairs) == {(stage, move) for stage in Stage for move in Move}
    assert set(pairs.values()) == {1}
    assert set(TABLE) == set(pairs)


def test_each_row_says_why() -> None:
    assert all(row.why and row.leads_to for row in TABLE.values())


@settings(max_examples=EXAMPLES)
@given(mediums, scripts)
def test_a_row_leads_only_where_it_says(medium: Medium, script: list[tuple[Event, Reading]]) -> None:
    case = Conversation(medium)
    for event, what in script:
        done = step_explained(case, event, understand=understood_as(what))
        assert done.row is not None
        assert done.move is not None
        if Say(Phrase.NEXT_REQUEST) in done.effects:
            assert done.row.leads_to & {*RESTING, Stage.COLLECTING}, (case.stage, done.move)
        else:
            assert done.after.stage in done.row.leads_to, (case.stage, done.move)
        case = done.after


@settings(max_examples=EXAMPLES)
@given(mediums, scripts)
def test_in_a_turn_nothing_is_said_after_the_roster_is_asked(
    medium: Medium, script: list[tuple[Event, Reading]]
) -> None:
    for _, effects in play(Conversation(medium), script):
        kinds = [type(effect) for effect in effects]
        if Evaluate in kinds:
            assert Say in kinds
            assert Say not in kinds[kinds.index(Evaluate) :]


@settings(max_examples=EXAMPLES)
@given(mediums, scripts, st.lists(st.tuples(st.integers(0, 12), hidden), max_size=8))
def test_what_the_roster_knows_changes_nothing_that_the_parent_sees(
    medium: Medium, script: list[tuple[Event, Reading]], secrets: list[tuple[int, Event]]
) -> None:
    told = play(Conversation(medium), script)
    case, with_secrets = Conversation(medium), []
    for place, (event, what) in enumerate(script):
        for when, secret in secrets:
            if when == place:
                case, effects = step(case, secret)
                assert all(isinstance(effect, Resend | HandOver) for effect in effects)
        case, effects = step(case, event, understand=understood_as(what))
        with_secrets.append((case, effects))
    assert with_secrets == told


@settings(max_examples=EXAMPLES)
@given(mediums, scripts)
def test_everything_said_to_the_bot_is_answered_unless_a_person_has_the_word(
    medium: Medium, script: list[tuple[Event, Reading]]
) -> None:
    case = Conversation(medium)
    for event, what in script:
        after, effects = step(case, event, understand=understood_as(what))
        if isinstance(event, Said) and case.stage is not Stage.WITH_STAFF:
            assert seen(effects)
        if isinstance(event, Said) and case.stage is Stage.WITH_STAFF:
            assert len(seen(effects)) == (0 if case.acknowledged else 1)
            assert after.acknowledged
        case = after


@settings(max_examples=EXAMPLES)
@given(mediums, scripts)
def test_a_case_left_alone_comes_to_rest(medium: Medium, script: list[tuple[Event, Reading]]) -> None:
    case, pending, spoken = Conversation(medium), set[Timer](), False
    for event, what in script:
        case, effects = step(case, event, understand=understood_as(what))
        spoken = spoken or isinstance(event, Said)
        if isinstance(event, TimerDue):
            pending.discard(event.timer)
        _note(effects, pending)
    if case.stage is Stage.NEW and not spoken:
        return
    for _ in range(6):
        for timer in tuple(pending):
            pending.discard(timer)
            case, effects = step(case, TimerDue(AT, timer))
            _note(effects, pending)
    assert case.stage in {Stage.CLOSED, Stage.WITH_STAFF}


def _note(effects: Iterable[Effect], pending: set[Timer]) -> None:
    for effect in effects:
        match effect:
            case Remind(timer=timer):
                pending.add(timer)
            case CancelReminders():
                pending.clear()


@settings(max_examples=EXAMPLES)
@given(mediums, scripts)
def test_facts_are_forgotten_when_a_case_closes(medium: Medium, script: list[tuple[Event, Reading]]) -> None:
    for case, effects in play(Conversation(medium), script):
        if case.stage is Stage.CLOSED or any(isinstance(effect, Close) for effect in effects):
            assert case.facts == Facts()
            assert case.details == ()


@settings(max_examples=EXAMPLES)
@given(mediums, scripts)
def test_a_case_is_evaluated_by_facts_three_times_at_most(
    medium: Medium, script: list[tuple[Event, Reading]]
) -> None:
    evaluated = [effect for _, effects in play(Conversation(medium), script) for effect in effects]
    by_facts = [effect for effect in evaluated if isinstance(effect, Evaluate) and effect.path is Path.FACTS]
    assert len(by_facts) <= 3
    assert all(not effect.facts.missing() and effect.intent.care is Care.RESEND for effect in by_facts)


def test_each_verdict_is_a_resend_or_something_for_staff() -> None:
    case = Conversation(Medium.MAIL, stage=Stage.PROMISED)
    for verdict in Verdict:
        after, effects = step(case, Evaluated(AT, verdict, "contact-7"))
        assert after is case
        expected = Resend("contact-7") if verdict is Verdict.MATCHED else HandOver(Reason(verdict.value))
        assert effects == (expected,)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("move", SAID)
def test_each_row_for_words_can_be_reached(stage: Stage, move: Move) -> None:
    case = Conversation(Medium.CHAT, stage=stage, choices=(Intent.NO_SECURITY_CODE, Intent.HOW_TO_ACTIVATE))
    text, what = _WAYS[move]
    done = step_explained(case, Said(AT, text), understand=understood_as(what))
    assert (done.move, done.row) == (move, TABLE[stage, move])


_WAYS: dict[Move, tuple[str, Reading]] = {
    Move.RESEND_REQUEST: ("je n'ai pas reçu le code", reading(Intent.NO_SECURITY_CODE)),
    Move.GUIDE_QUESTION: ("comment changer la langue", reading(Intent.CHANGE_LANGUAGE)),
    Move.STAFF_REQUEST: ("mon nom est mal écrit", reading(Intent.WRONG_RECORD)),
    Move.STATUS: ("avez-vous des nouvelles", reading(Intent.CASE_STATUS)),
    Move.HUMAN: ("une personne", reading(Intent.HUMAN)),
    Move.FACTS: (FAMILY_TEXT, reading(Intent.INFORM, entities=FAMILY)),
    Move.CHOICE: ("2", reading(Intent.INFORM, sure=False)),
    Move.YES: ("oui", reading(Intent.AFFIRM)),
    Move.NO: ("non", reading(Intent.DENY)),
    Move.NOT_WORKING: ("Ça ne marche toujours pas", reading(Intent.PORTAL_UNAVAILABLE, sure=False)),
    Move.THANKS: ("merci beaucoup", reading(Intent.THANKS)),
    Move.GREETING: ("bonjour", reading(Intent.GREETING)),
    Move.CANCEL: ("laissez tomber", reading(Intent.CANCEL)),
    Move.UNCLEAR: ("le machin du truc là-bas", reading(Intent.MOBILE_APP, sure=False)),
    Move.EMPTY: ("…", reading(Intent.OUT_OF_SCOPE, sure=False)),
    Move.OTHER_LANGUAGE: ("no he recibido el código", reading(Intent.OUT_OF_SCOPE, language=Language.OTHER)),
    Move.OUT_OF_SCOPE: ("à quelle heure passe l'autobus", reading(Intent.OUT_OF_SCOPE)),
}


def test_a_person_who_takes_a_case_silences_the_bot() -> None:
    case, effects = step(Conversation(Medium.CHAT, stage=Stage.COLLECTING), StaffTook(AT))
    assert case.stage is Stage.WITH_STAFF
    assert effects == (CancelReminders(),)
    after, effects = step(case, Said(AT, "oui"), understand=understood_as(reading(Intent.AFFIRM)))
    assert (after.stage, effects) == (Stage.WITH_STAFF, ())
