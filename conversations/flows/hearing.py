"""From a message to a turn: facts gathered, language settled, the choice looked up."""

from __future__ import annotations

from dataclasses import replace

from conversations.events import Said
from conversations.facts import Gathered, gather
from conversations.flows import choosing, moves, serving, tongue
from conversations.flows.moves import Move
from conversations.flows.turn import Turn
from conversations.model import Conversation, Fact, Intent, Language, Stage
from conversations.recogniser.reading import Reading

_OF_THE_LAST_ANSWER = frozenset({Move.STATUS, Move.NO, Move.YES, Move.THANKS, Move.NOT_WORKING})
_MAY_HOLD_TWO = frozenset(
    {
        Move.RESEND_REQUEST,
        Move.GUIDE_QUESTION,
        Move.STAFF_REQUEST,
        Move.STATUS,
        Move.HUMAN,
        Move.FACTS,
        Move.YES,
    }
)


def hear(before: Conversation, said: Said, reading: Reading) -> tuple[Move, Turn]:
    """What was said, as a move and everything that its row needs."""
    text = said.text if said.text.strip() else said.subject
    gathered = _gather(before, said, reading, text)
    request, second = serving.order(reading.intent, reading.second)
    move = moves.of_said(before, reading, gathered, text, request or reading.intent)
    chosen = _chosen(before, move, text)
    if chosen is not None:
        move = Move.CHOICE
    case = _heard(before, said, move, tongue.language(before, reading, move, text))
    case = replace(case, language_known=before.language_known or tongue.tells(reading))
    if before.stage is not Stage.WITH_STAFF and move in _MAY_HOLD_TWO:
        case = serving.remember(case, second)
    if before.stage is not Stage.WITH_STAFF and move is not Move.OUT_OF_SCOPE:
        refusals = before.form_refusals + bool(gathered.refused)
        case = replace(case, facts=gathered.facts, form_refusals=refusals)
    ranked = tuple(intent for intent, _ in reading.ranked)
    return move, Turn(case, request, ranked, chosen, text, gathered.changed, gathered.refused)


def _gather(before: Conversation, said: Said, reading: Reading, text: str) -> Gathered:
    """The facts with what this message adds; a date that was ambiguous may be settled by "2"."""
    if moves.only_signed(before, reading):
        return Gathered(before.facts)
    day = choosing.chosen_day(before, choosing.plain(text))
    if day is not None:
        facts = replace(before.facts, birth_date=day, birth_date_readings=())
        return Gathered(facts=facts, refused=(), changed=True)
    asked: tuple[Fact, ...] = () if moves.is_bare_act(reading) else before.asked
    return gather(before.facts, reading, text, asked, said.at.date())


def _chosen(before: Conversation, move: Move, text: str) -> Intent | None:
    """Which of the offered readings was chosen: by its number, or by a yes to the only one."""
    if move is Move.YES and len(before.choices) == 1:
        return before.choices[0]
    number = choosing.chosen_number(choosing.plain(text)) if move is Move.CHOICE else None
    return before.choices[number - 1] if number and number <= len(before.choices) else None


def _heard(before: Conversation, said: Said, move: Move, language: Language) -> Conversation:
    case = replace(
        before,
        language=language,
        choices=(),
        on_file=said.on_file,
        opened_at=before.opened_at or said.at,
        last_said_at=said.at,
    )
    if before.stage is Stage.CLOSED and move not in _OF_THE_LAST_ANSWER:
        return replace(case, promised=None, followed_up=False, remedy=0)
    return case
