"""Updates as the Bot API sends them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

FATOU, GROUP = 6_000_000_001, -1_002_000_000_002
PERSON = {"id": FATOU, "is_bot": False, "first_name": "Fatou", "language_code": "fr"}
PRIVATE = {"id": FATOU, "type": "private", "first_name": "Fatou"}
PUBLIC = {"id": GROUP, "type": "supergroup", "title": "Questions"}


def message(
    content: Mapping[str, Any] | None = None,
    *,
    number: int = 1,
    kind: str = "message",
    private: bool = True,
    **fields: Any,
) -> dict[str, Any]:
    """`content` holds fields whose names are no names of Python's, or come from elsewhere."""
    chat = PRIVATE if private else PUBLIC
    told = {"message_id": 40 + number, "date": 1_790_000_000, "chat": chat, "from": PERSON}
    return {"update_id": number, kind: told | fields | dict(content or {})}


def press(data: str, *, number: int = 1, private: bool = True, person: int = FATOU) -> dict[str, Any]:
    about = {"message_id": 40, "date": 0, "chat": PRIVATE if private else PUBLIC}
    told = {"id": f"press-{number}", "from": PERSON | {"id": person}, "message": about, "data": data}
    return {"update_id": number, "callback_query": told}


def body(update: object) -> str:
    return json.dumps(update)
