"""The updates that wait for the bot, until it confirms them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from sandbox.telegram.archive import Archive
from sandbox.telegram.news import News
from sandbox.telegram.refusals import Refusal, conflict

Json = dict[str, Any]
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only to a bot that names them."""
REMEMBERED = 1000


class Updates:
    """A queue with numbers that grow. Whoever polls last is the poller; the one before gets a conflict."""

    def __init__(self, news: News, archive: Archive, first: int | None = None) -> None:
        self._archive = archive
        self._news = news
        # A town that is started anew must not use numbers again: the bot knows them as done.
        self._next = int(time.time()) if first is None else first
        self._pending: list[Json] = []
        self._again: list[Json] = []
        self._done: deque[Json] = deque(maxlen=REMEMBERED)
        self._allowed: frozenset[str] | None = None
        self._closed = False
        self._poller = 0
        self.polls = 0
        """How many calls of getUpdates came so far."""

    @property
    def pending(self) -> int:
        return len(self._pending)

    @property
    def allowed(self) -> list[str] | None:
        return None if self._allowed is None else sorted(self._allowed)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """The kinds that the bot wants from now on; None leaves it as it was, none at all is the default."""
        if kinds is not None:
            before, self._allowed = self._allowed, frozenset(kinds) or None
            if before != self._allowed:
                self._archive.keep("allowed", self.allowed or [])

    def add(self, kind: str, content: Json) -> None:
        """Put an update at the end, unless the bot does not want this kind."""
        wanted = kind not in UNASKED if self._allowed is None else kind in self._allowed
        if wanted:
            update = {"update_id": self._next, kind: content}
            self._archive.keep("update", update)
            self._pending.append(update)
            self._next += 1
            self._news.tell()

    def bring_back(self, kind: str, content: Any) -> None:
        """Do again what one line of the archive tells of the updates."""
        if kind == "allowed":
            self._allowed = frozenset(content) or None
        elif kind == "update":
            self._pending.append(content)
            self._next = max(self._next, content["update_id"] + 1)
        elif kind == "done":
            self._pending = [update for update in self._pending if update["update_id"] not in content]

    def renumber(self, first: int) -> None:
        """The next update gets this number: what Telegram does after a week of silence."""
        self._next = first

    def redeliver(self, count: int) -> None:
        """The next poll gets the last `count` confirmed updates once more."""
        self._again = list(self._done)[-count:]
        self._news.tell()

    def drop(self) -> None:
        self.confirm(self._next)

    def confirm(self, offset: int) -> None:
        """Forget what lies below `offset`; below 0, all but the last of that number."""
        if offset < 0:
            kept = self._pending[offset:]
        elif offset > self._next:  # from before a renumbering: it says nothing of what waits now
            kept = self._pending
        else:
            kept = [update for update in self._pending if update["update_id"] >= offset]
        keep = {update["update_id"] for update in kept}
        done = [update for update in self._pending if update["update_id"] not in keep]
        if done:
            self._archive.keep("done", [update["update_id"] for update in done])
        self._done.extend(done)
        self._pending = kept
        self._news.tell()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109  # it is how long nothing is an answer
        """What waits, oldest first, once there is something or the time is over. Raises Refusal."""
        self.polls += 1
        mine = self._take_turn()
        if offset:
            self.confirm(offset)
        with suppress(TimeoutError):
            await self._until(lambda: self._pending or self._again or mine != self._poller, timeout)
        if self._closed:
            raise Refusal(503, "Service Unavailable")
        if mine != self._poller:
            raise conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        again, self._again = self._again, []
        return (again + self._pending)[:limit]

    async def first(self) -> Json:
        """The oldest that waits; for as long as it takes."""
        await self._until(lambda: self._pending)
        return self._pending[0]

    async def until_polled(self, times: int, patience: float = 30) -> None:
        """Wait until there were so many polls. Raises TimeoutError."""
        await self._until(lambda: self.polls >= times, patience)

    async def until_confirmed(self, patience: float = 30) -> None:
        """Wait until nothing waits for the bot. Raises TimeoutError."""
        await self._until(lambda: not self._pending, patience)

    def interrupt(self) -> None:
        """Whoever polls gets a conflict."""
        self._take_turn()

    def close(self) -> None:
        """Send pollers home."""
        self._closed = True
        self._news.tell()

    def _take_turn(self) -> int:
        self._poller += 1
        self._news.tell()
        return self._poller

    async def _until(self, so: Callable[[], object], patience: float | None = None) -> None:
        await self._news.until(lambda: self._closed or so(), patience)
