"""The link in every credential mail: "this was not me". Opening it changes nothing, its button does.

Mail scanners and previews open links by themselves, so only a POST acts.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.parts import Disowner

HERE = Path(__file__).parent
TOKEN_LONGEST = 100


def disown_routes(disowner: Disowner) -> list[BaseRoute]:
    async def ask(request: Request) -> Response:
        known = await disowner.known(_token(request))
        return _page("not_me.html" if known else "not_me_unknown.html", 200 if known else 404)

    async def act(request: Request) -> Response:
        done = await disowner.disown(_token(request))
        return _page("not_me_done.html" if done else "not_me_unknown.html", 200 if done else 404)

    async def style(_request: Request) -> Response:
        return FileResponse(HERE / "static" / "page.css", headers={"Cache-Control": "max-age=3600"})

    return [
        Route("/not-me/page.css", style, methods=["GET"]),
        Route("/not-me/{token}", ask, methods=["GET"]),
        Route("/not-me/{token}", act, methods=["POST"]),
    ]


def _token(request: Request) -> str:
    return str(request.path_params["token"])[:TOKEN_LONGEST]


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def _page(name: str, status: int) -> Response:
    return HTMLResponse(_templates().get_template(name).render(), status_code=status)
