"""Requests that a person must serve: what to try first, the details that staff need, the hand-over."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import HandOver, Reason, Say
from conversations.facts import redact
from conversations.flows import guiding, resend
from conversations.flows.turn import RESEND_IS_USELESS, Answer, Turn, to_person
from conversations.guide import entry
from conversations.model import Conversation, Intent, Stage
from conversations.phrases import Phrase

DETAILS_CAP = 2000
"""Characters kept of one message for staff; the whole message stands in the case's timeline."""


def begin(turn: Turn) -> Answer:
    """A request for staff."""
    return start(turn.case, turn.request or Intent.HUMAN)


def start(case: Conversation, request: Intent, *opening: Say) -> Answer:
    """Say what may help already, and collect what staff will need in one question."""
    if request is Intent.HUMAN:
        return to_person(
            replace(case, intent=request), Reason.ASKED_FOR_A_PERSON, Phrase.A_PERSON_ANSWERS, *opening
        )
    known = entry(request)
    after = replace(case, stage=Stage.DETAILING, intent=request, asked=())
    question = () if known.details is None else (Say(known.details),)
    return after, (*opening, Say(known.answer), *question)


def person(turn: Turn) -> Answer:
    """Wants a person: at once, whatever was going on."""
    case = turn.case if turn.case.intent else replace(turn.case, intent=Intent.HUMAN)
    return to_person(case, Reason.ASKED_FOR_A_PERSON, Phrase.A_PERSON_ANSWERS)


def details(turn: Turn) -> Answer:
    """The details that were asked for, as the parent told them."""
    return to_person(_keep(turn), Reason.REQUEST_FOR_STAFF, Phrase.DETAILS_KEPT)


def ask_details(turn: Turn) -> Answer:
    """A greeting, or nothing, where details were asked for: ask once more."""
    known = entry(turn.case.intent) if turn.case.intent else None
    question = () if known is None or known.details is None else (Say(known.details),)
    return turn.case, (Say(Phrase.WELCOME_BACK), *question)


def details_with_answer(turn: Turn) -> Answer:
    """Details that hold a question of the guide: answered, and kept for staff all the same."""
    words = guiding.words(turn.request or Intent.HOW_TO_ACTIVATE)
    return to_person(_keep(turn), Reason.REQUEST_FOR_STAFF, Phrase.DETAILS_KEPT, *words)


def details_or_resend(turn: Turn) -> Answer:
    """A resend asked for among the details: served, unless it could not reach the parent anyway."""
    if turn.case.intent in RESEND_IS_USELESS:
        return details(turn)
    case, effects = resend.start(
        _keep(turn), turn.request or Intent.NO_SECURITY_CODE, turn, Say(Phrase.A_PERSON_ANSWERS)
    )
    return case, (*effects, HandOver(Reason.REQUEST_FOR_STAFF))


def aside(turn: Turn) -> Answer:
    """A request for staff in the middle of the facts: staff are told, the facts go on."""
    request = turn.request or Intent.HUMAN
    if request in RESEND_IS_USELESS:
        return start(turn.case, request)
    kind_words = (Say(entry(request).answer), Say(Phrase.A_PERSON_ANSWERS))
    case, effects = resend.with_question(turn, _keep(turn), *kind_words)
    return case, (*effects, HandOver(Reason.REQUEST_FOR_STAFF))


def keep_quiet(turn: Turn) -> Answer:
    """A person has the case: say so once, then leave the word to them."""
    if turn.case.acknowledged:
        return turn.case, ()
    return replace(turn.case, acknowledged=True), (Say(Phrase.WITH_A_PERSON),)


def _keep(turn: Turn) -> Conversation:
    words = redact(turn.text.strip())[:DETAILS_CAP]
    return replace(turn.case, details=(*turn.case.details, words)) if words else turn.case
