"""A mail, read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.mailbox.addresses import Flaw
from bot.mailbox.bounces import Bounce
from bot.mailbox.heads import Head


class Oddity(StrEnum):
    """What was unusual about reading a mail. None of these stops it from being handled."""

    CUT = "cut"
    """Larger than the cap: only its head and the first 256 KiB of its body were read."""
    PARTS_LEFT_OUT = "parts_left_out"
    NO_MESSAGE_ID = "no_message_id"
    NO_DATE = "no_date"
    NO_TEXT = "no_text"
    UNREADABLE = "unreadable"
    """Reading failed in a way nobody foresaw; the text is what the bytes look like."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. Texts are clean: `\\n` line ends, no NUL, no controls, at most 64 KiB."""

    sender: str | None
    flaw: Flaw | None
    """Why `sender` is None."""
    subject: str
    message_id: str
    """With its angle brackets; empty when there is none."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    """Aware, UTC."""
    text: str
    """The writer's own words, quotes and signature off."""
    quoted: str
    content_key: str
    """The same for the same mail wherever it lies: what finds a mail again after a change of UIDVALIDITY."""
    head: Head
    kind: str
    """Content-Type, lower case."""
    report: str
    """report-type of a multipart/report, lower case."""
    bounce: Bounce | None
    oddities: frozenset[Oddity]

    def refers_to(self) -> tuple[str, ...]:
        """The Message-IDs it answers, nearest first, each once."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))
