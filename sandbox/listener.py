"""How the town's web servers listen."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Self

import uvicorn
from starlette.types import ASGIApp


class Listener:
    """One uvicorn server inside the running loop, which leaves signals alone; port 0 is any free one."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.port = port
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
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
