"""How fast a bot may write: Telegram's own limits, for a town that shall enforce them."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

from sandbox.telegram.refusals import Refusal

WRITING = frozenset(
    "sendmessage copymessage forwardmessage editmessagetext editmessagereplymarkup createforumtopic".split()
)
IN_ALL, PER_GROUP, PER_PERSON = (30, 1.0), (20, 60.0), (3, 3.0)
"""Calls within seconds. One a second for a person, though a short burst passes."""


class Pace:
    """Counts what is written; too much is refused with 429, and is not counted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, method: str, chat: str | None) -> None:
        """Raises Refusal."""
        if method.lower() not in WRITING or chat is None:
            return
        now = self._clock()
        limit = PER_GROUP if chat.startswith(("-", "@")) else PER_PERSON
        waits = max(self._wait("", IN_ALL, now), self._wait(chat, limit, now))
        if waits > 0:
            seconds = math.ceil(waits)
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for name in ("", chat):
            self._calls[name].append(now)

    def _wait(self, name: str, limit: tuple[int, float], now: float) -> float:
        most, within = limit
        calls = self._calls[name]
        while calls and calls[0] <= now - within:
            calls.popleft()
        return calls[-most] + within - now if len(calls) >= most else 0
