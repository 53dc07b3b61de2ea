"""What `guichet recognise` answers to one line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.model import Intent
from conversations.recogniser.lines import answer_line


def test_an_answer_has_the_promised_shape() -> None:
    line = json.dumps({"id": "a7", "text": "Mes filles Ana et Léa Roy, code jamais reçu, nées le 3 mai 2014"})

    answer = json.loads(answer_line(line))

    assert list(answer) == ["id", "intent", "confidence", "language", "entities", "ranked", "second"]
    assert answer["id"] == "a7"
    assert {name for name, _ in answer["ranked"]} == set(Intent)
    assert answer["ranked"] == sorted(answer["ranked"], key=lambda pair: -pair[1])
    for values in answer["entities"].values():
        assert isinstance(values, str) or len(values) > 1


@pytest.mark.parametrize(
    "line",
    ["oops", "[]", "7", "{}", '{"id": 1}', '{"id": 1, "text": 5}', "[" * 100_000, '{"text": "\\ud800"}'],
)
def test_a_bad_line_is_answered_on_one_line(line: str) -> None:
    answer = answer_line(line)

    assert "\n" not in answer
    assert {"error", "intent"} & json.loads(answer).keys()


@given(
    st.one_of(st.text(max_size=60), st.builds(lambda text: json.dumps({"id": 1, "text": text}), st.text()))
)
@settings(max_examples=60, deadline=None)
def test_any_line_gets_one_json_line(line: str) -> None:
    answer = answer_line(line)

    assert len(answer.splitlines()) == 1 or "\n" not in answer
    assert "id" in json.loads(answer)
