"""Which flow serves a request: the one chosen from a question, or one that waited its turn."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import Effect, Say
from conversations.flows import clarifying, guiding, manners, resend, staff
from conversations.flows.turn import RESEND_IS_USELESS, Answer, Turn
from conversations.model import Care, Conversation, Intent, Kind, Medium, Stage
from conversations.phrases import Phrase

RESTING = frozenset({Stage.PROMISED, Stage.GUIDING})
"""Where the next request may begin."""

_FIRST_OF_TWO = frozenset({Intent.HUMAN, Intent.CASE_STATUS, Intent.SECOND_GUARDIAN})
"""Said beside the wish for an e-mail, these decide what that wish means."""
_ONE_AND_THE_SAME = frozenset({Intent.CODE_REJECTED, Intent.LAST_NAME_REJECTED})


def serve(case: Conversation, request: Intent, turn: Turn, *opening: Say) -> Answer:
    """Begin the flow of a request."""
    if request is Intent.CASE_STATUS:
        return resend.status(turn) if case.promised else clarifying.nothing_open(turn)
    match request.care:
        case Care.RESEND:
            return resend.start(case, request, turn, *opening)
        case Care.STAFF:
            return staff.start(case, request, *opening)
        case _:
            return guiding.show(case, request, *opening)


def choose(turn: Turn) -> Answer:
    """One of the readings offered was chosen."""
    if turn.chosen is None:
        return clarifying.unclear(turn)
    return serve(turn.case, turn.chosen, turn)


def status_of_nothing(turn: Turn) -> Answer:
    """News of a request that this case does not know: served anew when its object was named."""
    if turn.case.promised:
        return resend.status(turn)
    waiting = [request for request in turn.case.waiting if request.care is Care.RESEND]
    if waiting:
        return resend.start(without(turn.case, waiting[0]), waiting[0], turn)
    return clarifying.nothing_open(turn)


def no_after_all(turn: Turn) -> Answer:
    """A "no" after the end: the e-mail did not come, or only a last word."""
    return resend.status(turn) if turn.case.promised else manners.welcome(turn)


def order(request: Intent | None, second: Intent | None) -> tuple[Intent | None, Intent | None]:
    """Which of two requests in one message goes first, and the one that waits (None: it needs nothing)."""
    if request is None or second is None or second.kind is not Kind.REQUEST or second is request:
        return request, None
    if second is Intent.CASE_STATUS or {request, second} == _ONE_AND_THE_SAME:
        return request, None
    if second.care is Care.RESEND:
        if request.care is Care.RESEND or request in RESEND_IS_USELESS:
            return request, None
        if request.care in {Care.STAFF, Care.ANSWER} and request not in _FIRST_OF_TWO:
            return second, request
    return request, second


def remember(case: Conversation, second: Intent | None) -> Conversation:
    """Keep a second request for its turn."""
    if second is None or second in case.waiting:
        return case
    return replace(case, waiting=(*case.waiting, second))


def without(case: Conversation, request: Intent) -> Conversation:
    """The case with one request less in the queue."""
    return replace(case, waiting=tuple(other for other in case.waiting if other is not request))


def drain(turn: Turn, served: Answer) -> Answer:
    """Serve what waits, as soon as the first request has come to rest."""
    case, effects = served
    while case.waiting:
        request = case.waiting[0]
        opening = Say(Phrase.NEXT_REQUEST)
        if case.stage in RESTING:
            case, more = serve(without(case, request), request, turn, opening)
            effects = (*_without_question(effects), *more)
        elif case.stage is Stage.COLLECTING and case.medium is Medium.MAIL and request.care is Care.ANSWER:
            case = without(case, request)
            effects = (*effects, opening, *guiding.words(request))
        else:
            break
    return case, effects


def _without_question(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Only the last of several answers asks whether it helped."""
    return tuple(effect for effect in effects if effect != Say(Phrase.DID_IT_HELP))
