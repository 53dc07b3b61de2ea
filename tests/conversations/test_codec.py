"""What is stored of a conversation comes back as it was, across versions too."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.codec import (
    EFFECTS,
    EVENTS,
    effect_from_json,
    effect_to_json,
    event_from_json,
    event_to_json,
    from_json,
    to_json,
)
from conversations.effects import Effect
from conversations.events import Event
from conversations.machine import step
from conversations.model import Conversation, Facts, Medium, Stage
from conversations.recogniser.reading import Reading
from tests.conversations.readings import hidden, turns, understood_as


@settings(max_examples=150)
@given(st.sampled_from(Medium), st.lists(turns, max_size=8))
def test_a_conversation_and_its_effects_come_back_as_they_were(
    medium: Medium, script: list[tuple[Event, Reading]]
) -> None:
    case = Conversation(medium)
    for event, what in script:
        case, effects = step(case, event, understand=understood_as(what))
        assert from_json(json.loads(json.dumps(to_json(case)))) == case
        assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event
        for effect in effects:
            assert effect_from_json(json.loads(json.dumps(effect_to_json(effect)))) == effect


@given(hidden)
def test_an_event_from_behind_the_counter_comes_back_as_it_was(event: Event) -> None:
    assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event


def test_each_event_and_effect_has_a_name() -> None:
    assert set(EVENTS.values()) == set(Event.__args__)
    assert set(EFFECTS.values()) == set(Effect.__args__)


def test_an_ambiguous_date_is_kept_until_it_is_settled() -> None:
    facts = Facts(birth_date_readings=(date(2015, 3, 4), date(2015, 4, 3)))
    case = Conversation(Medium.CHAT, stage=Stage.COLLECTING, facts=facts)
    assert from_json(to_json(case)) == case


def test_keys_of_another_version_are_passed_over_and_missing_ones_take_their_default() -> None:
    assert from_json({"medium": "mail", "mood": "sunny", "facts": {"shoe_size": 43}}) == Conversation(
        Medium.MAIL
    )


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"medium": "pigeon"},
        {"medium": "mail", "stage": "dancing"},
        {"medium": "mail", "choices": "no_security_code"},
        {"medium": "mail", "facts": {"birth_date": "yesterday"}},
        {"medium": "mail", "sets_evaluated": "3"},
    ],
)
def test_a_value_that_cannot_be_read_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(stored)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no such event"):
        event_from_json({"event": "eclipse"})
    with pytest.raises(ValueError, match="no such effect"):
        effect_from_json({"at": "2026-09-14"})
