"""Does our own border vouch for the sender (path V)? Every doubt says no."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.mailbox import results
from bot.mailbox.letter import Letter

OFF = "off"
GOOGLE = "google"
MICROSOFT_365 = "microsoft365"
GENERIC = "generic:"
_GOOGLE_BORDER = "mx.google.com"
CLOCK = timedelta(hours=48)
"""How far Date may lie from the time the mail was received."""


class Doubt(StrEnum):
    """Why nobody vouches for the sender of a mail."""

    OFF = "off"
    UNUSABLE_SENDER = "unusable_sender"
    NO_RESULTS = "no_results"
    NOT_READABLE = "results_not_readable"
    OTHER_BORDER = "other_border"
    """The topmost results were not written by our border."""
    DMARC_NOT_PASS = "dmarc_not_pass"  # noqa: S105  # no password: a verdict's name
    OTHER_DOMAIN = "other_domain"
    NO_MESSAGE_ID = "no_message_id"
    REPEATED = "message_id_repeated"
    NO_DATE = "no_date"
    DATE_OFF = "date_off"
    LIST = "list"
    RESENT = "resent"


def doubt(letter: Letter, profile: str, received_at: datetime, *, repeated: bool) -> Doubt | None:
    """The first reason not to take the sender as proven; None when our border vouches.

    `repeated`: this Message-ID was seen before. `profile` is the GUICHET_AUTH_RESULTS setting.
    """
    if profile == OFF:
        return Doubt.OFF
    if letter.sender is None:
        return Doubt.UNUSABLE_SENDER
    return _replayed(letter, received_at, repeated=repeated) or _unproven(letter, letter.sender, profile)


def _replayed(letter: Letter, received_at: datetime, *, repeated: bool) -> Doubt | None:
    """Signs that a true mail is shown again, by whoever holds a copy."""
    if letter.head.any("resent-"):
        return Doubt.RESENT
    if letter.head.any("list-"):
        return Doubt.LIST
    if not letter.message_id or len(letter.head.all("message-id")) != 1:
        return Doubt.NO_MESSAGE_ID
    if repeated:
        return Doubt.REPEATED
    if letter.date is None or len(letter.head.all("date")) != 1:
        return Doubt.NO_DATE
    return Doubt.DATE_OFF if abs(letter.date - received_at) > CLOCK else None


def _unproven(letter: Letter, sender: str, profile: str) -> Doubt | None:
    fields = letter.head.all("authentication-results")
    if not fields:
        return Doubt.NO_RESULTS
    try:
        topmost = results.read(fields[0])
    except ValueError:
        return Doubt.NOT_READABLE
    if topmost.border != _border(profile):
        return Doubt.OTHER_BORDER
    verdicts = topmost.of("dmarc")
    if len(verdicts) != 1 or verdicts[0].outcome != "pass":
        return Doubt.DMARC_NOT_PASS
    # Exchange Online overrules DMARC by its own composite verdict.
    if profile == MICROSOFT_365 and any(each.outcome != "pass" for each in topmost.of("compauth")):
        return Doubt.DMARC_NOT_PASS
    domain = verdicts[0].properties.get("header.from", "").lower().rstrip(".")
    return None if domain == sender.rpartition("@")[2] else Doubt.OTHER_DOMAIN


def _border(profile: str) -> str:
    """The authserv-id our border writes; Exchange Online writes none."""
    if profile == GOOGLE:
        return _GOOGLE_BORDER
    return "" if profile == MICROSOFT_365 else profile.removeprefix(GENERIC).lower()
