"""All wording, French and English, by the name of the phrase.

`fr/*.toml` and `en/*.toml` hold `name = "words"`, or `[name]` with `mail` and `chat` where the two
differ. A blank line parts paragraphs; `{blank}` is filled from the effect; a paragraph that is only
`{items}` is where the listed phrases stand (else they come last). Names that never change (buttons,
titles of e-mails) stand once in `names.toml`, as `{@name}`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Protocol

from conversations.model import Language, Medium
from conversations.phrases import Phrase

LANGUAGES = (Language.FRENCH, Language.ENGLISH)

_BLANK = re.compile(r"\{(\w+)\}")
_NAME = re.compile(r"\{@(\w+)\}")
_FRENCH_SPACE = re.compile(r" (?=[:;?!»])|(?<=«) ")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class BlockKind(StrEnum):
    """What a block is: how a channel lays it out is its own affair."""

    PARAGRAPH = "paragraph"
    STEPS = "steps"
    """Numbered, in order."""
    LIST = "list"
    CHOICES = "choices"
    """Numbered, to answer with a number or a button."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph's lines, or the items of a list."""

    kind: BlockKind
    lines: tuple[str, ...]


class Saying(Protocol):
    """Something to say: `effects.Say` has this shape."""

    @property
    def phrase(self) -> Phrase: ...
    @property
    def blanks(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def items(self) -> tuple[Phrase, ...]: ...


_LAID_OUT = {
    Phrase.ASK_FACTS: BlockKind.STEPS,
    Phrase.ASK_MISSING_FACTS: BlockKind.STEPS,
    Phrase.ASK_AGAIN: BlockKind.STEPS,
    Phrase.HOW_TO_ACTIVATE: BlockKind.STEPS,
    Phrase.REQUIRED_FIELDS: BlockKind.STEPS,
    Phrase.CHANGE_LANGUAGE: BlockKind.STEPS,
    Phrase.MOBILE_APP: BlockKind.STEPS,
    Phrase.INVITATION_STEPS: BlockKind.STEPS,
    Phrase.VALIDATION_STEPS: BlockKind.STEPS,
    Phrase.CLARIFY: BlockKind.CHOICES,
    Phrase.CLARIFY_OPEN: BlockKind.CHOICES,
    Phrase.NOTHING_OPEN: BlockKind.CHOICES,
    Phrase.ASK_WHICH_DAY: BlockKind.CHOICES,
}
"""How the items under a phrase are laid out; a plain list where nothing is said here."""


def blocks(say: Saying, language: Language, medium: Medium) -> tuple[Block, ...]:
    """What to show for a `Say`, in order. KeyError where a blank of the words is not filled."""
    filling = dict(say.blanks)
    items = tuple(_fill(words(item, language, medium), filling) for item in say.items)
    listed = Block(_LAID_OUT.get(say.phrase, BlockKind.LIST), items)
    shown: list[Block] = []
    for paragraph in words(say.phrase, language, medium).split("\n\n"):
        if paragraph == "{items}":
            shown.append(listed)
        else:
            lines = tuple(_fill(paragraph, filling).split("\n"))
            shown.append(Block(BlockKind.PARAGRAPH, lines))
    if items and listed not in shown:
        shown.append(listed)
    return tuple(block for block in shown if block.lines)


def line(phrase: Phrase, language: Language, /, medium: Medium = Medium.MAIL, **blanks: str) -> str:
    """The words of a phrase in one string, its blanks filled; KeyError where one lacks."""
    return _fill(words(phrase, language, medium), blanks)


def words(phrase: Phrase, language: Language, medium: Medium = Medium.MAIL) -> str:
    """The words of a phrase as they stand in the catalogue, blanks open."""
    return catalogue(language)[phrase][medium]


def blanks_of(phrase: Phrase, language: Language, medium: Medium = Medium.MAIL) -> frozenset[str]:
    """The names of the blanks in a phrase's words."""
    return frozenset(_BLANK.findall(words(phrase, language, medium))) - {"items"}


@cache
def catalogue(language: Language) -> Mapping[Phrase, Mapping[Medium, str]]:
    """All words of a language, read on first use."""
    spoken = language if language in LANGUAGES else Language.FRENCH
    entries: dict[Phrase, Mapping[Medium, str]] = {}
    for name, value in raw(spoken).items():
        by_medium = {medium: _variant(value, medium) for medium in Medium}
        entries[Phrase(name)] = {medium: _typeset(text, spoken) for medium, text in by_medium.items()}
    return entries


def raw(language: Language) -> Mapping[str, object]:
    """The entries of a language's files as they stand; ValueError where two files name the same phrase."""
    entries: dict[str, object] = {}
    folder = files(__name__).joinpath(language.value)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in entries:
                raise ValueError(f"{language.value}/{file.name}: the phrase {name} stands in two files")
            entries[name] = value
    return entries


@cache
def names(language: Language) -> Mapping[str, str]:
    """Names of buttons, pages and e-mails, exactly as a parent meets them."""
    table = tomllib.loads(files(__name__).joinpath("names.toml").read_text(encoding="utf-8"))
    return {name: str(value[language.value]) for name, value in table.items()}


def _variant(value: object, medium: Medium) -> str:
    if isinstance(value, dict):
        return str(value[medium.value])
    return str(value)


def _typeset(text: str, language: Language) -> str:
    """One line a paragraph's source line; names put in; French spaces that must not break."""
    text = _NAME.sub(lambda match: names(language)[match[1]], text.strip())
    return _FRENCH_SPACE.sub(_NO_BREAK_SPACE, text) if language is Language.FRENCH else text


def _fill(text: str, blanks: Mapping[str, str]) -> str:
    # One pass, not str.format: braces in what a parent typed stay what they are.
    return _BLANK.sub(lambda match: blanks[match[1]], text)
