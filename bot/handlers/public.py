"""The group beside the channel: one neutral answer; nothing is asked, repeated or confirmed.

No case is ever opened here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.chats import AskedInPublic, Deed, Notice, Passed
from bot.handlers.parse import Incoming, What
from conversations.effects import Say
from conversations.facts import redact
from conversations.model import Intent, Kind, Language
from conversations.phrases import Phrase
from conversations.recogniser import recognise
from conversations.recogniser.reading import Reading

TOKEN_BYTES = 16
"""128 bits."""
_ALONE = frozenset({"birth_date", "security_code", "email"})
_TOGETHER = frozenset(
    {"parent_first_name", "parent_last_name", "child_first_name", "child_last_name", "school"}
)
ENOUGH_TOGETHER = 3
"""A first name alone is small talk; a full name with a school is a family."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """`personal`: it holds what does not belong in public."""

    deed: Deed
    personal: bool = False


def overhear(incoming: Incoming) -> Overheard:
    """What a message of the group comes to. Takes some milliseconds: not for the event loop."""
    if incoming.what not in {What.TEXT, What.EDIT} or not incoming.text.strip():
        return Overheard(Passed("public_without_words"))
    reading = recognise(incoming.text)
    personal = is_personal(incoming.text, reading)
    wanted = reading.sure and (reading.intent.kind is Kind.REQUEST or reading.intent is Intent.HUMAN)
    if not wanted and not personal:
        return Overheard(Passed("public_talk"))
    spoken = reading.language in {Language.FRENCH, Language.ENGLISH}
    language = reading.language if spoken else incoming.language
    notice = Notice(
        incoming.chat, Say(Phrase.SOMEBODY_ANSWERS), language, start=secrets.token_urlsafe(TOKEN_BYTES)
    )
    return Overheard(AskedInPublic(incoming.person, notice, reading.intent if wanted else None), personal)


def is_personal(text: str, reading: Reading) -> bool:
    """Whether it tells of one family: a birthday, a code, an address, a long number, or names together."""
    told = {name for name, values in reading.entities.items() if values}
    return bool(told & _ALONE) or len(told & _TOGETHER) >= ENOUGH_TOGETHER or redact(text) != text
