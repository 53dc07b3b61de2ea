"""Errors, sorted by what to do about them. A parent's mistake is never one of these."""

from __future__ import annotations

from collections.abc import Sequence


class GuichetError(Exception):
    """Something the program foresaw. Its text is one line that says what to do next."""


class SettingsError(GuichetError):
    """Stop, and tell the operator how to mend it. `mistakes` lists all that was found at once."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes: Sequence[str] = mistakes


class ProviderAway(GuichetError):
    """A server does not answer or says "later": wait and retry. `wait` in seconds, when it said."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class OutcomeUnknown(ProviderAway):
    """The line broke after the message was handed over: it may have left. Retry once, under the same id."""


class ProviderRefused(GuichetError):
    """A server said no for good: tell staff, do not retry."""
