"""Raw mails for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from bot.keys import Keys
from bot.mailbox.whom import Ourselves
from bot.threads import Threads

HELP_LINE = "portail.famille@cepeo.example"
KEYS = Keys("a secret of at least thirty-two characters")
THREADS = Threads(KEYS, HELP_LINE)
OURSELVES = Ourselves(frozenset({HELP_LINE}), THREADS)
AT = datetime(2026, 11, 24, 13, 12, tzinfo=UTC)


def raw_mail(
    body: str = "Bonjour, je n'ai jamais reçu le code de sécurité",
    sender: str = "fatou@example.org",
    message_id: str | None = "<1@example.org>",
    subject: str = "Code",
    *more: str,
    at: datetime = AT,
) -> bytes:
    """A mail as a parent's program writes it; `more` are further header lines."""
    lines = [
        *more,
        f"From: {sender}",
        f"To: {HELP_LINE}",
        f"Subject: {subject}",
        f"Date: {format_datetime(at)}",
    ]
    if message_id is not None:
        lines.append(f"Message-ID: {message_id}")
    if not any(line.lower().startswith("content-type") for line in more):
        lines += [
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
    return "\r\n".join([*lines, "", *body.splitlines(), ""]).encode()
