"""What each command stands for, and the menu that lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.guide import name_of
from conversations.model import Intent, Language, Medium
from conversations.phrases import Phrase
from conversations.texts import line


class Command(StrEnum):
    START = "start"
    HELP = "aide"
    CASE = "dossier"
    LANGUAGE = "langue"
    HUMAN = "humain"
    PRIVACY = "confidentialite"
    FORGET = "oublier"


MENU = {
    Command.HELP: Phrase.MENU_HELP,
    Command.CASE: Phrase.MENU_CASE,
    Command.LANGUAGE: Phrase.MENU_LANGUAGE,
    Command.HUMAN: Phrase.MENU_HUMAN,
    Command.PRIVACY: Phrase.MENU_PRIVACY,
    Command.FORGET: Phrase.MENU_FORGET,
}
_NAMES = frozenset(command.value for command in Command)
_ALIASES = {
    "help": Command.HELP,
    "case": Command.CASE,
    "language": Command.LANGUAGE,
    "human": Command.HUMAN,
    "privacy": Command.PRIVACY,
    "forget": Command.FORGET,
}
_SAID = {
    Command.START: Phrase.CHAT_GREETING,
    Command.FORGET: Phrase.CHAT_CANCEL,
    Command.HUMAN: name_of(Intent.HUMAN),
}
_ANSWERED = {
    Command.HELP: Phrase.CHAT_HELP,
    Command.LANGUAGE: Phrase.CHAT_CHOOSE_LANGUAGE,
    Command.PRIVACY: Phrase.PRIVACY_REQUEST,
}


@dataclass(frozen=True, slots=True)
class Given:
    """A command as it was typed; `name` None: one that nobody knows."""

    name: Command | None
    argument: str = ""


def read(text: str) -> Given | None:
    """None where the text is no command."""
    if not text.startswith("/"):
        return None
    head, _, argument = text[1:].partition(" ")
    name = head.partition("@")[0].casefold()
    known = _ALIASES.get(name) or (Command(name) if name in _NAMES else None)
    return Given(known, argument.strip())


def said_by(command: Command, language: Language) -> str | None:
    """The words that a parent would have typed instead; None where the channel itself answers."""
    phrase = _SAID.get(command)
    return line(phrase, language, Medium.CHAT) if phrase else None


def answer_to(command: Command | None) -> Phrase:
    return _ANSWERED.get(command, Phrase.CHAT_HELP) if command else Phrase.CHAT_HELP


def menu(language: Language) -> list[tuple[str, str]]:
    """Names and what they do."""
    return [(command.value, line(phrase, language)) for command, phrase in MENU.items()]
