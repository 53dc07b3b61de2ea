"""Which language to answer in: the first message decides, a clear one in the other language switches."""

from __future__ import annotations

from conversations.flows import choosing
from conversations.flows.moves import Move
from conversations.model import Conversation, Language
from conversations.recogniser.reading import Reading

_SPOKEN = (Language.FRENCH, Language.ENGLISH)
_SMALL_WORDS = {
    Language.FRENCH: frozenset(
        "je j mon ma mes m est et nee ne le la les un une du des fils fille enfant suis pour".split()
    ),
    Language.ENGLISH: frozenset(
        "i my is the and born was name son daughter child are in at of on her his their it school".split()
    ),
}
"""Names and dates look alike in both languages; these words do not."""


def tells(reading: Reading) -> bool:
    """Whether a message settles the language of a conversation that has none yet."""
    return reading.language in _SPOKEN


def language(before: Conversation, reading: Reading, move: Move, text: str) -> Language:
    """The language to answer this message in: never mixed, never a third one."""
    if reading.language not in _SPOKEN or reading.language is before.language:
        return before.language
    if not before.language_known:
        return reading.language
    return reading.language if _is_clear(reading.language, before.language, move, text) else before.language


def _is_clear(other: Language, current: Language, move: Move, text: str) -> bool:
    words = choosing.plain(text).split()
    if move in {Move.CHOICE, Move.EMPTY, Move.YES, Move.NO} and len(words) < 3:
        return False
    if move is not Move.FACTS:
        return len(words) > 1
    theirs = sum(word in _SMALL_WORDS[other] for word in words)
    ours = sum(word in _SMALL_WORDS[current] for word in words)
    return theirs > 1 and theirs > ours
