"""The border of the town: what it writes on top of each mail, and what it strips (RFC 8601)."""

from __future__ import annotations

import re
from email import policy
from email.errors import MessageError
from email.parser import BytesHeaderParser
from email.utils import formatdate, make_msgid

AUTHSERV_ID = "border.town.example"
_FOREIGN = re.compile(
    rb"(?:^|(?<=\r))(?:Authentication-Results|Return-Path)[ \t]*:[^\r\n]*"
    rb"(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*(?:\r\n|\r|\n)?",
    re.IGNORECASE | re.MULTILINE,
)
_DOMAIN = re.compile(r"[\w.-]+")


def stamped(raw: bytes, mail_from: str | None, signed_in_as: str | None) -> bytes:
    """`raw` as the town delivers it: the sender of the envelope and what the border vouches for on top.

    A sender is vouched for (dmarc=pass) who signed in to SMTP as the one address of the one From header.
    """
    head, gap, body = _split(raw)
    head = _FOREIGN.sub(b"", head)
    sender = _from_address(head)
    passes = sender is not None and signed_in_as is not None and sender == signed_in_as.casefold()
    claimed = sender.rpartition("@")[2] if sender else ""
    domain = claimed if _DOMAIN.fullmatch(claimed) else "unknown.invalid"
    # A quoted address may hold a bare CR, which mail parsers take for the end of a line: a header forged
    # above the border's own would be believed.
    envelope = mail_from if mail_from and mail_from.isprintable() else ""
    lines = [
        f"Return-Path: <{envelope}>",
        f"Authentication-Results: {AUTHSERV_ID}; dmarc={'pass' if passes else 'none'} header.from={domain}",
        f"Received: by {AUTHSERV_ID} with SMTP; {formatdate()}",
    ]
    # A server that takes mail from programs gives it what they forgot (RFC 6409 8.2 and 8.3).
    missing = {"Date": formatdate(), "Message-ID": make_msgid(domain=AUTHSERV_ID)}
    lines += [f"{name}: {value}" for name, value in missing.items() if not _has(head, name)]
    ending = b"\r\n" if b"\r\n" in raw else b"\n"
    return b"".join(line.encode("utf-8", "replace") + ending for line in lines) + head + gap + body


def _has(head: bytes, name: str) -> bool:
    return re.search(rb"^" + name.encode() + rb"[ \t]*:", head, re.IGNORECASE | re.MULTILINE) is not None


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", raw)
    if found is None:
        return raw, b"", b""
    # The last header keeps its line end, so that a header stripped at the end leaves no empty line.
    end = found.start() + (2 if raw[found.start() : found.start() + 1] == b"\r" else 1)
    return raw[:end], raw[end : found.end()], raw[found.end() :]


def _from_address(head: bytes) -> str | None:
    try:
        headers = BytesHeaderParser(policy=policy.default).parsebytes(head)
        found = headers.get_all("From", [])
        if len(found) != 1 or len(found[0].addresses) != 1 or found[0].defects:
            return None
        return str(found[0].addresses[0].addr_spec).casefold()
    except (MessageError, ValueError, AttributeError, IndexError, TypeError, UnicodeError):
        return None
