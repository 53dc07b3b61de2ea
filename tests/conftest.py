"""What every test lives under: no network but this machine's own, no deadline, chance met again."""

from __future__ import annotations

import ipaddress
import os
import sys

from hypothesis import settings

pytest_plugins = ["tests.databases"]

LONG = bool(os.environ.get("GUICHET_TEST_LONG"))

settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    max_examples=1000 if LONG else 100,
)
settings.load_profile("house")


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and not _is_here(host):
        raise RuntimeError(f"a test reached for {host}: tests talk to this machine only")


def _is_here(host: str) -> bool:
    # .invalid never leaves the resolver (RFC 6761): it is how a test names a host that is not there.
    if host in {"", "localhost"} or host.endswith((".localhost", ".invalid")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_stay_on_this_machine)
