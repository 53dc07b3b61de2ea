"""The routes of the console's address: health for machines, "this was not me" for parents."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.console.disown import disown_routes
from bot.console.guard import SecurityHeaders
from bot.console.parts import Disowner, Health

Web = Starlette


def application(health: Health, disowner: Disowner) -> Web:
    """The ASGI application over these two parts of the house."""

    async def ready(_request: Request) -> Response:
        parts = await health.parts()
        well = all(part.well for part in parts)
        report = {part.name: {"well": part.well, "detail": part.detail} for part in parts}
        return JSONResponse({"ready": well, "parts": report}, status_code=200 if well else 503)

    async def metrics(_request: Request) -> Response:
        lines = [f"guichet_{name} {value}" for name, value in (await health.figures()).items()]
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", metrics),
            *disown_routes(disowner),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )
