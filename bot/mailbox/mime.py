"""A mail cut into its parts, with caps on depth and number, in time linear in its size.

The standard library's parser checks each line against every enclosing boundary: 1 MB nested 150
deep took it 7 s, and deeper nesting ends in RecursionError. Here each level is one pass of `re`
over the same bytes, nothing is copied before a leaf is read, and nothing raises.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.mailbox.heads import Head, Media, split

PARTS_CAP = 200
DEPTH_CAP = 20
LEAF_CAP = 1024 * 1024
"""Bytes of one leaf that are decoded: more text than anybody types."""


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf, or a container with `children`. Its body is `raw[start:end]`, still encoded."""

    raw: bytes
    head: Head
    media: Media
    start: int
    end: int
    children: tuple[Part, ...] = ()

    def content(self) -> bytes:
        """The decoded bytes of a leaf (at most LEAF_CAP), as far as they can be decoded."""
        body = self.raw[self.start : min(self.end, self.start + LEAF_CAP)]
        if self.media.encoding == "base64":
            return _base64(body)
        if self.media.encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        return body

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order they stand."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class _Budget:
    parts: int = PARTS_CAP
    exceeded: bool = False


def cut(raw: bytes) -> tuple[Part, bool]:
    """The tree of parts, and whether a cap left something out of it."""
    budget = _Budget()
    part = _part(raw, 0, len(raw), budget, 0)
    return part, budget.exceeded


def _part(raw: bytes, start: int, end: int, budget: _Budget, depth: int, usual: str = "text/plain") -> Part:
    head, body = split(raw, start, end)
    budget.parts -= 1
    media = head.media()
    kind = media.kind if head.first("content-type") else usual
    children: tuple[Part, ...] = ()
    if kind.startswith("multipart/") and media.boundary:
        usual = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        spans = _spans(raw, body, end, media.boundary)
        children = _children(raw, spans, budget, depth, usual)
    elif kind == "message/rfc822" and media.encoding in ("", "7bit", "8bit", "binary"):
        children = _children(raw, iter([(body, end)]), budget, depth, "text/plain")
    return Part(
        raw,
        head,
        media if kind == media.kind else Head((("content-type", kind),)).media(),
        body,
        end,
        children,
    )


def _children(
    raw: bytes, spans: Iterator[tuple[int, int]], budget: _Budget, depth: int, usual: str
) -> tuple[Part, ...]:
    children: list[Part] = []
    for start, end in spans:
        if depth >= DEPTH_CAP or budget.parts <= 0:
            budget.exceeded = True
            break
        children.append(_part(raw, start, end, budget, depth + 1, usual))
    return tuple(children)


def _spans(raw: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int]]:
    """Where the parts between the boundary lines stand; a lost closing line ends at `end`."""
    line = re.compile(
        rb"^--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*(?:\r?\n|\r|\Z)",
        re.MULTILINE,
    )
    opened: int | None = None
    for match in line.finditer(raw, start, end):
        if opened is not None:
            yield opened, _before_newline(raw, opened, match.start())
        if match[1]:
            return
        opened = match.end()
    if opened is not None:
        yield opened, end


def _before_newline(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 5.1.1)."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
    if end > start and raw[end - 1 : end] == b"\r":
        end -= 1
    return end


def _base64(body: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(kept[: len(kept) // 4 * 4] + _padded(kept[len(kept) // 4 * 4 :]))


def _padded(rest: bytes) -> bytes:
    return rest.ljust(4, b"=") if len(rest) > 1 else b""
