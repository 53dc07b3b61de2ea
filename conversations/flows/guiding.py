"""Questions that the guide answers: its steps, then one remedy after the other. No identity asked."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import Outcome, Reason, Say
from conversations.flows import resend
from conversations.flows.turn import Answer, Says, Turn, close, to_person
from conversations.guide import entry
from conversations.model import Conversation, Intent, Stage
from conversations.phrases import Phrase


def answer(turn: Turn) -> Answer:
    """The guide's answer; asked the same again, its next remedy."""
    request = turn.request or Intent.HOW_TO_ACTIVATE
    if turn.case.stage is Stage.GUIDING and request is turn.case.intent:
        return next_remedy(turn)
    return show(turn.case, request)


def show(case: Conversation, request: Intent, *opening: Say) -> Answer:
    """The first answer, with its numbered steps."""
    after = replace(case, stage=Stage.GUIDING, intent=request, remedy=0, asked=())
    return after, (*opening, *words(request), Say(Phrase.DID_IT_HELP))


def words(request: Intent) -> Says:
    """What the guide says on a request."""
    known = entry(request)
    return (Say(known.answer, items=known.steps),)


def next_remedy(turn: Turn) -> Answer:
    """It did not work: the next thing to try, and after the last one a person."""
    case = turn.case
    remedies = entry(case.intent).remedies if case.intent else ()
    if case.remedy >= len(remedies):
        return to_person(case, Reason.REMEDIES_EXHAUSTED, Phrase.A_PERSON_LOOKS)
    return replace(case, remedy=case.remedy + 1), (Say(remedies[case.remedy]), Say(Phrase.DID_IT_HELP))


def aside(turn: Turn) -> Answer:
    """A question of the guide in the middle of the facts: answer it, then come back to them."""
    return resend.with_question(turn, turn.case, *words(turn.request or Intent.HOW_TO_ACTIVATE))


def solved(turn: Turn) -> Answer:
    """It helped. A promised e-mail is still waited for."""
    kind_words = Say(Phrase.YOU_ARE_WELCOME)
    if turn.case.promised and not turn.case.followed_up:
        return replace(turn.case, stage=Stage.PROMISED, intent=turn.case.promised, remedy=0), (kind_words,)
    return close(turn.case, kind_words, outcome=Outcome.ANSWERED)


def status(turn: Turn) -> Answer:
    """Any news? Of the promised e-mail, or else of the advice that did not help."""
    return resend.status(turn) if turn.case.promised else next_remedy(turn)
