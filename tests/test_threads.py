"""Message-IDs that only the help line can make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys import Keys
from bot.threads import Threads

KEYS = Keys("a secret of at least thirty-two characters")
THREADS = Threads(KEYS, "portail@cepeo.example")


@given(st.integers(0, 10**12), st.text())
def test_a_message_id_names_its_case_and_is_the_same_at_every_try(case: int, key: str) -> None:
    message_id = THREADS.message_id(case, key)
    assert THREADS.conversation_of(message_id) == case
    assert THREADS.message_id(case, key) == message_id
    assert len(message_id) < 998


def test_two_mails_of_a_case_differ() -> None:
    assert THREADS.message_id(1, "a") != THREADS.message_id(1, "b")


MINE = THREADS.message_id(5, "x")


@pytest.mark.parametrize(
    "changed",
    [
        MINE.replace("<g.5.", "<g.6."),
        MINE.replace("<g.5.", "<g.05."),
        MINE.replace("@cepeo.example", "@other.example"),
        MINE.replace(MINE[8:12], "aaaa"),
        MINE.strip("<>"),
        MINE + " ",
        "",
        "<g.5.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaa@cepeo.example>",
    ],
)
def test_a_changed_message_id_is_nobodys(changed: str) -> None:
    assert THREADS.conversation_of(changed) is None


def test_another_secret_makes_other_ids() -> None:
    other = Threads(Keys("another secret of thirty-two characters!"), "portail@cepeo.example")
    assert other.conversation_of(THREADS.message_id(5, "x")) is None


def test_the_first_of_ours_among_others_counts() -> None:
    ours = THREADS.message_id(5, "x")
    assert THREADS.first_of(["<a@b>", ours, THREADS.message_id(6, "y")]) == 5
    assert THREADS.first_of(["<a@b>"]) is None
