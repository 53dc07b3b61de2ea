"""Raw bytes to a Letter. Never raises: whatever arrives has to be handled, shown or refused by name."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.mailbox import bounces, hypertext, mime
from bot.mailbox.addresses import Flaw, sender
from bot.mailbox.charsets import clean, decoded
from bot.mailbox.heads import Head, Media, split
from bot.mailbox.letter import Letter, Oddity
from bot.mailbox.mime import Part
from bot.mailbox.quotes import TEXT_CAP, own_words

MAIL_CAP = 5 * 1024 * 1024
"""Bytes of a mail that is read whole."""
BODY_CAP = 256 * 1024
"""Bytes of the body that are read of a larger one."""
SUBJECT_CAP = 300
REFERENCES_CAP = 50

_ID = re.compile(r"<[^<>\s]{1,250}>")
_BARE_ID = re.compile(r"[^<>\s]{1,250}")
log = logging.getLogger(__name__)


def parse(raw: bytes, *, whole: bool = True) -> Letter:
    """Read a mail. `whole` is False where the caller fetched only its beginning."""
    head, body = split(raw)
    was_cut = not whole or len(raw) > MAIL_CAP
    if was_cut:
        raw = raw[: body + BODY_CAP]
    oddities = {Oddity.CUT} if was_cut else set()
    try:
        return _letter(raw, body, head, oddities)
    except Exception as error:  # noqa: BLE001  # A mail nobody foresaw must reach a person, not stop the queue.
        log.warning("a mail could not be read as one: %s", type(error).__name__)
        return _what_is_left(raw, body, head, oddities)


def _letter(raw: bytes, body: int, head: Head, oddities: set[Oddity]) -> Letter:
    mail, parts_left_out = mime.cut(raw)
    own, quoted = _Words().of(mail)
    text, below = own_words(clean(own if own.strip() else quoted))
    if parts_left_out:
        oddities.add(Oddity.PARTS_LEFT_OUT)
    if not text.strip():
        oddities.add(Oddity.NO_TEXT)
    quoted = "\n".join(filter(None, (below, clean(quoted).strip())))[:TEXT_CAP]
    return _with(raw, body, head, oddities, mail.media, text, quoted, bounces.read(mail))


def _what_is_left(raw: bytes, body: int, head: Head, oddities: set[Oddity]) -> Letter:
    text = clean(decoded(raw[body : body + TEXT_CAP], "utf-8"))
    unknown = Media(
        kind="application/octet-stream", charset="", boundary="", report="", encoding="", attached=False
    )
    return _with(raw, body, head, oddities | {Oddity.UNREADABLE}, unknown, text, "", None)


def _with(
    raw: bytes,
    body: int,
    head: Head,
    oddities: set[Oddity],
    media: Media,
    text: str,
    quoted: str,
    bounce: bounces.Bounce | None,
) -> Letter:
    found = sender(head.all("from"))
    message_id = _message_id(head)
    date = _date(head)
    if not message_id:
        oddities.add(Oddity.NO_MESSAGE_ID)
    if date is None:
        oddities.add(Oddity.NO_DATE)
    return Letter(
        sender=None if isinstance(found, Flaw) else found,
        flaw=found if isinstance(found, Flaw) else None,
        subject=head.words("subject", SUBJECT_CAP),
        message_id=message_id,
        in_reply_to=_ids(head.first("in-reply-to")),
        references=_ids(" ".join(head.all("references"))),
        date=date,
        text=text,
        quoted=quoted,
        content_key=_content_key(raw, body, message_id),
        head=head,
        kind=media.kind,
        report=media.report,
        bounce=bounce,
        oddities=frozenset(oddities),
    )


def content_key(raw: bytes, *, whole: bool = True) -> str:
    """What a mail is known by, whatever folder and number it lies under."""
    head, body = split(raw)
    was_cut = not whole or len(raw) > MAIL_CAP
    return _content_key(raw[: body + BODY_CAP] if was_cut else raw, body, _message_id(head))


def message_id(raw: bytes) -> str:
    """The Message-ID of a raw mail, with its angle brackets, or the empty string."""
    return _message_id(split(raw)[0])


def _content_key(raw: bytes, body: int, message_id: str) -> str:
    digest = hashlib.sha256()
    digest.update(message_id.encode("utf-8", "replace") + b"\n" + raw[body:] if message_id else raw)
    return digest.hexdigest()


def _message_id(head: Head) -> str:
    value = head.first("message-id")
    match = _ID.search(value)
    if match:
        return clean(match[0])
    return f"<{clean(value)}>" if _BARE_ID.fullmatch(value) else ""


def _ids(value: str) -> tuple[str, ...]:
    return tuple(_ID.findall(clean(value)))[-REFERENCES_CAP:]


def _date(head: Head) -> datetime | None:
    try:
        date = parsedate_to_datetime(head.first("date"))
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


class _Words:
    """Collects the texts of one mail. HTML beyond HTML_CAP, over all its parts, is left out."""

    def __init__(self) -> None:
        self._html_left = hypertext.HTML_CAP

    def of(self, part: Part) -> tuple[str, str]:
        """The text of a part as its reader would see it, and the text of quoted and attached mails."""
        kind = part.media.kind
        if kind == "message/rfc822":
            return "", "\n".join(self.of(part.children[0])) if part.children else ""
        if kind == "multipart/alternative":
            return _best([self.of(child) for child in part.children if _is_readable(child)])
        if part.children:
            pieces = [self.of(child) for child in part.children]
            return "\n".join(own for own, _ in pieces if own), "\n".join(
                quoted for _, quoted in pieces if quoted
            )
        if part.media.attached or not _is_readable(part):
            return "", ""
        text = decoded(part.content(), part.media.charset)
        return self._html(text) if kind == "text/html" else (text, "")

    def _html(self, markup: str) -> tuple[str, str]:
        markup = markup[: self._html_left]
        self._html_left -= len(markup)
        return hypertext.texts(markup) if markup else ("", "")


def _best(alternatives: list[tuple[str, str]]) -> tuple[str, str]:
    """The first alternative that says something: the plain one stands first (RFC 2046 5.1.4)."""
    return next(
        (words for words in alternatives if words[0].strip()), alternatives[0] if alternatives else ("", "")
    )


def _is_readable(part: Part) -> bool:
    return (
        bool(part.children)
        or part.media.kind in ("text/plain", "text/html", "text/enriched")
        or (part.media.kind.startswith("multipart/"))
    )
