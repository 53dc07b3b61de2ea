"""What a message says beside its request, where the wording alone decides."""

from __future__ import annotations

import re

from conversations.model import Intent
from conversations.recogniser.features import plain

INVITATION_IN_HAND = frozenset({Intent.NO_SECURITY_CODE})
"""Unlikely where the invitation itself is quoted below the message."""

_INVITATION = "vous accorde la possibilite de creer un compte"
_IMPLIED: dict[Intent, tuple[tuple[Intent, re.Pattern[str]], ...]] = {
    Intent.VALIDATION_EMAIL_MISSING: (
        (Intent.NO_SECURITY_CODE, re.compile(r"(courriel|mail|email) de validation|validation e?mail")),
    ),
    Intent.CASE_STATUS: ((Intent.NO_SECURITY_CODE, re.compile(r"\bcode\b")),),
    Intent.EMAIL_ADDRESS_CHANGED: (
        (
            Intent.NO_SECURITY_CODE,
            re.compile(r"(ren?voy|envoy|re-?send|send|recu|recev|receiv)[^.]*\b(code|invitation|courriel|mail|email)"),
        ),
    ),
    Intent.CODE_REJECTED: (
        (Intent.LAST_NAME_REJECTED, re.compile(r"code ou (le |du )?nom|code or (the |last )?name|code et (le )?nom")),
    ),
    Intent.NO_SECURITY_CODE: (
        (
            Intent.SECOND_GUARDIAN,
            re.compile(r"(mari|conjointe?|epou(x|se)|femme|l'autre parent|husband|wife|partner|other parent)\b.{0,40}"
                       r"\b(recu|received|got|l'a eu)"),
        ),
    ),
}  # fmt: skip


def holds_invitation(quoted: str) -> bool:
    """Whether the mail quoted below a message is the invitation."""
    return _INVITATION in plain(quoted[:4000])


def implied(intent: Intent, text: str) -> Intent | None:
    """The second intent that labelling asks for with `intent`; `text` is plain."""
    return next((other for other, pattern in _IMPLIED.get(intent, ()) if pattern.search(text)), None)
