"""What would the bot do with this mail? For `guichet replay FILE.eml`: nothing is sent or stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.keys import Keys
from bot.mailbox.evidence import doubt
from bot.mailbox.letter import Letter
from bot.mailbox.parse import parse
from bot.mailbox.whom import Ourselves, judge
from bot.settings import Settings
from conversations.codec import effect_to_json
from conversations.events import Said
from conversations.machine import Step, step_explained
from conversations.model import Conversation, Medium

_NO_SECRET = "no secret: replies to the help line are not recognised as such"  # noqa: S105  # says that there is none


def explain(raw: bytes, settings: Settings, received_at: datetime | None = None) -> dict[str, Any]:
    """How the mail is read and judged and what the core would do, as JSON-able values.

    The mail is taken as the first of a case, from a mailbox that is not on file. Without
    `received_at` it counts as received when it says it was written.
    """
    ourselves = Ourselves.of(settings, Keys(settings.secret_key or _NO_SECRET))
    letter = parse(raw)
    judgement = judge(letter, ourselves)
    at = received_at or letter.date or datetime.now(UTC)
    reason = doubt(letter, settings.auth_results, at, repeated=False)
    return {
        "kind": judgement.kind.value,
        "answered": judgement.refusal is None,
        "reason": judgement.refusal.value if judgement.refusal else None,
        "vouched": reason is None,
        "doubt": reason.value if reason else None,
        "case": ourselves.threads.first_of(letter.refers_to()),
        "received_at": at.isoformat(),
        "letter": _fields(letter),
        "step": None if judgement.refusal else _step(letter, at),
    }


def _step(letter: Letter, at: datetime) -> dict[str, Any]:
    said = Said(at=at, text=letter.text, subject=letter.subject, quoted=letter.quoted)
    return _explained(step_explained(Conversation(medium=Medium.MAIL, opened_at=at), said))


def _explained(step: Step) -> dict[str, Any]:
    reading = step.reading
    return {
        "stage": step.after.stage.value,
        "language": step.after.language.value,
        "effects": [effect_to_json(effect) for effect in step.effects],
        "reading": reading
        and {
            "intent": reading.intent.value,
            "confidence": reading.confidence,
            "sure": reading.sure,
            "second": reading.second.value if reading.second else None,
            "language": reading.language.value,
            "entities": {name: list(values) for name, values in reading.entities.items()},
            "because": list(reading.because),
        },
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
