"""Delivery reports (RFC 3464): which of our mails did not arrive, for whom, and whether for good."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.mailbox.charsets import decoded
from bot.mailbox.heads import Head, split
from bot.mailbox.mime import Part

RECIPIENTS_CAP = 20
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_ID = re.compile(r"<[^<>\s]{1,250}>")
_OUR_ID = re.compile(r"^[ \t>]*message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient: address as reported, enhanced status (RFC 3463) and action."""

    address: str
    status: str
    action: str

    @property
    def for_good(self) -> bool:
        return self.status.startswith("5.") and self.action in ("failed", "")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`message_ids`: the mails it speaks of, as claimed. Only a valid keyed tag makes one ours."""

    message_ids: tuple[str, ...]
    failures: tuple[Failure, ...]

    @property
    def for_good(self) -> bool:
        """Whether a recipient failed with 5.x.x: trying again is of no use."""
        return any(failure.for_good for failure in self.failures)

    @property
    def delayed(self) -> bool:
        """Whether the server is still trying, or it arrived."""
        return not self.for_good


def read(mail: Part) -> Bounce | None:
    """The report in `mail`, or None. Servers without RFC 3464 are read as far as they tell."""
    parts = list(mail.walk())
    failures = [
        failure
        for part in parts
        if part.media.kind == "message/delivery-status"
        for failure in _failures(part)
    ]
    told = mail.head.all("x-failed-recipients")
    is_report = mail.media.kind == "multipart/report" and mail.media.report in ("delivery-status", "")
    if not (failures or told or is_report):
        return None
    if not failures:
        text = " ".join(
            decoded(part.content()[:65536], part.media.charset) for part in parts if not part.children
        )
        status = _STATUS.search(text)
        failures = [Failure(address.strip(), status[0] if status else "", "") for address in (told or ("",))]
    return Bounce(tuple(dict.fromkeys(_ids(mail, parts))), tuple(failures[:RECIPIENTS_CAP]))


def _failures(part: Part) -> list[Failure]:
    """The groups of fields of a message/delivery-status; the first is about the message as a whole."""
    groups: list[Head] = []
    content, start = part.content(), 0
    while start < len(content) and len(groups) <= RECIPIENTS_CAP:
        head, start = split(content, start)
        groups.append(head)
    return [
        Failure(_address(group), _status(group), group.first("action").strip().lower())
        for group in groups
        if group.first("status") or group.first("final-recipient")
    ]


def _address(group: Head) -> str:
    value = group.first("original-recipient") or group.first("final-recipient")
    return value.partition(";")[2].strip().strip("<>")[:254]


def _status(group: Head) -> str:
    match = _STATUS.search(group.first("status"))
    return match[0] if match else ""


def _ids(mail: Part, parts: list[Part]) -> list[str]:
    """Message-IDs of the returned mail, then those that a bare text quotes, then In-Reply-To."""
    found: list[str] = []
    for part in parts[1:]:
        found += _ID.findall(part.head.first("message-id"))
        if not part.children and part.media.kind.startswith(("text/", "message/")):
            found += _OUR_ID.findall(decoded(part.content()[:262144], part.media.charset))
    if not mail.children:
        found += _OUR_ID.findall(decoded(mail.content()[:262144], mail.media.charset))
    return found + _ID.findall(mail.head.first("in-reply-to")) + _ID.findall(mail.head.first("references"))
