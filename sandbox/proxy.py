"""A proxy that fails on demand: cuts its connections, or swallows all that passes without a word."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self


class Proxy:
    """`async with Proxy(target_port) as proxy`: listens on `proxy.port`, loopback only."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.black_hole = False
        """While true, bytes are read and thrown away, in both directions."""
        self.slice = 65536
        """Bytes passed on at a time, each as a packet of its own: 1 for a line that crawls."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()

    def cut(self) -> None:
        """Drop every connection at once."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            ends = {writer, far_writer}
            self._writers |= ends
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
            self._writers -= ends

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                for start in range(0, 0 if self.black_hole else len(data), self.slice):
                    writer.write(data[start : start + self.slice])
                    await writer.drain()
                    await asyncio.sleep(0)  # lets the loop send this slice before the next is written
        writer.transport.abort()
