"""What time and staff do to a conversation."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import CancelReminders, Close, HandOver, Outcome, Reason, Remind, Say
from conversations.events import Timer
from conversations.flows.turn import FOLLOW_UP_AFTER, SILENCE_AFTER, Answer, Turn, close, idle_after
from conversations.model import Conversation, Facts, Stage
from conversations.phrases import Phrase


def follow_up(turn: Turn) -> Answer:
    """A day after the uniform answer: did it arrive? The facts have served and are forgotten."""
    case = turn.case
    if case.promised is None or case.followed_up:
        return case, ()
    after = replace(
        case,
        stage=Stage.PROMISED,
        intent=case.promised,
        followed_up=True,
        remedy=0,
        facts=Facts(),
        asked=(),
        choices=(),
    )
    return after, (Say(Phrase.FOLLOW_UP), Remind(Timer.SILENCE, SILENCE_AFTER))


def silence_after_promise(turn: Turn) -> Answer:
    """No answer to the follow-up: close kindly. Whether anything was sent plays no part."""
    if not turn.case.followed_up:
        return turn.case, ()
    return close(turn.case, Say(Phrase.CLOSED_KINDLY), outcome=Outcome.RESENT)


def silence_after_guide(turn: Turn) -> Answer:
    """No answer to the guide's answer: it helped, as far as anybody knows."""
    return wait_on(turn.case) if turn.case.promised else close(turn.case, outcome=Outcome.ANSWERED)


def idle(turn: Turn) -> Answer:
    """The parent stopped in the middle: facts are forgotten, the request is not."""
    return wait_on(turn.case) if turn.case.promised else close(turn.case, outcome=Outcome.ABANDONED)


def wait_on(case: Conversation) -> Answer:
    """Back to the e-mail that was promised before something else came up."""
    after = replace(
        case,
        stage=Stage.PROMISED,
        intent=case.promised,
        facts=Facts(),
        asked=(),
        choices=(),
        remedy=0,
        misunderstood=0,
    )
    if case.followed_up:
        return after, (Remind(Timer.SILENCE, SILENCE_AFTER),)
    return after, (Remind(Timer.FOLLOW_UP, FOLLOW_UP_AFTER),)


def idle_details(turn: Turn) -> Answer:
    """The details never came: staff begin with what there is."""
    after = replace(turn.case, stage=Stage.WITH_STAFF, asked=(), acknowledged=False)
    return after, (CancelReminders(), HandOver(Reason.REQUEST_FOR_STAFF))


def taken(turn: Turn) -> Answer:
    """A person is there: the bot keeps quiet."""
    after = replace(turn.case, stage=Stage.WITH_STAFF, acknowledged=True, asked=(), choices=())
    return after, (CancelReminders(),)


def handed_back(turn: Turn) -> Answer:
    """The person is done with it; the bot serves whatever comes next, and says that it is back."""
    after = replace(turn.case, stage=Stage.NEW, acknowledged=False, misunderstood=0)
    return after, (Say(Phrase.BACK_WITH_THE_HELPER), Remind(Timer.IDLE, idle_after(after.medium)))


def resolved(turn: Turn) -> Answer:
    """Staff finished the case: they said goodbye themselves."""
    return close(turn.case, outcome=Outcome.STAFF)


def resolved_already(turn: Turn) -> Answer:
    """Staff settle a case that was closed: only its outcome changes."""
    return turn.case, (Close(Outcome.STAFF),)
