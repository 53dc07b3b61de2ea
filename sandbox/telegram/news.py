"""Lets everybody who waits for a change look again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class News:
    """Something changed; whoever waits decides whether it is what they waited for."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def next(self) -> None:
        await self._event.wait()

    async def until(self, so: Callable[[], object], patience: float | None = None) -> None:
        """Wait until it is so. Raises TimeoutError after `patience` seconds."""
        async with asyncio.timeout(patience):
            while not so():
                await self.next()
