"""The main job: the e-mail with the code, or the welcome e-mail, leaves again for the address on file."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import Evaluate, Outcome, Path, Reason, Remind, Say
from conversations.events import Timer
from conversations.flows import asking
from conversations.flows.turn import (
    FOLLOW_UP_AFTER,
    MISUNDERSTOOD_LIMIT,
    Answer,
    Turn,
    close,
    to_person,
)
from conversations.guide import entry
from conversations.model import Care, Conversation, Fact, Facts, Intent, Medium, Stage
from conversations.phrases import Phrase
from conversations.texts.days import day_in_words

_SINCE_THE_ANSWER = frozenset({Stage.GUIDING, Stage.CLARIFYING})

RECAP_ITEMS = (Phrase.RECAP_PARENT, Phrase.RECAP_CHILD, Phrase.RECAP_BIRTH_DATE, Phrase.RECAP_SCHOOL)


def begin(turn: Turn) -> Answer:
    """A resend is asked for: nothing to ask of a mailbox on file, else the facts that lack."""
    if turn.case.stage in _SINCE_THE_ANSWER and turn.case.promised:
        return ask_for_more(turn)
    return start(turn.case, turn.request or Intent.NO_SECURITY_CODE, turn)


def start(case: Conversation, request: Intent, turn: Turn, *opening: Say) -> Answer:
    """Serve this resend request with what is known of the parent."""
    said_already = case.stage is Stage.COLLECTING and case.intent is request
    case = replace(case, intent=request, remedy=0)
    if case.on_file or said_already:
        return proceed(case, turn, *opening)
    return proceed(case, turn, *opening, Say(entry(request).answer))


def proceed(case: Conversation, turn: Turn, *opening: Say) -> Answer:
    """Ask what lacks, else read it back (in a chat), else answer."""
    if case.on_file:
        return promise(case, Path.VOUCHED, *opening)
    if case.facts.missing() or turn.refused:
        if not case.facts.missing():
            return _recap(case, *opening, *(Say(phrase) for phrase in asking.explain(turn.refused)))
        return asking.ask(case, *opening, refused=turn.refused)
    if case.medium is Medium.MAIL:
        # By mail each question costs hours, and the answer to right and to wrong facts must be the same.
        return promise(case, Path.FACTS, *opening)
    return _recap(case, *opening)


def promise(case: Conversation, path: Path, *opening: Say) -> Answer:
    """The one answer, and only then the look at the roster.

    Words, effects and timer are the same for a family that exists and one that does not: nothing
    here, and nothing later, knows what the evaluation finds.
    """
    if path is Path.FACTS and case.sets_evaluated >= case.sets_limit:
        return to_person(case, Reason.TOO_MANY_SETS, Phrase.A_PERSON_LOOKS)
    facts = case.facts if path is Path.FACTS else Facts()
    intent = case.intent if case.intent and case.intent.care is Care.RESEND else Intent.NO_SECURITY_CODE
    after = replace(
        case,
        stage=Stage.PROMISED,
        asked=(),
        promised=intent,
        followed_up=False,
        remedy=0,
        sets_evaluated=case.sets_evaluated + (path is Path.FACTS),
    )
    return after, (
        *opening,
        Say(Phrase.UNIFORM_ANSWER),
        Evaluate(path, facts, intent),
        Remind(Timer.FOLLOW_UP, FOLLOW_UP_AFTER),
    )


def facts(turn: Turn) -> Answer:
    """An answer to the question for facts, or to the recap."""
    if not turn.changed and not turn.refused:
        return ask_again(turn)
    return proceed(turn.case, turn)


def ask_again(turn: Turn) -> Answer:
    """The question went unanswered: ask it once more in other words; then a person."""
    return with_question(turn, replace(turn.case, misunderstood=turn.case.misunderstood + 1))


def with_question(turn: Turn, case: Conversation, *opening: Say) -> Answer:
    """Come back to the open question after something else."""
    if case.on_file:
        return promise(case, Path.VOUCHED, *opening)
    if case.misunderstood >= MISUNDERSTOOD_LIMIT:
        return to_person(case, Reason.NOT_UNDERSTOOD, Phrase.NOT_UNDERSTOOD_PERSON, *opening)
    if not case.facts.missing():
        return _recap(case, *opening)
    return asking.ask(case, *opening, refused=turn.refused, again=not opening)


def confirmed(turn: Turn) -> Answer:
    """The recap is right."""
    return promise(turn.case, Path.VOUCHED if turn.case.on_file else Path.FACTS)


def denied(turn: Turn) -> Answer:
    """The recap is wrong, and the parent did not say what: ask."""
    return replace(turn.case, asked=tuple(Fact)), (Say(Phrase.WHAT_TO_CORRECT),)


def correct(turn: Turn) -> Answer:
    """Facts after the answer: another set, if anything in it is new."""
    case = replace(turn.case, intent=turn.case.promised or Intent.NO_SECURITY_CODE)
    if case.on_file or not (turn.changed or turn.refused or case.facts.missing()):
        return replace(case, stage=Stage.PROMISED), (Say(Phrase.UNIFORM_ANSWER),)
    return proceed(case, turn)


def ask_for_more(turn: Turn) -> Answer:
    """A resend asked for when one was promised: another e-mail, or the same one that does not come."""
    if turn.request is turn.case.promised and not turn.changed:
        return status(turn)
    return start(turn.case, turn.request or Intent.NO_SECURITY_CODE, turn)


def status(turn: Turn) -> Answer:
    """Nothing came: where to look first, then a person. Never a word on what was found."""
    case = turn.case
    if case.stage is Stage.PROMISED and case.remedy:
        return to_person(case, Reason.STILL_NOTHING, Phrase.A_PERSON_LOOKS)
    after = replace(case, stage=Stage.PROMISED, intent=case.promised or case.intent, remedy=1)
    if case.stage is Stage.CLOSED:
        again = Remind(Timer.FOLLOW_UP, FOLLOW_UP_AFTER)
        return replace(after, followed_up=False), (Say(Phrase.CHECK_JUNK), again)
    return after, (Say(Phrase.CHECK_JUNK),)


def refuted(turn: Turn) -> Answer:
    """A bare "no": to the follow-up it means that nothing came, before it that something is wrong."""
    if turn.case.followed_up or turn.case.on_file:
        return status(turn)
    return denied(turn)


def acknowledged(turn: Turn) -> Answer:
    """A bare "yes": to the follow-up it means that the e-mail came."""
    if turn.case.followed_up:
        return close(turn.case, Say(Phrase.YOU_ARE_WELCOME), outcome=Outcome.RESENT)
    return turn.case, (Say(Phrase.IN_HAND),)


def echo(case: Conversation) -> tuple[tuple[str, str], ...]:
    """What the parent typed of themselves and the child, for the recap."""
    known = case.facts
    day = known.birth_date
    return (
        ("parent", f"{known.parent_first_name} {known.parent_last_name}"),
        ("child", f"{known.child_first_name} {known.child_last_name}"),
        ("birth_date", "" if day is None else day_in_words(day, case.language)),
        ("school", known.school or ""),
    )


def _recap(case: Conversation, *opening: Say) -> Answer:
    after = replace(case, stage=Stage.CONFIRMING, asked=())
    return after, (*opening, Say(Phrase.RECAP, echo(case), RECAP_ITEMS))
