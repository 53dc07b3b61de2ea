"""Telegram as one thing to start: its world, the Bot API on a port, and the people."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from starlette.routing import BaseRoute

from sandbox.listener import Listener
from sandbox.telegram.api import TOKEN, BotApi
from sandbox.telegram.archive import Archive
from sandbox.telegram.pace import Pace
from sandbox.telegram.person import People
from sandbox.telegram.person_web import PeopleWeb
from sandbox.telegram.world import World


class TelegramTown:
    """`async with TelegramTown() as telegram`: the Bot API answers at `telegram.url`.

    `people` write and press; `world` holds chats and updates; `api.faults` makes calls fail, `api.calls`
    tells what came; `routes` are the people's side over HTTP, for a web server to mount.
    `directory` keeps chats and waiting updates over a restart.
    With `paced`, Telegram's limits are enforced; `retry_pause` is how long a refused webhook rests.
    """

    def __init__(
        self,
        port: int = 0,
        directory: Path | None = None,
        *,
        token: str = TOKEN,
        paced: bool = False,
        retry_pause: float = 0.5,
        first_update: int | None = None,
    ) -> None:
        self.token = token
        archive = Archive(directory / "telegram.jsonl" if directory else None)
        self.world = World(archive, retry_pause=retry_pause, first_update=first_update)
        self.people = People(self.world)
        self.api = BotApi(self.world, token, Pace() if paced else None)
        self._listener = Listener(self.api, port)

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def routes(self) -> list[BaseRoute]:
        return PeopleWeb(self.world, self.people, self.api.faults).routes()

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        # Pollers first: the server waits for the answers that are under way.
        self.world.updates.close()
        await self.world.webhook.close()
        await self._listener.__aexit__(*error)
