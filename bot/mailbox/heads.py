"""The header block of a mail, or of one of its parts, read without ever raising."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

from bot.mailbox.charsets import decoded

BLOCK_CAP = 256 * 1024
"""Bytes of one header block that are read."""
FIELDS_CAP = 1000
VALUE_CAP = 64 * 1024
"""Characters of one field that are read: a longer one is no field that a mail program wrote."""

_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:(.*)$", re.DOTALL)
_BEGINS = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r[ \t]*\r")
_FOLD = re.compile(rb"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Head:
    """Fields in the order they stand, names in lower case, values unfolded and still encoded."""

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """Each value of the field `name` (lower case), topmost first."""
        return tuple(value for each, value in self.fields if each == name)

    def first(self, name: str) -> str:
        """The topmost value of the field `name`, or the empty string."""
        return next((value for each, value in self.fields if each == name), "")

    def any(self, prefix: str) -> bool:
        """Whether a field's name begins with `prefix`."""
        return any(each.startswith(prefix) for each, _ in self.fields)

    def words(self, name: str, cap: int) -> str:
        """A field for people: RFC 2047 words decoded, one line, no control characters."""
        return one_line(_unwrapped(self.first(name)))[:cap]

    def media(self) -> Media:
        """What the Content-Type and its kin say."""
        return Media.of(self)


@dataclass(frozen=True, slots=True)
class Media:
    """Content-Type (lower case), its parameters, transfer encoding and disposition."""

    kind: str
    charset: str
    boundary: str
    report: str
    encoding: str
    attached: bool

    @classmethod
    def of(cls, head: Head) -> Media:
        message: Message = Message()
        message["Content-Type"] = one_line(head.first("content-type")) or "text/plain"
        disposition = head.first("content-disposition").split(";", 1)[0]
        return cls(
            kind=message.get_content_type(),
            charset=_parameter(message, "charset"),
            boundary=_parameter(message, "boundary"),
            report=_parameter(message, "report-type").lower(),
            encoding=head.first("content-transfer-encoding").split(";", 1)[0].strip().lower(),
            attached=disposition.strip().lower() == "attachment",
        )


def _parameter(message: Message, name: str) -> str:
    """One Content-Type parameter; RFC 2231 pieces that cannot be put together count as absent."""
    try:
        value = message.get_param(name)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return value.strip() if isinstance(value, str) else ""


def split(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Head, int]:
    """The head that begins at `start`, and where its body begins. Never raises."""
    stop = len(raw) if end is None else end
    if raw[start : start + 1] in (b"\n", b"\r"):
        return Head(), min(start + (2 if raw[start : start + 2] == b"\r\n" else 1), stop)
    if not _BEGINS.match(raw, start, stop):
        return Head(), start  # No head at all: what stands here is the body.
    blank = _BLANK.search(raw, start, min(stop, start + BLOCK_CAP))
    if blank is None:
        return Head(tuple(_fields(raw[start : min(stop, start + BLOCK_CAP)]))), stop
    return Head(tuple(_fields(raw[start : blank.start()]))), blank.end()


def _fields(block: bytes) -> list[tuple[str, str]]:
    unfolded: list[bytearray] = []
    for line in _FOLD.split(block):
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1] += b" " + line.strip()
        elif len(unfolded) < FIELDS_CAP:
            unfolded.append(bytearray(line))
    matches = (_FIELD.match(field[: VALUE_CAP * 2]) for field in unfolded)
    return [
        (match[1].decode("ascii").lower(), decoded(bytes(match[2]), "utf-8").strip()[:VALUE_CAP])
        for match in matches
        if match
    ]


def one_line(text: str) -> str:
    """The text with every run of control characters, an encoded CRLF above all, made one space."""
    return _CONTROL.sub(" ", text).strip()


def _unwrapped(value: str) -> str:
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError, LookupError):
        return value
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "ascii") for piece, charset in pieces
    )
