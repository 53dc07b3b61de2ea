"""One JSON line in, one JSON line out: what `guichet recognise` answers."""

from __future__ import annotations

import json
from typing import Any

from conversations.recogniser.deciding import recognise
from conversations.recogniser.reading import Reading


def answer_line(line: str) -> str:
    """The answer to `{"id","text"}` (and `subject`, `quoted` where given).

    A line that is no such object gets `{"id": null, "error": …}`; it never raises.
    """
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return _refused(None, "not JSON")
    if not isinstance(asked, dict):
        return _refused(None, "not an object")
    texts = [asked.get(key, "") for key in ("text", "subject", "quoted")]
    if "text" not in asked or not all(isinstance(each, str) for each in texts):
        return _refused(asked.get("id"), "text is missing or no string")
    text, subject, quoted = map(_clean, texts)
    reading = recognise(text, subject=subject, quoted=quoted)
    return (
        json.dumps({"id": asked.get("id"), **_told(reading)}, ensure_ascii=False)
        .encode("utf-8", "replace")
        .decode()
    )


def _told(reading: Reading) -> dict[str, Any]:
    return {
        "intent": reading.intent.value,
        "confidence": reading.confidence,
        "language": reading.language.value,
        "entities": {
            name: values[0] if len(values) == 1 else list(values) for name, values in reading.entities.items()
        },
        "ranked": [[intent.value, round(chance, 4)] for intent, chance in reading.ranked],
        "second": reading.second.value if reading.second else None,
    }


def _refused(identity: object, why: str) -> str:
    return json.dumps({"id": identity, "error": why}, ensure_ascii=True)


def _clean(text: str) -> str:
    """Half a surrogate pair, which JSON allows, is no text."""
    return text.encode("utf-8", "replace").decode()
