"""People over HTTP, for the playground and for programs that play a parent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.telegram.faults import Cut, Faults
from sandbox.telegram.person import KINDS, OrderError, People, view
from sandbox.telegram.world import World

Json = dict[str, Any]
Act = Callable[["Order"], Json]


class Order:
    """The JSON object of a request, read strictly. Raises OrderError."""

    def __init__(self, given: object) -> None:
        if not isinstance(given, dict):
            raise OrderError("the body is not a JSON object")
        self._given: Json = given

    def number(self, name: str) -> int:
        value = self.perhaps_number(name)
        if value is None:
            raise OrderError(f"{name} is missing")
        return value

    def perhaps_number(self, name: str) -> int | None:
        value = self._given.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise OrderError(f"{name} is not a whole number")
        return value

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self._given.get(name, otherwise)
        if not isinstance(value, str):
            raise OrderError(f"{name} is missing, or is not text")
        return value

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        return bool(self._given.get(name, otherwise))

    def person(self) -> int:
        number = self.number("user_id")
        if not 0 < number < 1 << 52:
            raise OrderError("user_id is a number above 0, of at most 52 bits")
        return number


class PeopleWeb:
    """The routes below /town/telegram/."""

    def __init__(self, world: World, people: People, faults: Faults) -> None:
        self._world = world
        self._people = people
        self._faults = faults

    def routes(self) -> list[BaseRoute]:
        acts: dict[str, Act] = {
            "messages": self._say,
            "edit": self._edit,
            "press": self._press,
            "block": self._block,
            "topics/delete": self._delete_topic,
            "topics/close": self._close_topic,
            "faults": self._fault,
        }
        acts |= {kind: self._sender(kind) for kind in KINDS}
        top = "/town/telegram"
        return [
            Route(f"{top}/messages", self._messages, methods=["GET"]),
            Route(f"{top}/presses", self._presses, methods=["GET"]),
            Route(f"{top}/topics", self._topics, methods=["GET"]),
            *(Route(f"{top}/{name}", _taking(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _messages(self, request: Request) -> Response:
        given = request.query_params
        number, chat = given.get("user_id", ""), given.get("chat", "private")
        thread = given.get("thread")
        if not number.isdecimal() and chat == "private":
            return _wrong("user_id is missing, or is not a whole number")
        try:
            found = self._people.messages(int(number or 0), chat)
        except (OrderError, ValueError) as error:
            return _wrong(str(error))
        return JSONResponse([view(message) for message in found if thread in {None, str(message.thread)}])

    async def _presses(self, request: Request) -> Response:
        number = request.query_params.get("user_id", "")
        found = [
            {"press": press} | about
            for press, about in self._world.presses.items()
            if str(about["user_id"]) == number
        ]
        return JSONResponse(found)

    async def _topics(self, _request: Request) -> Response:
        topics = self._world.staff.topics.items()
        return JSONResponse(
            [{"thread": thread, "name": topic.name, "closed": topic.closed} for thread, topic in topics]
        )

    def _say(self, order: Order) -> Json:
        number = self._people.say(
            order.person(),
            order.text("chat", "private"),
            order.text("text"),
            thread=order.perhaps_number("thread"),
            reply_to=order.perhaps_number("reply_to"),
            forwarded=order.flag("forwarded"),
            first_name=order.text("first_name", ""),
            language=order.text("language", ""),
        )
        return {"message_id": number}

    def _edit(self, order: Order) -> Json:
        number = order.number("message_id")
        self._people.edit(order.person(), order.text("chat", "private"), number, order.text("text"))
        return {"message_id": number}

    def _press(self, order: Order) -> Json:
        place = order.text("chat", "private")
        press = self._people.press(order.person(), place, order.number("message_id"), order.text("data"))
        return {"press": press}

    def _sender(self, kind: str) -> Act:
        def send(order: Order) -> Json:
            number = self._people.send(
                order.person(),
                order.text("chat", "private"),
                kind,
                caption=order.text("caption", ""),
                thread=order.perhaps_number("thread"),
            )
            return {"message_id": number}

        return send

    def _block(self, order: Order) -> Json:
        blocked = order.flag("blocked", otherwise=True)
        self._people.block(order.person(), blocked=blocked)
        return {"blocked": blocked}

    def _delete_topic(self, order: Order) -> Json:
        self._people.delete_topic(order.number("thread"))
        return {"deleted": True}

    def _close_topic(self, order: Order) -> Json:
        closed = order.flag("closed", otherwise=True)
        self._people.close_topic(order.person(), order.number("thread"), closed=closed)
        return {"closed": closed}

    def _fault(self, order: Order) -> Json:
        kind, times = order.text("kind"), order.perhaps_number("times") or 1
        methods = [order.text("method")] if order.flag("method") else []
        chat = order.perhaps_number("chat_id")
        if kind == "too_many":
            self._faults.too_many(order.number("retry_after"), times=times, methods=methods, chat=chat)
        elif kind == "failing":
            code = order.perhaps_number("code") or 502
            self._faults.failing(code, times=times, methods=methods, chat=chat)
        elif kind in {"cut", "cut_after"}:
            when = Cut.BEFORE if kind == "cut" else Cut.AFTER
            self._faults.cut(when, times=times, methods=methods, chat=chat)
        elif kind == "redeliver":
            self._world.updates.redeliver(times)
        else:
            raise OrderError("kind is too_many, failing, cut, cut_after or redeliver")
        return {"kind": kind, "times": times}


def _taking(act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def take(request: Request) -> Response:
        try:
            return JSONResponse(act(Order(await request.json())))
        except OrderError as error:
            return _wrong(str(error))
        except ValueError:
            return _wrong("the body is not JSON")

    return take


def _wrong(why: str) -> Response:
    return JSONResponse({"error": why}, status_code=400)
