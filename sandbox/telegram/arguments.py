"""The arguments of a call, however they came: query, JSON, form or multipart."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.telegram.refusals import bad_request

Json = dict[str, Any]


async def read(request: Request) -> Arguments:
    """The arguments in the query and the body of a request. Raises Refusal."""
    given: Json = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body:
        return Arguments(given)
    if kind == "application/json":
        given |= _json(body)
    elif kind == "multipart/form-data":
        given |= _parts(request.headers["content-type"], body)
    else:
        given |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return Arguments(given)


def _json(body: bytes) -> Json:
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise bad_request("can't parse JSON object")
    return given


def _parts(content_type: str, body: bytes) -> Json:
    mail = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found: Json = {}
    for part in mail.iter_parts():
        name = part.get_param("name", header="content-disposition")
        raw = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(raw, bytes) and part.get_filename() is None:
            found[name] = raw.decode("utf-8", "replace")
    return found


class Arguments:
    """Reads each argument as what it should be: clients send numbers and objects as text as often as not."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def text(self, name: str) -> str | None:
        value = self.given.get(name)
        return None if value is None else value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str) -> int | None:
        value = self.given.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def needed(self, name: str) -> int:
        value = self.integer(name)
        if value is None:
            raise bad_request(f"{name} is not specified")
        return value

    def flag(self, name: str) -> bool:
        return str(self.given.get(name, "")).lower() in {"true", "1", "yes"}

    def mapping(self, name: str) -> Json | None:
        value = self._structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {name}")
        return value

    def array(self, name: str) -> list[Any] | None:
        value = self._structure(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name}")
        return value

    def objects(self, name: str) -> list[Json] | None:
        value = self.array(name)
        if value is not None and not all(isinstance(entry, dict) for entry in value):
            raise bad_request(f"can't parse {name}")
        return value

    def _structure(self, name: str) -> Any:
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name}") from None
