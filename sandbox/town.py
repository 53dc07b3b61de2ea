"""The whole town on loopback, from one port base: mail, web, and the Bot API."""

from __future__ import annotations

import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from starlette.types import ASGIApp

from sandbox.families import codes, families
from sandbox.listener import Listener
from sandbox.mail import MailTown
from sandbox.portal import Portal
from sandbox.telegram.town import TelegramTown
from sandbox.web import Cases, TownWeb

HELP_LINE = "portail.famille@ecole.example"
HTTP, SMTP, BOT_API, IMAP = 0, 25, 81, 143
"""The ports, counted from the base."""


class PortTakenError(OSError):
    """A port that the town needs is in use."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use: stop what listens there, or choose another --port-base")


class Town:
    """`async with Town(...)`: everything listens when it is entered, and is gone soon after it is left.

    `roster` is a OneRoster folder with its side file; `directory` keeps mails, chats and activated accounts
    over a restart; `beside` is the house's own web room, served under the same address.
    """

    def __init__(
        self,
        port_base: int,
        roster: Path,
        *,
        cases: Cases,
        beside: ASGIApp,
        directory: Path | None = None,
        staff: list[dict[str, str]] | None = None,
        portal_key: str = "",
    ) -> None:
        self.base = port_base
        self._exit = AsyncExitStack()
        self._mail = MailTown(port_base + IMAP, port_base + SMTP, directory / "mail" if directory else None)
        self.telegram = TelegramTown(port_base + BOT_API, directory)
        portal = Portal(codes(roster), directory / "portal.json" if directory else None)
        about: dict[str, Any] = {
            "help_line": HELP_LINE,
            "ports": {
                name: port_base + offset
                for name, offset in (("http", HTTP), ("smtp", SMTP), ("bot_api", BOT_API), ("imap", IMAP))
            },
            "staff": staff or [],
            "families": families(roster),
        }
        self._web = TownWeb(about, self._mail, portal, cases, beside, portal_key, self.telegram)

    async def __aenter__(self) -> Self:
        for offset in (HTTP, SMTP, BOT_API, IMAP):
            _must_be_free(self.base + offset)
        await self._exit.enter_async_context(self._mail)
        await self._exit.enter_async_context(Listener(self._web, self.base + HTTP))
        await self._exit.enter_async_context(self.telegram)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._exit.aclose()


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTakenError(port) from None
