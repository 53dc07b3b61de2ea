"""What IMAP servers answer, and how it is asked: the wire's own spellings (RFC 3501)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

Line = bytes | bytearray
"""The library gives lines as bytes and literals as bytearrays."""

_VALIDITY, _NEXT = re.compile(rb"\[UIDVALIDITY (\d+)\]"), re.compile(rb"\[UIDNEXT (\d+)\]")
_EXIST = re.compile(rb"(\d+) EXISTS")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_INTERNAL_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_FETCHED = re.compile(rb"\d+ FETCH \(")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_FOLDER = re.compile(rb'\(([^)]*)\) (?:"[^"]*"|NIL) ("(?:[^"\\]|\\.)*"|\S+)$')


@dataclass(frozen=True, slots=True)
class Opened:
    """A selected folder. `uid_next` is 0 where the server does not tell."""

    uid_validity: int
    uid_next: int
    exists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail before it is fetched."""

    uid: int
    size: int
    received_at: datetime | None


def uid_set(uids: Iterable[int]) -> str:
    return ",".join(str(uid) for uid in uids)


def opened(lines: Sequence[Line]) -> Opened:
    """What a SELECT tells."""
    told = b"\n".join(bytes(line) for line in lines)
    found = (pattern.search(told) for pattern in (_VALIDITY, _NEXT, _EXIST))
    return Opened(*(int(match[1]) if match else 0 for match in found))


def searched(lines: Sequence[Line]) -> list[int]:
    """The numbers of a SEARCH, ascending. The last line is the remark of the server, digits and all."""
    numbers = b" ".join(bytes(line) for line in lines[:-1]).split()
    return sorted({int(number) for number in numbers if number.isdigit()})


def listed(lines: Sequence[Line]) -> list[Listed]:
    """The mails of a FETCH of sizes and dates, ascending."""
    found = (_one_listed(bytes(line)) for line in lines if _FETCHED.match(bytes(line)))
    return sorted((each for each in found if each is not None), key=lambda each: each.uid)


def sent_folder(lines: Sequence[Line], usual: Sequence[str]) -> str | None:
    """The wire name of the folder of sent mails in a LIST: marked so (RFC 6154), or named as `usual`."""
    found = [match for line in lines if (match := _FOLDER.match(bytes(line)))]
    marked = [match[2] for match in found if b"\\sent" in match[1].lower()]
    names = {quoted_folder(name).strip('"').encode() for name in usual}
    named = [match[2] for match in found if match[2].strip(b'"') in names]
    return next((name.strip(b'"').decode("ascii", "replace") for name in (*marked, *named)), None)


def _one_listed(line: bytes) -> Listed | None:
    uid, size, date = _UID.search(line), _SIZE.search(line), _INTERNAL_DATE.search(line)
    return Listed(int(uid[1]), int(size[1]), _moment(date[1]) if date else None) if uid and size else None


def _moment(date: bytes) -> datetime | None:
    """RFC 3501 date-time, such as `24-Nov-2026 08:12:00 -0500`."""
    try:
        return parsedate_to_datetime(date.decode("ascii").strip().replace("-", " ", 2)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def bodies(lines: Sequence[Line]) -> Iterator[tuple[int, bytes]]:
    """The literals of a FETCH, each under its UID, which may stand before or after it."""
    uid, body = None, None
    for line in lines:
        if isinstance(line, bytearray):
            body = bytes(line)
            continue
        if _FETCHED.match(line):
            uid, body = None, None
        match = _UID.search(line)
        if match:
            uid = int(match[1])
        if uid is not None and body is not None:
            yield uid, body
            uid, body = None, None


def quoted_folder(name: str) -> str:
    """A folder's name as IMAP takes it: modified UTF-7 (RFC 3501 5.1.3), quoted."""
    pieces = re.findall(r"[ -~]+|[^ -~]+", name)
    encoded = "".join(
        piece.replace("&", "&-") if piece.isascii() else f"&{_modified_base64(piece)}-" for piece in pieces
    )
    escaped = encoded.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def imap_date(at: datetime) -> str:
    """RFC 3501 date, in English whatever the locale; a day early, for the server's own time zone."""
    day = at - timedelta(days=1)
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _modified_base64(piece: str) -> str:
    return base64.b64encode(piece.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
