"""What this room needs of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the house and how it is. `detail` never holds personal data."""

    name: str
    well: bool
    detail: str = ""


class Health(Protocol):
    async def parts(self) -> Sequence[Part]: ...
    async def figures(self) -> Mapping[str, float]:
        """Numbers for Prometheus, by metric name without the guichet_ prefix."""


class Disowner(Protocol):
    async def known(self, token: str) -> bool:
        """Whether this token stands in one of our credential mails."""

    async def disown(self, token: str) -> bool:
        """Note that the holder of the mailbox did not ask: once and for all. False for an unknown token."""
