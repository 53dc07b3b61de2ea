"""Greetings, thanks, goodbyes, and what the help line is not for."""

from __future__ import annotations

import re
from dataclasses import replace

from conversations.effects import Outcome, Reason, Say
from conversations.flows import choosing, resend
from conversations.flows.turn import Answer, Turn, close, to_person
from conversations.model import Intent, Stage
from conversations.phrases import Phrase

_IT_WORKS = re.compile(
    r"\b(?:marche|fonctionne|recue?s?|trouvee?|retrouvee?|regle|reussi|bien arrivee?|"
    r"works?|working|worked|received|got it|found|solved|came)\b"
)


def welcome(turn: Turn) -> Answer:
    """Only a greeting: what the help line can do."""
    return replace(turn.case, stage=Stage.NEW, choices=()), (Say(Phrase.WELCOME),)


def hello_again(turn: Turn) -> Answer:
    """A greeting in the middle of something."""
    return turn.case, (Say(Phrase.WELCOME_BACK),)


def polite(turn: Turn) -> Answer:
    """Thanks when nothing is open."""
    return close(turn.case, Say(Phrase.YOU_ARE_WELCOME), outcome=Outcome.ANSWERED)


def polite_word(turn: Turn) -> Answer:
    """A kind word after the end."""
    return turn.case, (Say(Phrase.YOU_ARE_WELCOME),)


def thanks_for_staff(turn: Turn) -> Answer:
    """Thanks where details were asked for: it works already, or a polite word."""
    if says_it_works(turn.text):
        return close(turn.case, Say(Phrase.YOU_ARE_WELCOME), outcome=Outcome.ANSWERED)
    return polite_word(turn)


def thanks_after_promise(turn: Turn) -> Answer:
    """Thanks for the answer, or for the e-mail that came: only the latter ends the case."""
    if turn.case.followed_up or says_it_works(turn.text):
        return close(turn.case, Say(Phrase.YOU_ARE_WELCOME), outcome=Outcome.RESENT)
    return turn.case, (Say(Phrase.YOU_ARE_WELCOME),)


def thanks_midway(turn: Turn) -> Answer:
    """Thanks before the end: it works already, or a polite word before going on."""
    if says_it_works(turn.text):
        return close(turn.case, Say(Phrase.YOU_ARE_WELCOME), outcome=Outcome.ANSWERED)
    return resend.with_question(turn, turn.case, Say(Phrase.YOU_ARE_WELCOME))


def back_to_question(turn: Turn) -> Answer:
    """A greeting in the middle of the facts."""
    return resend.with_question(turn, turn.case, Say(Phrase.WELCOME_BACK))


def cancel(turn: Turn) -> Answer:
    """Stop, or start again: everything told is forgotten."""
    outcome = Outcome.RESENT if turn.case.promised else Outcome.ABANDONED
    return close(turn.case, Say(Phrase.CANCELLED), outcome=outcome)


def decline(turn: Turn) -> Answer:
    """Not for this help line: say what it is for; a yes calls a person."""
    case, effects = close(turn.case, Say(Phrase.OUT_OF_SCOPE), outcome=Outcome.DECLINED)
    return replace(case, choices=(Intent.HUMAN,)), effects


def decline_midway(turn: Turn) -> Answer:
    """Not for this help line, while something else is open."""
    return replace(turn.case, choices=(Intent.HUMAN,)), (Say(Phrase.OUT_OF_SCOPE),)


def decline_and_ask(turn: Turn) -> Answer:
    """Not for this help line, in the middle of the facts."""
    return resend.with_question(turn, turn.case, Say(Phrase.OUT_OF_SCOPE))


def other_language(turn: Turn) -> Answer:
    """A language that the bot does not speak: two lines in both that it does, and a person."""
    return to_person(turn.case, Reason.OTHER_LANGUAGE, Phrase.OTHER_LANGUAGE)


def says_it_works(text: str) -> bool:
    """Whether thanks are for success ("reçu, merci!") rather than for kindness."""
    plain = choosing.plain(text)
    return _IT_WORKS.search(plain) is not None and not re.search(r"\b(?:pas|rien|not|nothing|t)\b", plain)
