"""What would the bot do with this update? For `guichet replay FILE.json`: nothing is sent or stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.chats import AskedInPublic, Deed, Edited, Heard, Passed, Pressed, Switched, Told
from bot.handlers.buttons import Buttons
from bot.handlers.parse import Incoming, UnreadableError, What, parse
from bot.handlers.private import PrivateChat
from bot.handlers.public import overhear
from bot.keys import Keys
from bot.settings import Settings
from conversations.codec import effect_to_json
from conversations.machine import step_explained
from conversations.model import Conversation, Medium

_NO_SECRET = "no secret: buttons of ours are not recognised as such"  # noqa: S105  # says that there is none


def explain(raw: bytes, settings: Settings, received_at: datetime | None = None) -> dict[str, Any]:
    """How the update is read, and what the core would do with it as the first of a case."""
    at = received_at or datetime.now(UTC)
    try:
        incoming = parse(raw.decode("utf-8", "replace"))
    except UnreadableError as error:
        return {"what": "unreadable", "reason": str(error), "deed": None, "step": None}
    bot = int(settings.telegram_token.partition(":")[0] or 0)
    chat = PrivateChat(bot, Buttons(Keys(settings.secret_key or _NO_SECRET)))
    deed = _deed(chat, incoming, at)
    return {
        "what": incoming.what.value,
        "private": incoming.private,
        "deed": type(deed).__name__.lower(),
        "reason": deed.reason if isinstance(deed, Passed) else None,
        "says": _says(deed),
        "step": _step(deed, at) if isinstance(deed, Heard | Pressed | Edited) else None,
    }


def _deed(chat: PrivateChat, incoming: Incoming, at: datetime) -> Deed:
    if incoming.what is What.PASSED:
        return Passed(incoming.text)
    return chat.deed(incoming, at) if incoming.private else overhear(incoming).deed


def _says(deed: Deed) -> str | None:
    """The one phrase that the channel itself would say."""
    match deed:
        case Told() | AskedInPublic():
            return deed.notice.say.phrase.value
        case Switched():
            return deed.told.say.phrase.value
        case _:
            return None


def _step(deed: Heard | Pressed | Edited, at: datetime) -> dict[str, Any]:
    said = deed.arrival.said
    step = step_explained(Conversation(medium=Medium.CHAT, opened_at=at), said)
    return {
        "text": said.text,
        "intent": step.reading.intent.value if step.reading else None,
        "stage": step.after.stage.value,
        "language": step.after.language.value,
        "effects": [effect_to_json(effect) for effect in step.effects],
    }
