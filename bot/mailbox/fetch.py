"""Fetching mails in bites that the IMAP library can chew: at most 50 mails and 8 MiB at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime

from bot.mailbox.answers import Listed
from bot.mailbox.imap import Session
from bot.mailbox.parse import MAIL_CAP, content_key, message_id
from bot.ports import FetchedMail

BATCH_MAILS = 50
BATCH_BYTES = 8 * 1024 * 1024


def batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH_MAILS):
        yield uids[start : start + BATCH_MAILS]


async def mails(session: Session, listed: Sequence[Listed]) -> AsyncIterator[list[FetchedMail]]:
    """The mails of one batch, a few megabytes at a time. One that vanished meanwhile is left out."""
    for bite in _bites(listed):
        if bite[0].size > MAIL_CAP:
            raws = await session.beginning(bite[0].uid)
        else:
            raws = await session.bodies([each.uid for each in bite])
        yield [_mail(each, raws[each.uid]) for each in bite if each.uid in raws]


def _bites(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    bite: list[Listed] = []
    for each in listed:
        if bite and (each.size > MAIL_CAP or sum(other.size for other in bite) + each.size > BATCH_BYTES):
            yield bite
            bite = []
        bite.append(each)
        if each.size > MAIL_CAP:
            yield bite
            bite = []
    if bite:
        yield bite


def _mail(listed: Listed, raw: bytes) -> FetchedMail:
    # A server's idea of the size may be a few bytes off: only a capped fetch is a beginning.
    size = listed.size if listed.size > MAIL_CAP else len(raw)
    now = datetime.now(UTC)
    at = min(listed.received_at or now, now)  # Whoever copies mails into a folder may date them as they like.
    return FetchedMail(listed.uid, size, raw, content_key(raw, whole=size == len(raw)), message_id(raw), at)
