"""Each row of the journal holds the hash of the one before it, so that no change goes unseen.

hash = SHA-256(0x00 ‖ prev ‖ body); body is canonical JSON (RFC 8785) with seq, time, actor, case and
event inside. A bare chain cannot tell a tail that was cut off, nor a rewrite from some row to the end:
only an anchor kept elsewhere can.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

FIRST_SEQ = 1
GENESIS = bytes(32)
"""What the first row has for the hash of the one before."""
_LARGEST_INTEGER = 2**53 - 1
"""RFC 8785 numbers are doubles: larger integers would not be written alike everywhere."""


class Actor(StrEnum):
    """Who did what the row records."""

    PARENT = "parent"
    BOT = "bot"
    STAFF = "staff"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to record. `at` in microseconds UTC. `data` and `who` never hold personal data."""

    at: int
    event: str
    conversation: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    actor: Actor = Actor.BOT
    who: str = ""
    """The actor's pseudonym, an HMAC."""


@dataclass(frozen=True, slots=True)
class Link:
    """One row as it stands in the database."""

    seq: int
    at: int
    conversation: int | None
    event: str
    body: str
    prev: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row known to be sound from elsewhere: the chain is judged from there."""

    seq: int
    hash: bytes


class Flaw(StrEnum):
    """How the chain is broken."""

    ALTERED = "altered"
    GAP = "gap"
    FORK = "fork"
    """The row is sound by itself, but was not written after the one that stands before it."""
    CUT = "cut"
    """Rows that an anchor proves are no longer there."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: `flaw` and its `seq`, or neither; `last` is the last sound row."""

    rows: int
    last: Anchor | None
    flaw: Flaw | None = None
    seq: int | None = None


def canonical(value: object) -> str:
    """RFC 8785 for what the journal holds: no floats, ASCII keys. Raises ValueError for anything else."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def seal(entries: Sequence[Entry], tail: Anchor | None) -> list[Link]:
    """The rows that follow `tail` (None: the journal is empty)."""
    seq, prev = (tail.seq + 1, tail.hash) if tail else (FIRST_SEQ, GENESIS)
    links = []
    for number, entry in enumerate(entries, seq):
        body = _body(number, entry)
        link = Link(number, entry.at, entry.conversation, entry.event, body, prev, _digest(prev, body))
        links.append(link)
        prev = link.hash
    return links


class Chain:
    """Checks rows one after the other, in constant memory; stops judging at the first flaw."""

    def __init__(self, start: Anchor | None = None) -> None:
        self._rows = 0
        self._last = start
        self._flaw: tuple[Flaw, int] | None = None

    def check(self, links: Iterable[Link]) -> bool:
        """Take more rows, in order of seq; False once a flaw is found."""
        for link in links:
            if self._flaw:
                break
            self._take(link)
        return self._flaw is None

    def report(self) -> Report:
        flaw, seq = self._flaw or (None, None)
        return Report(self._rows, self._last, flaw, seq)

    def _take(self, link: Link) -> None:
        expected, prev = (self._last.seq + 1, self._last.hash) if self._last else (FIRST_SEQ, GENESIS)
        if link.seq != expected:
            self._flaw = (Flaw.GAP, expected)
        elif link.hash != _digest(link.prev, link.body) or not _agrees(link):
            self._flaw = (Flaw.ALTERED, link.seq)
        elif link.prev != prev:
            self._flaw = (Flaw.FORK, link.seq)
        else:
            self._rows += 1
            self._last = Anchor(link.seq, link.hash)


def _body(seq: int, entry: Entry) -> str:
    actor = {"kind": entry.actor.value, **({"id": entry.who} if entry.who else {})}
    return canonical(
        {
            "actor": actor,
            "at": entry.at,
            "case": entry.conversation,
            "data": dict(entry.data),
            "event": entry.event,
            "seq": seq,
        }
    )


def _digest(prev: bytes, body: str) -> bytes:
    return hashlib.sha256(b"\0" + prev + body.encode()).digest()


def _agrees(link: Link) -> bool:
    """The columns beside the body say what the body says: a query must not be lied to either."""
    try:
        told = json.loads(link.body)
        return (told["seq"], told["at"], told["case"], told["event"]) == (
            link.seq,
            link.at,
            link.conversation,
            link.event,
        )
    except (ValueError, KeyError, TypeError):
        return False


def _check(value: object) -> None:
    match value:
        case None | bool() | str():
            return
        case int() if abs(value) <= _LARGEST_INTEGER:
            return
        case Mapping():
            if any(not isinstance(key, str) or not key.isascii() for key in value):
                raise ValueError("a key of the journal is an ASCII string")
            for item in value.values():
                _check(item)
        case list() | tuple():
            for item in value:
                _check(item)
        case _:
            raise ValueError(f"the journal cannot hold a {type(value).__name__}")
