"""One web server inside the running event loop, which leaves the process's signals alone."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from bot.errors import SettingsError


class Listener:
    """`async with Listener(app, host, port)`: listens when entered. SettingsError for a taken port."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        config = uvicorn.Config(
            app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        config = self._server.config
        try:
            listening = socket.create_server((config.host, config.port))
        except OSError as error:
            raise SettingsError(
                f"GUICHET_CONSOLE_LISTEN: {config.host}:{config.port} cannot be used ({error.strerror}): "
                "stop what listens there or choose another"
            ) from error
        self._task = asyncio.create_task(self._serve(listening))
        return self

    async def _serve(self, listening: socket.socket) -> None:
        # serve() would take over the process's signals, which belong to the command.
        await self._server._serve(sockets=[listening])  # noqa: SLF001  # see above

    async def __aexit__(self, *_error: object) -> None:
        self._server.should_exit = True
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task
