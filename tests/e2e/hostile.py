"""Mails that no ordinary program writes, and what must become of each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conftest import LONG
from tests.e2e.process import HELP_LINE

WORDS = "Bonjour, je n'ai jamais reçu le code de sécurité pour le Portail Famille."
MEGABYTES = 30 if LONG else 6
PARTS = 1_000
PLAIN = "Content-Type: text/plain; charset=utf-8"


@dataclass(frozen=True)
class Hostile:
    """`refusal`: the named reason; None where a person wrote it and gets an answer."""

    sender: str
    raw: bytes
    refusal: str | None = None


def hostile() -> list[Hostile]:
    """All of them, each from a mailbox of its own."""
    parts = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\n{WORDS} {n}\r\n" for n in range(PARTS))
    large = f"{WORDS}\r\n" + "un mot de plus sur une ligne de cinquante octets..\r\n" * (MEGABYTES * 20_000)
    return [
        _mail("two-from", WORDS, "From: other@famille.example", PLAIN, refusal="unusable_sender"),
        _mail("newline", WORDS, "Subject: =?utf-8?q?Code=0D=0ABcc:_evil=40bad.example?=", PLAIN),
        _mail("charset", WORDS, "Content-Type: text/plain; charset=no-such-charset"),
        _mail("nul", f"{WORDS}\0\0 Merci\0.", "Subject: Co\0de", PLAIN),
        _mail("large", large, PLAIN),
        _mail("parts", f"{parts}--b--\r\n", 'Content-Type: multipart/mixed; boundary="b"'),
        _mail("nameless", WORDS, PLAIN, message_id=""),
        _mail("twin1", WORDS, PLAIN, message_id="<twin@famille.example>"),
        _mail("twin2", f"Autre chose. {WORDS}", PLAIN, message_id="<twin@famille.example>"),
        _mail("self", WORDS, PLAIN, address=HELP_LINE, refusal="own_address"),
        _mail("away", "Je suis absente.", "Subject: Réponse automatique : absence", PLAIN, refusal="out_of_office"),
        _mail("robot", WORDS, "Auto-Submitted: auto-generated", PLAIN, refusal="auto_submitted"),
        _mail("dsn", _REPORT, 'Content-Type: multipart/report; report-type=delivery-status; boundary="r"', refusal="bounce"),
        Hostile("rubbish@famille.example", bytes(range(256)) * 40, "unusable_sender"),
    ]  # fmt: skip


_REPORT = (
    "--r\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
    "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far.example\r\n\r\n"
    "Final-Recipient: rfc822; someone@far.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    "--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <no-mail-of-ours@far.example>\r\n\r\nx\r\n--r--\r\n"
)


def _mail(
    name: str,
    body: str,
    *more: str,
    message_id: str | None = None,
    address: str | None = None,
    refusal: str | None = None,
) -> Hostile:
    sender = address or f"{name}@famille.example"
    lines = [f"Return-Path: <{sender}>", f"From: {sender}", f"To: {HELP_LINE}", *more, "MIME-Version: 1.0"]
    own_id = f"<{name}@famille.example>" if message_id is None else message_id
    if own_id:
        lines.append(f"Message-ID: {own_id}")
    return Hostile(sender, "\r\n".join([*lines, "", body]).encode(), refusal)
