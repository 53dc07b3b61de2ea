"""The credential mail: link, code, what to do if it was not you. Nothing of the child or of who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.ports import Channel, Credential, MailKind
from conversations import texts
from conversations.effects import Say
from conversations.model import Language, Medium
from conversations.phrases import Phrase
from conversations.texts.days import day_in_words

_SUBJECTS = {MailKind.INVITATION: Phrase.INVITATION_SUBJECT, MailKind.VALIDATION: Phrase.VALIDATION_SUBJECT}
_ASKED = {Channel.MAIL: Phrase.ASKED_BY_MAIL, Channel.TELEGRAM: Phrase.ASKED_BY_CHAT}
_STEPS = {
    MailKind.INVITATION: (
        Phrase.INVITATION_STEPS,
        (
            Phrase.INVITATION_OPEN,
            Phrase.INVITATION_CHOOSE,
            Phrase.INVITATION_ENTER,
            Phrase.INVITATION_CLOSE,
        ),
    ),
    MailKind.VALIDATION: (
        Phrase.VALIDATION_STEPS,
        (Phrase.VALIDATION_OPEN, Phrase.VALIDATION_FILL, Phrase.VALIDATION_CLOSE),
    ),
}


def languages(credential: Credential) -> Sequence[Language]:
    """The language on file, or both where the file does not say."""
    spoken = [language for language in texts.LANGUAGES if language == credential.language]
    return spoken or texts.LANGUAGES


def subject(credential: Credential) -> str:
    """Fixed for its kind and language."""
    return texts.line(_SUBJECTS[credential.kind], languages(credential)[0])


def body(
    credential: Credential, channel: Channel, *, page: str, not_me: str, zone: ZoneInfo
) -> tuple[texts.Block, ...]:
    """The mail's blocks, once for each language. `page` is the link where the roster has none."""
    return tuple(
        block
        for language in languages(credential)
        for say in _says(credential, channel, page, not_me, credential.asked_at.astimezone(zone), language)
        for block in texts.blocks(say, language, Medium.MAIL)
    )


def _says(
    credential: Credential, channel: Channel, page: str, not_me: str, asked_at: datetime, language: Language
) -> list[Say]:
    asked = (
        ("day", day_in_words(asked_at.date(), language)),
        ("channel", texts.line(_ASKED[channel], language)),
    )
    steps, items = _STEPS[credential.kind]
    code = [Say(Phrase.INVITATION_CODE, (("code", credential.code),))] if credential.code else []
    refusal = Say(Phrase.NOT_ME_LINK, (("not_me", not_me),)) if not_me else Say(Phrase.NOT_ME_REPLY)
    return [
        Say(Phrase.LETTER_OPENING),
        Say(Phrase.CREDENTIAL_WHY, asked),
        *code,
        Say(steps, (("link", credential.url or page),), items),
        Say(Phrase.CREDENTIAL_KEEP),
        refusal,
        Say(Phrase.LETTER_CLOSING),
    ]
