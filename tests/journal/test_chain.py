"""Every change to a chain of rows is found, and named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.journal import GENESIS, Actor, Anchor, Chain, Entry, Flaw, Link, canonical, seal

ENTRIES = [
    Entry(
        1_770_000_000_000_000 + number, f"event.{number}", number % 3 or None, {"number": number}, Actor.BOT
    )
    for number in range(12)
]
CHAIN = seal(ENTRIES, None)


def found(links: list[Link], start: Anchor | None = None) -> tuple[Flaw, int] | None:
    chain = Chain(start)
    chain.check(links)
    report = chain.report()
    return None if report.flaw is None or report.seq is None else (report.flaw, report.seq)


def test_a_chain_as_it_was_written_is_sound() -> None:
    assert found(CHAIN) is None
    chain = Chain()
    assert chain.check(CHAIN)
    assert chain.report().last == Anchor(12, CHAIN[-1].hash)


def test_rows_sealed_later_follow_those_before() -> None:
    first = seal(ENTRIES[:5], None)
    assert [*first, *seal(ENTRIES[5:], Anchor(5, first[-1].hash))] == CHAIN
    assert CHAIN[0].prev == GENESIS


@given(st.integers(0, 11), st.sampled_from(["at", "conversation", "event", "body", "prev", "hash"]))
def test_a_changed_column_is_found_at_its_row(index: int, column: str) -> None:
    link = CHAIN[index]
    changed = {
        "at": replace(link, at=link.at + 1),
        "conversation": replace(link, conversation=99),
        "event": replace(link, event="event.other"),
        "body": replace(link, body=link.body.replace('"number":', '"numbers":')),
        "prev": replace(link, prev=bytes(31) + b"\1"),
        "hash": replace(link, hash=bytes(32)),
    }
    links = [*CHAIN[:index], changed[column], *CHAIN[index + 1 :]]
    assert found(links) == (Flaw.ALTERED, link.seq)


@given(st.integers(0, 10))
def test_a_row_taken_out_leaves_a_gap(index: int) -> None:
    assert found([*CHAIN[:index], *CHAIN[index + 1 :]]) == (Flaw.GAP, CHAIN[index].seq)


@given(st.integers(0, 10))
def test_rows_in_another_order_are_found(index: int) -> None:
    links = [*CHAIN[:index], CHAIN[index + 1], CHAIN[index], *CHAIN[index + 2 :]]
    assert found(links) == (Flaw.GAP, index + 1)


@given(st.integers(0, 10))
def test_a_row_written_anew_with_a_fitting_hash_does_not_fit_the_next(index: int) -> None:
    tail = Anchor(index, CHAIN[index - 1].hash) if index else None
    [forged] = seal([replace(ENTRIES[index], event="event.forged")], tail)
    assert found([*CHAIN[:index], forged, *CHAIN[index + 1 :]]) == (Flaw.FORK, index + 2)


def test_a_tail_cut_off_is_only_seen_from_an_anchor() -> None:
    """Known and told: `guichet audit verify` says so, and checkpoints are what closes it."""
    assert found(CHAIN[:7]) is None


def test_a_check_may_begin_at_a_row_known_to_be_sound() -> None:
    anchor = Anchor(5, CHAIN[4].hash)
    assert found(CHAIN[5:], anchor) is None
    assert found(CHAIN[6:], anchor) == (Flaw.GAP, 6)
    assert found(CHAIN[5:], Anchor(5, bytes(32))) == (Flaw.FORK, 6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ('line\nquote"back\\slash\x1f\x7f', '"line\\nquote\\"back\\\\slash\\u001f\x7f"'),
        ({"€": 1}, None),
        ({1: 1}, None),
        (0.5, None),
        (2**53, None),
        (b"bytes", None),
    ],
)
def test_rows_are_written_as_rfc_8785_says_or_not_at_all(value: object, text: str | None) -> None:
    if text is None:
        with pytest.raises(ValueError, match="journal"):
            canonical(value)
    else:
        assert canonical(value) == text
