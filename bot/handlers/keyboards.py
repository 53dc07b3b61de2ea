"""Which buttons stand under what the bot says, and the words that a press of one stands for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.buttons import Buttons, Press
from bot.handlers.wire import Button, Keyboard
from conversations.effects import Say
from conversations.model import Language, Medium
from conversations.phrases import Phrase
from conversations.texts import BlockKind, blocks, line
from conversations.words.schools import School, schools

SCHOOLS_A_PAGE = 8
_YES, _NO, _NOT_WORKING = "yes", "no", "not"
LANGUAGES = {"fr": Language.FRENCH, "en": Language.ENGLISH}
_WORDS = {
    _YES: Phrase.BUTTON_YES,
    _NO: Phrase.BUTTON_NO,
    _NOT_WORKING: Phrase.BUTTON_NOT_WORKING,
}
_ANSWERS = {
    Phrase.RECAP: (_YES, _NO),
    Phrase.FOLLOW_UP: (_YES, _NO),
    Phrase.DID_IT_HELP: (_YES, _NOT_WORKING),
    Phrase.OUT_OF_SCOPE: (_YES,),
}
_OFFERS_LANGUAGES = frozenset({Phrase.WELCOME, Phrase.CHAT_CHOOSE_LANGUAGE})


def keyboard(buttons: Buttons, chat: int, asked: Press, says: Sequence[Say]) -> Keyboard:
    """Under the last thing said: it is the open question. `asked` names case, turn and language."""
    last = says[-1]

    def button(text: str, answer: str) -> Button:
        made = Press(asked.case, asked.turn, answer, asked.language)
        return Button(text, data=buttons.data(chat, made))

    if last.phrase in _OFFERS_LANGUAGES:
        return (tuple(button(line(Phrase.LANGUAGE_NAME, own), code) for code, own in LANGUAGES.items()),)
    if not asked.case:
        return ()
    if last.phrase is Phrase.ASK_SCHOOL:
        return schools_page(buttons, chat, asked, 0)
    if answers := _ANSWERS.get(last.phrase):
        return (tuple(button(words_of(answer, asked.language), answer) for answer in answers),)
    return tuple(
        (button(choice, f"n{number}"),) for number, choice in enumerate(_choices(last, asked.language), 1)
    )


def schools_page(buttons: Buttons, chat: int, asked: Press, page: int) -> Keyboard:
    """The full public list, never filtered; typing a name finds it, too."""

    def button(text: str, answer: str) -> Button:
        made = Press(asked.case, asked.turn, answer, asked.language)
        return Button(text, data=buttons.data(chat, made))

    listed = schools()
    first = page * SCHOOLS_A_PAGE
    shown = listed[first : first + SCHOOLS_A_PAGE]
    rows = [(button(_short(school), f"s{first + place}"),) for place, school in enumerate(shown)]
    turns = []
    if page:
        turns.append(button(line(Phrase.BUTTON_PREVIOUS, asked.language), f"p{page - 1}"))
    if first + SCHOOLS_A_PAGE < len(listed):
        turns.append(button(line(Phrase.BUTTON_NEXT, asked.language), f"p{page + 1}"))
    return (*rows, tuple(turns)) if turns else tuple(rows)


def words_of(answer: str, language: Language) -> str:
    """What a parent would have typed instead."""
    return line(_WORDS[answer], language, Medium.CHAT)


def said_by(press: Press) -> str | None:
    """The words that a press stands for; None where it is no answer to a question."""
    if press.kind in _WORDS:
        return words_of(press.kind, press.language)
    if press.kind == "n":
        return str(press.number)
    if press.kind == "s" and press.number < len(schools()):
        return schools()[press.number].name
    return None


def _choices(say: Say, language: Language) -> tuple[str, ...]:
    shown = blocks(say, language, Medium.CHAT)
    return next((block.lines for block in shown if block.kind is BlockKind.CHOICES), ())


def _short(school: School) -> str:
    """A phone shows some thirty letters of a button: what every school is called comes last."""
    own = school.name.partition(" publique ")[2]
    return f"{own} ({school.place})" if own and school.place else school.name
