"""Keys are bound to their purpose; what they seal needs the same secret to open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.keys import Keys

KEYS = Keys("0123456789abcdef" * 2)
OTHERS = Keys("fedcba9876543210" * 2)


@given(st.text())
def test_a_sealed_text_opens_with_the_same_secret_only(plain: str) -> None:
    sealed = KEYS.seal("invitation", plain)
    assert KEYS.unseal("invitation", sealed) == plain
    with pytest.raises(SettingsError):
        OTHERS.unseal("invitation", sealed)
    with pytest.raises(SettingsError):
        KEYS.unseal("thread", sealed)


@given(st.integers(0, 2**60))
def test_a_ticket_leads_back_to_its_row_and_to_no_other_purpose(number: int) -> None:
    ticket = KEYS.ticket("not-me", number)
    assert KEYS.number_on("not-me", ticket) == number
    assert KEYS.number_on("thread", ticket) is None
    assert OTHERS.number_on("not-me", ticket) is None


@given(st.text(max_size=60))
def test_a_made_up_ticket_stands_for_nothing(ticket: str) -> None:
    assert KEYS.number_on("not-me", ticket) is None
    assert KEYS.number_on("not-me", f"12-{ticket}") is None


def test_a_short_tag_never_matches() -> None:
    assert not KEYS.matches("thread", "7", "")
    assert not KEYS.matches("thread", "7", KEYS.tag("thread", "7", 8))
    assert KEYS.matches("thread", "7", KEYS.tag("thread", "7", 20))
