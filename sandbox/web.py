"""The town over HTTP: the playground, JSON for programs, and the little Portail Famille."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

import aiosmtplib
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.imap import PASSWORD
from sandbox.mail import MailTown
from sandbox.portal import Activation, Portal
from sandbox.telegram.town import TelegramTown

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
SIGNATURE_AGE = 300
"""Seconds for which a signed request to the portal is taken."""


class Cases(Protocol):
    """What the house tells of its cases, for checks."""

    async def all(self) -> list[dict[str, Any]]: ...
    async def one(self, number: str) -> dict[str, Any] | None: ...


class BadOrderError(ValueError):
    """A request of a program that the town does not understand."""


class TownWeb:
    """The ASGI application of the town. Paths that it does not know go to `beside`, the house's web room."""

    def __init__(
        self,
        about: dict[str, Any],
        mail: MailTown,
        portal: Portal,
        cases: Cases,
        beside: ASGIApp,
        key: str,
        telegram: TelegramTown | None = None,
    ) -> None:
        self._about = about
        self._mail = mail
        self._portal = portal
        self._cases = cases
        self._key = key
        self._beside = beside
        self._telegram = telegram
        self._app = Starlette(
            routes=[
                Route("/", self._playground),
                Route("/town", self._town),
                Route("/town/cases", self._all_cases),
                Route("/town/cases/{number}", self._one_case),
                Route("/town/mailbox", self._mailbox),
                Route("/town/mails", self._send, methods=["POST"]),
                Route("/town/changes", self._changes),
                Route("/town/portal/", self._portal_page),
                Route("/town/portal/activate", self._activate, methods=["POST"]),
                Route("/town/portal/validate/{token}", self._validate, methods=["POST"]),
                Route("/town/portal/resend", self._resend, methods=["POST"]),
                Route("/town/portal/{rest:path}", self._portal_page),
                *(telegram.routes() if telegram else ()),
                Mount("/town/static", StaticFiles(directory=STATIC)),
            ],
            exception_handlers={BadOrderError: _bad_order, aiosmtplib.SMTPException: _refused},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        ours = path in {"/", "/town"} or path.startswith("/town/")
        await (self._app if scope["type"] == "lifespan" or ours else self._beside)(scope, receive, send)

    async def _playground(self, _request: Request) -> Response:
        return FileResponse(STATIC / "playground.html", headers={"Content-Security-Policy": POLICY})

    async def _portal_page(self, _request: Request) -> Response:
        return FileResponse(STATIC / "portal.html", headers={"Content-Security-Policy": POLICY})

    async def _town(self, _request: Request) -> Response:
        return JSONResponse(self._about)

    async def _all_cases(self, _request: Request) -> Response:
        return JSONResponse(await self._cases.all())

    async def _one_case(self, request: Request) -> Response:
        case = await self._cases.one(request.path_params["number"])
        return JSONResponse(case) if case else JSONResponse({"error": "no such case"}, status_code=404)

    async def _mailbox(self, request: Request) -> Response:
        raws = self._mail.mails(request.query_params.get("address", ""))
        return JSONResponse([_readable(raw) for raw in raws])

    async def _send(self, request: Request) -> Response:
        order = await _object(request, "from", "text")
        mail = _written(order, self._about["help_line"])
        user, password = (order["from"], PASSWORD) if order.get("signed_in") else (None, None)
        await aiosmtplib.send(
            mail,
            hostname="127.0.0.1",
            port=self._mail.smtp_port,
            start_tls=False,
            username=user,
            password=password,
        )
        return JSONResponse({"message_id": mail["Message-ID"]})

    async def _changes(self, _request: Request) -> Response:
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        while True:
            yield "data: changed\n\n"
            waits = [self._mail.changed(), *([self._telegram.world.news.next()] if self._telegram else [])]
            tasks = [asyncio.ensure_future(wait) for wait in waits]
            try:
                await asyncio.wait(tasks, timeout=2, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()

    async def _activate(self, request: Request) -> Response:
        as_json = "json" in request.headers.get("content-type", "")
        given = await _object(request) if as_json else await _form(request)
        code = str(given.get("code", ""))
        outcome = self._portal.activate(code, str(given.get("last_name", "")))
        answer: dict[str, Any] = {"activated": outcome is Activation.ACTIVATED, "outcome": outcome}
        if outcome is Activation.ACTIVATED:
            answer["validate"] = f"/town/portal/validate/{self._portal.token(code)}"
        return JSONResponse(answer)

    async def _validate(self, request: Request) -> Response:
        valid = self._portal.validate(request.path_params["token"])
        return JSONResponse({"validated": valid}, status_code=200 if valid else 404)

    async def _resend(self, request: Request) -> Response:
        """The board's service of the portal way http: takes a signed order, once for each key."""
        body = await request.body()
        if not _signed(self._key, request.headers.get("x-guichet-signature", ""), body):
            return JSONResponse({"error": "signature"}, status_code=401)
        key = request.headers.get("idempotency-key")
        if not key:
            raise BadOrderError("the header Idempotency-Key is missing")
        fresh = self._portal.order(key, await _object(request))
        return JSONResponse({"accepted": True, "repeated": not fresh}, status_code=202 if fresh else 200)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _written(order: dict[str, Any], to: str) -> EmailMessage:
    mail = EmailMessage()
    try:
        mail["From"] = order["from"]
        mail["To"] = to
        mail["Subject"] = order.get("subject") or "Portail Famille"
        mail["Date"] = formatdate(localtime=True)
        mail["Message-ID"] = make_msgid(domain="town.example")
        if order.get("in_reply_to"):
            mail["In-Reply-To"] = mail["References"] = order["in_reply_to"]
    except (ValueError, TypeError, AttributeError, IndexError):
        raise BadOrderError("from, subject and in_reply_to each fit one header line") from None
    mail.set_content(order["text"])
    return mail


async def _object(request: Request, *needed: str) -> dict[str, Any]:
    """The JSON object of a request, whose `needed` entries are text. Raises BadOrderError."""
    try:
        given = await request.json()
    except ValueError:
        raise BadOrderError("the body is not JSON") from None
    if not isinstance(given, dict):
        raise BadOrderError("the body is not a JSON object")
    for name in needed:
        if not isinstance(given.get(name), str):
            raise BadOrderError(f"{name} is missing, or is not text")
    return given


async def _bad_order(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _refused(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"the town's SMTP server refused: {error}"}, status_code=502)


def _signed(key: str, header: str, body: bytes) -> bool:
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    stamp = parts.get("t", "")
    if not key or not stamp.isdigit() or abs(time.time() - int(stamp)) > SIGNATURE_AGE:
        return False
    expected = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts.get("v1", ""))


def _readable(raw: bytes) -> dict[str, str]:
    mail = message_from_bytes(raw, policy=policy.default)
    return {
        "message_id": _guarded(lambda: mail["Message-ID"]),
        "from": _guarded(lambda: mail["From"]),
        "subject": _guarded(lambda: mail["Subject"]),
        "text": _guarded(lambda: _text(mail)),
    }


def _text(mail: Message) -> str | None:
    body = mail.get_body(("plain", "html")) if isinstance(mail, EmailMessage) else None
    return None if body is None else body.get_content()


def _guarded(read: Callable[[], object]) -> str:
    # Hostile mails parse, and raise only when something of theirs is read.
    try:
        return str(read() or "").encode("utf-8", "replace").decode()
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return "(illisible / unreadable)"
