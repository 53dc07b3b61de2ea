"""The board's own service, which the portal way `http` orders from: a real server on loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

KEY = "the secret shared with the board's service"


@dataclass(frozen=True)
class Order:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def at(self) -> int:
        return int(self._signature["t"])

    def is_signed(self, key: str = KEY) -> bool:
        """As a service in any language would verify it, from the documentation alone."""
        signed = self._signature["t"].encode() + b"." + self.body
        proof = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(proof, self._signature["v1"])

    @property
    def _signature(self) -> dict[str, str]:
        return dict(part.split("=", 1) for part in self.headers["X-Guichet-Signature"].split(","))


@dataclass
class BoardServer:
    """Takes every order; the next of `answers` is sent back as it stands, then 204.

    An answer of None is silence until the service closes.
    """

    url: str
    orders: list[Order] = field(default_factory=list)
    answers: list[bytes | None] = field(default_factory=list)
    closing: Event = field(default_factory=Event)


def status(code: int, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {code} Said", *headers, "Content-Length: 0", "Connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def board_server() -> Iterator[BoardServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.orders.append(Order(self.path, dict(self.headers), body))
            answer = service.answers.pop(0) if service.answers else status(204)
            if answer is None:
                service.closing.wait()
            else:
                self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815  # the server looks for this name: a redirect would be fetched with it

        def log_message(self, *_arguments: object) -> None:  # what it would print belongs to no test
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = BoardServer(f"http://127.0.0.1:{server.server_port}/orders")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            service.closing.set()
            server.shutdown()
            thread.join()
