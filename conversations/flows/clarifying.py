"""When the request is not understood: one question with the likeliest readings, then a person."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import Reason, Say
from conversations.flows import resend
from conversations.flows.turn import MISUNDERSTOOD_LIMIT, Answer, Turn, to_person
from conversations.guide import name_of
from conversations.model import Care, Conversation, Intent, Kind, Stage
from conversations.phrases import Phrase

WHICH_MAIL = (Intent.NO_SECURITY_CODE, Intent.CODE_REJECTED, Intent.VALIDATION_EMAIL_MISSING)
"""What somebody most often wants who only tells who they are."""

STUCK_AFTER_RESEND = (Intent.CODE_REJECTED, Intent.INVITATION_LINK_BROKEN, Intent.VALIDATION_LINK_BROKEN)
"""What may go wrong once the e-mail came."""


def unclear(turn: Turn) -> Answer:
    """Ask which of the two likeliest was meant; not understood twice, a person."""
    likeliest = tuple(request for request in turn.ranked if request.kind is Kind.REQUEST)[:2]
    return _ask(turn, Phrase.CLARIFY, likeliest or WHICH_MAIL)


def facts_alone(turn: Turn) -> Answer:
    """Names and dates without a request: kept; the request resumes, or is asked for."""
    case = turn.case
    if case.promised:
        return resend.correct(turn)
    if case.intent is not None and case.intent.care is Care.RESEND:
        return resend.proceed(case, turn)
    return _ask(turn, Phrase.CLARIFY_OPEN, WHICH_MAIL)


def empty(turn: Turn) -> Answer:
    """A message without words (a photo, an empty mail)."""
    return _ask(turn, Phrase.CLARIFY_OPEN, WHICH_MAIL)


def nothing_open(turn: Turn) -> Answer:
    """News of a request that nobody knows of."""
    return _ask(turn, Phrase.NOTHING_OPEN, WHICH_MAIL)


def stuck_after_resend(turn: Turn) -> Answer:
    """ "It does not work" after the e-mail was promised: what exactly?"""
    return _ask(turn, Phrase.CLARIFY, STUCK_AFTER_RESEND)


def _ask(turn: Turn, phrase: Phrase, choices: tuple[Intent, ...]) -> Answer:
    misunderstood = turn.case.misunderstood + 1
    if misunderstood >= MISUNDERSTOOD_LIMIT:
        return to_person(turn.case, Reason.NOT_UNDERSTOOD, Phrase.NOT_UNDERSTOOD_PERSON)
    return _clarifying(turn.case, choices, misunderstood), (
        Say(phrase, items=tuple(name_of(choice) for choice in choices)),
    )


def _clarifying(case: Conversation, choices: tuple[Intent, ...], misunderstood: int) -> Conversation:
    return replace(case, stage=Stage.CLARIFYING, choices=choices, misunderstood=misunderstood, asked=())
