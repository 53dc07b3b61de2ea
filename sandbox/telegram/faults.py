"""What can be made to go wrong between the bot and the Bot API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.telegram.refusals import Refusal


class Cut(Enum):
    """When the connection is cut: before anything was done, or once it was done and the answer is lost."""

    BEFORE = auto()
    AFTER = auto()


@dataclass
class _Fault:
    what: Refusal | Cut
    times: int
    methods: frozenset[str]
    chat: int | None


class Faults:
    """The next calls that fail. Each order names how many, and may name the methods or the chat it is for."""

    def __init__(self) -> None:
        self._orders: list[_Fault] = []

    def too_many(
        self, retry_after: int, *, times: int = 1, methods: Sequence[str] = (), chat: int | None = None
    ) -> None:
        """429 with parameters.retry_after."""
        refusal = Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
        self._add(refusal, times, methods, chat)

    def failing(
        self, code: int = 502, *, times: int = 1, methods: Sequence[str] = (), chat: int | None = None
    ) -> None:
        """An answer of the 5xx kind."""
        self._add(
            Refusal(code, "Bad Gateway" if code == 502 else "Internal Server Error"), times, methods, chat
        )

    def cut(
        self,
        when: Cut = Cut.BEFORE,
        *,
        times: int = 1,
        methods: Sequence[str] = (),
        chat: int | None = None,
    ) -> None:
        """The connection ends in the midst of the answer."""
        self._add(when, times, methods, chat)

    def clear(self) -> None:
        self._orders.clear()

    def take(self, method: str, chat: str | None) -> Refusal | Cut | None:
        """What this call meets; each order is used up by the calls it fits."""
        for order in self._orders:
            fits = not order.methods or method.lower() in order.methods
            if fits and (order.chat is None or str(order.chat) == chat):
                order.times -= 1
                if order.times <= 0:
                    self._orders.remove(order)
                return order.what
        return None

    def _add(self, what: Refusal | Cut, times: int, methods: Sequence[str], chat: int | None) -> None:
        self._orders.append(_Fault(what, times, frozenset(name.lower() for name in methods), chat))


class CutOff(Response):
    """Promises more than it sends: the server then closes the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})
