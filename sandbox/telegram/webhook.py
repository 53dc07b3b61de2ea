"""Carries updates to the address that the bot gave, one after the other, until each is taken."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.news import News
from sandbox.telegram.updates import Updates

PATIENCE = 30
"""Seconds within which the bot must answer."""


class Webhook:
    """Posts to plain HTTP on this machine: the town goes nowhere else."""

    def __init__(self, updates: Updates, news: News, pause: float) -> None:
        self._news = news
        self._updates = updates
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        self.url = ""
        self._secret = ""
        self._error: tuple[int, str] | None = None

    def set(self, url: str, secret: str) -> None:
        self.clear()
        self.url, self._secret = url, secret
        self._task = asyncio.get_running_loop().create_task(self._deliver())

    def clear(self) -> None:
        self.url, self._secret, self._error = "", "", None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def close(self) -> None:
        task = self._task
        self.clear()
        if task is not None:
            with suppress(asyncio.CancelledError):
                await task

    def info(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": self._updates.pending,
            "max_connections": 1,
        }
        if self._updates.allowed is not None:
            told["allowed_updates"] = self._updates.allowed
        if self._error is not None:
            told["last_error_date"], told["last_error_message"] = self._error
        return told

    async def _deliver(self) -> None:
        while True:
            update = await self._updates.first()
            try:
                async with asyncio.timeout(PATIENCE):
                    status = await post(self.url, self._secret, json.dumps(update).encode())
                wrong = None if 200 <= status < 300 else f"Wrong response from the webhook: {status}"
            except (OSError, EOFError, ValueError) as error:
                wrong = str(error) or type(error).__name__
            if wrong is None:
                self._updates.confirm(update["update_id"] + 1)
            else:
                self._error = (int(time.time()), wrong)
                self._news.tell()
                await asyncio.sleep(self._pause)


def acceptable(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}


async def post(url: str, secret: str, body: bytes) -> int:
    """The status that the address answers. Raises OSError, EOFError, ValueError."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *([f"X-Telegram-Bot-Api-Secret-Token: {secret}"] if secret else []),
    ]
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        line = await reader.readline()
        if not line.startswith(b"HTTP/1."):
            raise EOFError("Connection closed before an answer")
        return int(line.split()[1])
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
