"""What a failure means for a parcel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.courier import Claimed, Dead, Later, Patience, after_failure
from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.ports import Channel, Parcel, ParcelKind

PATIENCE = Patience()
UNKNOWN = (OutcomeUnknown("the line broke"), ValueError("nobody foresaw"))


def claimed(attempts: int, *, doubtful: bool = False) -> Claimed:
    parcel = Parcel(1, "reply:1", ParcelKind.REPLY, Channel.MAIL, 7, {}, attempts)
    return Claimed(parcel, doubtful)


@given(st.integers(1, 7), st.floats(0, 1, exclude_max=True), st.floats(0, 7200) | st.none())
def test_a_provider_that_is_away_is_waited_for_at_least_as_long_as_it_says(
    attempts: int, chance: float, asked: float | None
) -> None:
    verdict = after_failure(claimed(attempts), ProviderAway("away", asked), PATIENCE, chance)
    assert isinstance(verdict, Later)
    assert not verdict.doubtful
    assert (asked or 0) <= verdict.wait <= max(asked or 0, PATIENCE.first * 2 ** (attempts - 1))


def test_the_eighth_failure_is_the_last() -> None:
    verdict = after_failure(claimed(8), ProviderAway("away"), PATIENCE, 0.5)
    assert verdict == Dead(claimed(8).parcel, "away", refused=False)


@given(st.integers(1, 8))
def test_a_refusal_is_the_end_at_once(attempts: int) -> None:
    verdict = after_failure(claimed(attempts), ProviderRefused("no"), PATIENCE, 0.5)
    assert verdict == Dead(claimed(attempts).parcel, "no", refused=True)


@pytest.mark.parametrize("error", UNKNOWN)
def test_what_may_have_left_is_tried_once_more_only(error: Exception) -> None:
    first = after_failure(claimed(1), error, PATIENCE, 0.5)
    assert isinstance(first, Later)
    assert first.doubtful
    assert isinstance(after_failure(claimed(2, doubtful=True), error, PATIENCE, 0.5), Dead)


def test_a_doubt_outlives_a_plain_absence() -> None:
    verdict = after_failure(claimed(2, doubtful=True), ProviderAway("away"), PATIENCE, 0.5)
    assert isinstance(verdict, Later)
    assert verdict.doubtful


def test_an_error_nobody_foresaw_keeps_its_text_to_itself() -> None:
    verdict = after_failure(claimed(1), ValueError("a parent's words"), PATIENCE, 0.5)
    assert "parent" not in verdict.error
