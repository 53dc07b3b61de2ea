"""What would the bot do with this mail? For `guichet replay FILE.eml`: nothing is sent or stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.mailbox.evidence import doubt
from bot.mailbox.letter import Letter
from bot.mailbox.parse import parse
from bot.mailbox.whom import Ourselves, judge


def explain(
    raw: bytes, ourselves: Ourselves, profile: str, received_at: datetime | None = None
) -> dict[str, Any]:
    """How the mail room reads and judges `raw`, as JSON-able values.

    Without `received_at` the mail counts as received when it says it was written.
    """
    letter = parse(raw)
    judgement = judge(letter, ourselves)
    at = received_at or letter.date or datetime.now(UTC)
    reason = doubt(letter, profile, at, repeated=False)
    return {
        "kind": judgement.kind.value,
        "answered": judgement.refusal is None,
        "reason": judgement.refusal.value if judgement.refusal else None,
        "vouched": reason is None,
        "doubt": reason.value if reason else None,
        "case": ourselves.threads.first_of(letter.refers_to()),
        "received_at": at.isoformat(),
        "letter": _fields(letter),
    }


def _fields(letter: Letter) -> dict[str, Any]:
    bounce = letter.bounce
    return {
        "sender": letter.sender,
        "sender_flaw": letter.flaw.value if letter.flaw else None,
        "subject": letter.subject,
        "message_id": letter.message_id,
        "in_reply_to": list(letter.in_reply_to),
        "references": list(letter.references),
        "date": letter.date.isoformat() if letter.date else None,
        "text": letter.text,
        "quoted": letter.quoted,
        "content_key": letter.content_key,
        "oddities": sorted(letter.oddities),
        "bounce": bounce
        and {
            "message_ids": list(bounce.message_ids),
            "failures": [[each.address, each.status, each.action] for each in bounce.failures],
            "for_good": bounce.for_good,
        },
    }
