"""Messages as a channel would hand them to the inbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.ports import Arrival, Channel
from conversations.events import Said

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def mail(number: int, text: str = "Bonjour", *, case: int | None = None, sender: str = "") -> Arrival:
    """The mail `number`: the same number is the same mail."""
    sender = sender or f"parent{number}@x.example"
    return Arrival(
        external_id=f"mail:{number}",
        channel=Channel.MAIL,
        sender=sender,
        reply_to=sender,
        said=Said(AT, text),
        conversation=case,
        thread={"message_id": f"<{number}@x.example>"},
    )


def in_case(arrival: Arrival, case: int) -> Arrival:
    return replace(arrival, conversation=case)
