"""What one turn says, as the mail that answers a parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage

from bot.letters import Quote, compose
from bot.ports import Parcel
from bot.threads import Threads
from conversations import texts
from conversations.codec import says_from_json
from conversations.effects import Say
from conversations.model import Language, Medium
from conversations.phrases import Phrase

_SUBJECT = {
    Language.FRENCH: "Portail Famille : votre demande {number}",
    Language.ENGLISH: "Portail Famille: your request {number}",
}
_OPENING = (Phrase.LETTER_OPENING,)
_CLOSING = (Phrase.LETTER_CLOSING, Phrase.LETTER_NOTICE)


def reply(
    parcel: Parcel, *, mail_from: str, threads: Threads, at: datetime | None = None, zone: tzinfo = UTC
) -> EmailMessage:
    """The mail of a reply parcel; days are told as in `zone`.

    Raises ValueError where its payload is none that the desk writes.
    """
    payload = parcel.payload
    language = _spoken(str(payload["language"]))
    thread = payload.get("thread")
    note: Mapping[str, object] = thread if isinstance(thread, Mapping) else {}
    answered = str(note.get("message_id") or "")
    return compose(
        sender=mail_from,
        to=str(payload["to"]),
        subject=_SUBJECT[language].format(number=payload["number"]),
        blocks=letter(says_from_json(payload["says"]), language),
        language=language,
        message_id=threads.message_id(parcel.conversation, parcel.key),
        at=at,
        in_reply_to=(answered,) if answered else (),
        references=_strings(note.get("references")),
        quote=_quote(note, zone),
    )


def letter(says: Sequence[Say], language: Language) -> tuple[texts.Block, ...]:
    """All that a turn says, between a greeting and a signature."""
    framed = [*map(Say, _OPENING), *says, *map(Say, _CLOSING)]
    return tuple(block for say in framed for block in texts.blocks(say, language, Medium.MAIL))


def _spoken(language: str) -> Language:
    return Language.ENGLISH if language == Language.ENGLISH else Language.FRENCH


def _strings(stored: object) -> tuple[str, ...]:
    return tuple(each for each in stored if isinstance(each, str)) if isinstance(stored, Sequence) else ()


def _quote(note: Mapping[str, object], zone: tzinfo) -> Quote | None:
    text, at = str(note.get("quote") or "").strip(), str(note.get("at") or "")
    return Quote(text, datetime.fromisoformat(at).astimezone(zone)) if text and at else None
