"""The page on how a conversation goes says what the table says."""

from __future__ import annotations

from pathlib import Path

from conversations.diagram import page
from conversations.machine import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "conversation.md"


def test_the_page_is_as_fresh_as_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: ./dev python -m conversations.diagram > docs/conversation.md"
    )


def test_the_page_names_every_handler() -> None:
    shown = page()
    for row in TABLE.values():
        assert row.handler.__doc__
        assert row.handler.__doc__.split("\n")[0] in shown
