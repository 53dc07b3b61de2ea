"""The Bot API over HTTP: /bot<token>/METHOD, and what it answers."""

from __future__ import annotations

import inspect
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox.telegram import changing, intake, knowing, sending, topics
from sandbox.telegram.arguments import Arguments, read
from sandbox.telegram.faults import Cut, CutOff, Faults
from sandbox.telegram.pace import Pace
from sandbox.telegram.refusals import Refusal
from sandbox.telegram.world import BOT_ID, World

TOKEN = f"{BOT_ID}:demo-token-of-the-town"
REMEMBERED = 10_000

Method = Callable[[World, Arguments], Any]
METHODS: dict[str, Method] = {
    name.lower(): method
    for room in (changing, intake, knowing, sending, topics)
    for name, method in room.METHODS.items()
}


@dataclass(frozen=True)
class Call:
    """One call that came in: when (monotonic), what, and the code of the answer, 0 where it was cut off."""

    at: float
    method: str
    arguments: dict[str, Any]
    code: int


class BotApi:
    """The ASGI application."""

    def __init__(self, world: World, token: str = TOKEN, pace: Pace | None = None) -> None:
        self._pace = pace
        self._world = world
        self._token = token
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=REMEMBERED)
        path = "/bot{token}/{method}"
        self._app = Starlette(
            routes=[
                Route(path, self._call, methods=["GET", "POST"]),
                Route("/{rest:path}", _nothing, methods=["GET", "POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _call(self, request: Request) -> Response:
        came = time.monotonic()
        name = request.path_params["method"]
        arguments = Arguments({})
        try:
            self._admit(request.path_params["token"], name)
            arguments = await read(request)
            answer, code = await self._done(name, arguments)
        except Refusal as refusal:
            answer, code = _refused(refusal), refusal.code
        self.calls.append(Call(came, name, arguments.given, code))
        self._world.news.tell()
        return answer

    def _admit(self, token: str, method: str) -> None:
        if token != self._token:
            raise Refusal(401, "Unauthorized")
        if method.lower() not in METHODS:
            raise Refusal(404, "Not Found: method not found")

    async def _done(self, name: str, arguments: Arguments) -> tuple[Response, int]:
        fault = self.faults.take(name, arguments.text("chat_id"))
        if isinstance(fault, Refusal):
            raise fault
        if fault is Cut.BEFORE:
            return CutOff(), 0
        if self._pace is not None:
            self._pace.admit(name, arguments.text("chat_id"))
        result = METHODS[name.lower()](self._world, arguments)
        if inspect.isawaitable(result):
            result = await result
        if fault is Cut.AFTER:
            return CutOff(), 0
        return JSONResponse({"ok": True, "result": result}), 200


def _refused(refusal: Refusal) -> Response:
    return JSONResponse(refusal.answer(), status_code=refusal.code)


async def _nothing(_request: Request) -> Response:
    return _refused(Refusal(404, "Not Found"))
