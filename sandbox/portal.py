"""The town's little Portail Famille: a code and a last name activate an account, as the guide tells."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any


class Activation(StrEnum):
    ACTIVATED = "activated"
    CODE_UNKNOWN = "code_unknown"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    LAST_NAME_WRONG = "last_name_wrong"


class Portal:
    """Knows the codes of the roster. What was activated is kept in `state` (a file), when there is one."""

    def __init__(self, codes: Sequence[dict[str, Any]], state: Path | None = None) -> None:
        self._codes = {entry["code"]: entry for entry in codes}
        self._state = state
        self._orders: dict[str, dict[str, Any]] = {}
        kept = json.loads(state.read_text()) if state and state.exists() else {"tokens": {}, "validated": []}
        self._tokens: dict[str, str] = kept["tokens"]
        self._validated: set[str] = set(kept["validated"])

    def activate(self, code: str, last_name: str) -> Activation:
        """Try to activate an account; each code works once."""
        entry = self._codes.get(code.strip())
        if entry is None:
            return Activation.CODE_UNKNOWN
        if entry["code"] in self._tokens:
            return Activation.CODE_USED
        if entry["expires_at"] and _past(entry["expires_at"]):
            return Activation.CODE_EXPIRED
        if _fold(last_name) != _fold(entry["last_name"]):
            return Activation.LAST_NAME_WRONG
        self._tokens[entry["code"]] = secrets.token_urlsafe(16)
        self._keep()
        return Activation.ACTIVATED

    def token(self, code: str) -> str:
        """What the link of the welcome mail holds, for a code that was used. Raises KeyError otherwise."""
        return self._tokens[code.strip()]

    def validate(self, token: str) -> bool:
        """The parent followed the link of the welcome mail; False for a link that the portal never made."""
        known = token in self._tokens.values()
        if known:
            self._validated.add(token)
            self._keep()
        return known

    def order(self, key: str, order: dict[str, Any]) -> bool:
        """An order of the portal way http; False when this key was seen before."""
        fresh = key not in self._orders
        self._orders.setdefault(key, order)
        return fresh

    def _keep(self) -> None:
        if self._state:
            self._state.parent.mkdir(parents=True, exist_ok=True)
            kept = {"tokens": self._tokens, "validated": sorted(self._validated)}
            partial = self._state.with_suffix(".part")
            partial.write_text(json.dumps(kept))
            partial.rename(self._state)


def _past(moment: str) -> bool:
    at = datetime.fromisoformat(moment)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) < datetime.now(UTC)


def _fold(name: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFD", name.strip().casefold()) if not unicodedata.combining(c)
    )
