"""What a parent's message means where the conversation stands: the columns of the table."""

from __future__ import annotations

import re
from enum import StrEnum

from conversations.facts import Gathered
from conversations.flows import choosing
from conversations.model import Care, Conversation, Intent, Kind, Language, Stage
from conversations.recogniser.reading import Reading


class Move(StrEnum):
    """Something said, understood in context; or something that time or staff did."""

    RESEND_REQUEST = "resend_request"
    GUIDE_QUESTION = "guide_question"
    STAFF_REQUEST = "staff_request"
    STATUS = "status"
    HUMAN = "human"
    FACTS = "facts"
    CHOICE = "choice"
    YES = "yes"
    NO = "no"
    NOT_WORKING = "not_working"
    THANKS = "thanks"
    GREETING = "greeting"
    CANCEL = "cancel"
    UNCLEAR = "unclear"
    EMPTY = "empty"
    OUT_OF_SCOPE = "out_of_scope"
    OTHER_LANGUAGE = "other_language"

    FOLLOW_UP_DUE = "follow_up_due"
    IDLE_DUE = "idle_due"
    SILENCE_DUE = "silence_due"
    STAFF_TOOK = "staff_took"
    STAFF_WROTE = "staff_wrote"
    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"


SAID = tuple(Move)[: tuple(Move).index(Move.FOLLOW_UP_DUE)]
"""The moves that a parent makes by writing."""

_BY_ACT = {
    Intent.HUMAN: Move.HUMAN,
    Intent.GREETING: Move.GREETING,
    Intent.THANKS: Move.THANKS,
    Intent.AFFIRM: Move.YES,
    Intent.DENY: Move.NO,
    Intent.CANCEL: Move.CANCEL,
    Intent.INFORM: Move.FACTS,
    Intent.OUT_OF_SCOPE: Move.OUT_OF_SCOPE,
    Intent.CASE_STATUS: Move.STATUS,
}
_BY_CARE = {
    Care.RESEND: Move.RESEND_REQUEST,
    Care.ANSWER: Move.GUIDE_QUESTION,
    Care.STAFF: Move.STAFF_REQUEST,
}
_BARE_ACTS = frozenset({Move.HUMAN, Move.THANKS, Move.GREETING, Move.CANCEL})
_AT_REST = frozenset({Stage.PROMISED, Stage.GUIDING, Stage.DETAILING, Stage.CLOSED})
_FIRST = frozenset(
    {
        Move.RESEND_REQUEST,
        Move.GUIDE_QUESTION,
        Move.STAFF_REQUEST,
        Move.HUMAN,
        Move.CANCEL,
        Move.OUT_OF_SCOPE,
    }
)
_ASKING = frozenset({Stage.COLLECTING, Stage.CONFIRMING})

_NOT_WORKING = re.compile(
    r"""
    (?:(?:non|no|bonjour|hello|desolee?|sorry|but|mais|malheureusement|unfortunately)\s)*
    (?:(?:ca|cela|c|it|this|that)\s)? (?:(?:still|toujours|encore)\s)?
    (?:
        (?:ne\s)? (?:marche|fonctionne|va)\s (?:(?:toujours|encore|vraiment)\s)? pas
        | (?:doesn\st|does\snot|did\snot|didn\st|isn\st|is\snot|not)\s (?:work|working|help)
        | n\sa\spas\s (?:marche|fonctionne|aide)
        | pas\smieux
        | (?:meme|same)\s (?:probleme|problem|chose|thing|erreur|error)
    )
    (?:\s(?:toujours|encore|either|non\splus|merci|thanks))*
    """,
    re.VERBOSE,
)
"""A whole message that only says that the last advice was of no help."""

_STILL_NOTHING = re.compile(
    r"(?:(?:non|no|bonjour|hello|desolee?|sorry|but|mais)\s)*"
    r"(?:toujours (?:pas|rien)|pas encore|rien(?: du tout)?"
    r"|still (?:no|not|nothing)|not yet|nothing(?: yet)?)"
    r"(?: (?:toujours|encore|recue?s?|received|merci|thanks))*"
)
"""A whole message that says that something did not come, or did not help."""


def of_said(case: Conversation, reading: Reading, gathered: Gathered, text: str, request: Intent) -> Move:
    """The move that a message makes; `case` is as it was before, `request` what is served first of it."""
    plain = choosing.plain(text)
    if not plain:
        return Move.EMPTY
    if choosing.chosen_number(plain) is not None or choosing.chosen_day(case, plain) is not None:
        return Move.CHOICE
    if _NOT_WORKING.fullmatch(plain):
        return Move.NOT_WORKING
    if _STILL_NOTHING.fullmatch(plain):
        return Move.STATUS if case.promised else Move.NOT_WORKING
    move = _of_intent(request)
    if gathered.changed and not (reading.sure and _outranks_facts(case, move)):
        return Move.FACTS
    if reading.language is Language.OTHER and len(plain.split()) > 2:
        return Move.OTHER_LANGUAGE
    if case.stage is Stage.CLARIFYING and reading.intent in case.choices:
        return move
    if gathered.refused and case.stage in _ASKING:
        return Move.FACTS
    return move if reading.sure else Move.UNCLEAR


def _of_intent(intent: Intent) -> Move:
    return _BY_ACT.get(intent) or _BY_CARE[intent.care]


def _outranks_facts(case: Conversation, move: Move) -> bool:
    """A request, or the wish to stop or to speak to a person, is heard before the facts beside it."""
    if move is Move.STATUS:
        return case.stage not in _ASKING and bool(case.stage is not Stage.PROMISED or case.facts.missing())
    return move in _FIRST


def is_bare_act(reading: Reading) -> bool:
    """Whether the words are certainly no answer to a question for facts ("merci", "bonjour")."""
    if not reading.sure or reading.entities:
        return False
    return _of_intent(reading.intent) in _BARE_ACTS or reading.intent.kind is Kind.REQUEST


def only_signed(case: Conversation, reading: Reading) -> bool:
    """Whether the only facts are a name under a message about something else, when none are asked for."""
    return (
        reading.sure
        and case.stage in _AT_REST
        and reading.intent not in {Intent.INFORM, Intent.DENY}
        and reading.entities.keys() <= {"parent_first_name", "parent_last_name"}
    )
