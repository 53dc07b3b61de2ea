"""How long to wait before the next try (full jitter, after Brooker's "Exponential Backoff and Jitter")."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Seconds: any trouble doubles the ceiling from `first` to `longest`; a refused sign-in waits long."""

    first: float = 1.0
    longest: float = 300.0
    sign_in: float = 300.0
    healthy: float = 120.0
    """A connection that lived this long starts from `first` again."""
    chance: Callable[[], float] = field(default=random.random)
    _tries: int = 0

    def after_trouble(self, lived: float) -> float:
        """The wait after a connection that lived for `lived` seconds."""
        if lived >= self.healthy:
            self._tries = 0
        ceiling = min(self.longest, self.first * 2.0 ** min(self._tries, 30))
        self._tries += 1
        return ceiling * self.chance()

    def after_refusal(self) -> float:
        """The wait after a refused sign-in: at least `sign_in`, up to half as much again."""
        return self.sign_in * (1 + self.chance() / 2)
