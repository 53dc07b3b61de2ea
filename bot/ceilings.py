"""How many answers one mailbox may draw from us: against loops of machines, and against forged senders.

A mail that finds a ceiling is never lost: it stands in its case, and staff are told why it was not
answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.settings import Limits

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENDER, WORDS, THREADS, UNPROVEN = "mail_replies", "mail_words", "mail_threads", "mail_unproven"


class Held(StrEnum):
    """Why a mail goes to staff instead of to the bot."""

    SENDER_HOUR = "replies_sender_hour"
    SENDER_DAY = "replies_sender_day"
    SAME_WORDS = "same_words_again"
    """The same words from the same sender within a day, outside any case."""
    SECOND_THREAD = "second_thread_today"
    """An unproven mailbox opens another case within a day."""
    UNPROVEN_HOUR = "replies_unproven_hour"
    """Too many answers to unproven mailboxes, over all."""


class Tally(Protocol):
    """The counters inside one transaction (bot.ports.Records has these)."""

    def now(self) -> datetime: ...
    def lock(self, name: str, key: str) -> datetime | None: ...
    def hits(self, name: str, key: str, since: datetime) -> int: ...
    def hit(self, name: str, key: str, conversation: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Draw:
    """One mail that would draw an answer."""

    sender: str
    """The counting key of the mailbox."""
    fingerprint: str
    joins: bool
    """A keyed Message-ID puts it into a case of this sender."""
    vouched: bool

    @property
    def unproven(self) -> bool:
        """Nobody knows whether the mailbox in From really wrote: an answer may hit a stranger."""
        return not (self.joins or self.vouched)


def held(tally: Tally, limits: Limits, draw: Draw) -> Held | None:
    """The first ceiling that this mail touches, if any. Locks what it counts, always in the same order."""
    now = tally.now()
    tally.lock(SENDER, draw.sender)
    if tally.hits(SENDER, draw.sender, now - HOUR) >= limits.replies_per_sender_hour:
        return Held.SENDER_HOUR
    if tally.hits(SENDER, draw.sender, now - DAY) >= limits.replies_per_sender_day:
        return Held.SENDER_DAY
    if not draw.joins and tally.hits(WORDS, _words(draw), now - DAY):
        return Held.SAME_WORDS
    if not draw.unproven:
        return None
    if tally.hits(THREADS, draw.sender, now - DAY) >= limits.new_threads_per_mailbox_day:
        return Held.SECOND_THREAD
    tally.lock(UNPROVEN, "all")
    too_many = tally.hits(UNPROVEN, "all", now - HOUR) >= limits.replies_unknown_hour
    return Held.UNPROVEN_HOUR if too_many else None


def counters(draw: Draw) -> tuple[tuple[str, str], ...]:
    """Name and key of each counter of this sender that `held` may ask for."""
    return (SENDER, draw.sender), (WORDS, _words(draw)), (THREADS, draw.sender)


def count(tally: Tally, draw: Draw, conversation: int) -> None:
    """Count a mail that was let through."""
    tally.hit(SENDER, draw.sender, conversation)
    tally.hit(WORDS, _words(draw), conversation)
    if draw.unproven:
        tally.hit(THREADS, draw.sender, conversation)
        tally.hit(UNPROVEN, "all", conversation)


def _words(draw: Draw) -> str:
    return f"{draw.sender} {draw.fingerprint}"
