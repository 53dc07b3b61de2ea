"""The policy of the help line: one table, and the step that follows it.

Rules, in order of weight:

1. What the parent sees is a function of their own words, of time and of staff. Events from behind the
   counter (`Hidden`) change nothing that is remembered and lead to `Quiet` effects only.
2. Within a turn all that is said comes before `Evaluate`; so nothing after `Evaluate` leads to a `Say`.
3. The table is whole: each stage has exactly one row for each move.
4. A row leads only where it says; from there a request that waited behind it may be served at once
   (`serving.drain`), as if the parent had made it next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from conversations.effects import (
    CancelReminders,
    Effect,
    HandOver,
    Outcome,
    Quiet,
    Reason,
    Remind,
    Resend,
    Say,
)
from conversations.events import (
    Evaluated,
    Event,
    Hidden,
    Said,
    StaffHandedBack,
    StaffResolved,
    StaffTook,
    StaffWrote,
    Timer,
    TimerDue,
    Undelivered,
    Verdict,
)
from conversations.flows import clarifying, guiding, hearing, manners, resend, serving, staff, timers
from conversations.flows.moves import SAID, Move
from conversations.flows.turn import (
    SILENCE_AFTER,
    Answer,
    Handler,
    Turn,
    idle_after,
    quiet,
)
from conversations.model import Conversation, Facts, Stage
from conversations.phrases import Phrase
from conversations.recogniser import recognise
from conversations.recogniser.reading import Reading

NEW, CLARIFYING, COLLECTING, CONFIRMING, PROMISED, GUIDING, DETAILING, WITH_STAFF, CLOSED = Stage
M = Move


@dataclass(frozen=True, slots=True)
class Row:
    """What is done at a stage about a move, where that may lead, and why."""

    handler: Handler
    leads_to: frozenset[Stage]
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step, explained: `move` and `row` are None for events from behind the counter."""

    after: Conversation
    effects: tuple[Effect, ...]
    move: Move | None = None
    row: Row | None = None
    reading: Reading | None = None


class Understand(Protocol):
    """From a parent's words to what they mean; `recognise` in all but tests."""

    def __call__(self, text: str, /, *, subject: str = "", quoted: str = "") -> Reading: ...


_ASKS = frozenset({COLLECTING, CONFIRMING, PROMISED, WITH_STAFF})
"""Where a resend request leads: what lacks is asked, read back, answered; at a limit a person looks."""

_STAYS: frozenset[Stage] = frozenset()
"""Leads nowhere else."""

_IDLE = (NEW, CLARIFYING, CLOSED)
_FACTS = (COLLECTING, CONFIRMING)
_OPEN = (NEW, CLARIFYING, COLLECTING, CONFIRMING, PROMISED, GUIDING, DETAILING)
_ALL = tuple(Stage)

_Entry = tuple[Iterable[Stage], Iterable[Move], Handler, Iterable[Stage], str]

POLICY: tuple[_Entry, ...] = (
    # A resend: the main job.
    (_IDLE, [M.RESEND_REQUEST], resend.begin, _ASKS, "ask what lacks, else the one answer"),
    (_FACTS, [M.RESEND_REQUEST], resend.begin, _ASKS, "another e-mail is wanted: the facts stay"),
    ([GUIDING], [M.RESEND_REQUEST], resend.begin, _ASKS, "the question turns into a resend"),
    ([PROMISED], [M.RESEND_REQUEST], resend.ask_for_more, _ASKS, "another, or still the same"),
    ([DETAILING], [M.RESEND_REQUEST], staff.details_or_resend, _ASKS, "staff told, then served"),
    (_FACTS, [M.FACTS, M.CHOICE], resend.facts, _ASKS, "a fact, or which day was meant"),
    ([NEW, CLARIFYING, GUIDING, CLOSED], [M.FACTS], clarifying.facts_alone, _ASKS | {CLARIFYING},
     "kept: for what?"),
    ([PROMISED], [M.FACTS], resend.correct, _ASKS, "a correction: another set"),
    ([CONFIRMING], [M.YES], resend.confirmed, [PROMISED, WITH_STAFF], "the recap is right: the one answer"),
    ([CONFIRMING], [M.NO], resend.denied, [CONFIRMING], "the recap is wrong: what is?"),
    ([COLLECTING], [M.YES, M.NO], resend.ask_again, _ASKS, "that does not answer the question"),
    (_FACTS, [M.UNCLEAR, M.EMPTY, M.NOT_WORKING], resend.ask_again, _ASKS, "ask again, then a person"),
    (_FACTS, [M.STATUS], resend.ask_again, _ASKS, "it waits for the facts"),
    # After the one answer.
    ([PROMISED], [M.STATUS], resend.status, [PROMISED, WITH_STAFF], "junk folder first, then a person"),
    ([PROMISED], [M.NO], resend.refuted, [PROMISED, WITH_STAFF], "it did not come, or something is wrong"),
    ([PROMISED], [M.YES], resend.acknowledged, [PROMISED, CLOSED], "it came, or the answer is understood"),
    ([PROMISED], [M.THANKS], manners.thanks_after_promise, [PROMISED, CLOSED], "it came, or a polite word"),
    ([PROMISED], [M.NOT_WORKING], clarifying.stuck_after_resend, [CLARIFYING, WITH_STAFF], "what exactly?"),
    # The guide.
    (_IDLE, [M.GUIDE_QUESTION], guiding.answer, [GUIDING], "the guide answers, nobody is asked who"),
    ([PROMISED], [M.GUIDE_QUESTION], guiding.answer, [GUIDING], "answered while the e-mail travels"),
    ([GUIDING], [M.GUIDE_QUESTION], guiding.answer, [GUIDING, WITH_STAFF], "the same again: the next remedy"),
    (_FACTS, [M.GUIDE_QUESTION], guiding.aside, _ASKS, "answered, then back to the facts"),
    ([DETAILING], [M.GUIDE_QUESTION], staff.details_with_answer, [WITH_STAFF], "answered and kept"),
    ([GUIDING], [M.NOT_WORKING, M.NO], guiding.next_remedy, [GUIDING, WITH_STAFF],
     "the next remedy, then a person"),
    ([GUIDING], [M.STATUS], guiding.status, [PROMISED, GUIDING, WITH_STAFF],
     "of the e-mail, or of the advice"),
    ([GUIDING], [M.YES, M.THANKS], guiding.solved, [PROMISED, CLOSED], "it helped"),
    # To a person.
    (_IDLE, [M.STAFF_REQUEST], staff.begin, [DETAILING], "what may help, and one question for staff"),
    ([PROMISED, GUIDING], [M.STAFF_REQUEST], staff.begin, [DETAILING], "one more request, for staff"),
    (_FACTS, [M.STAFF_REQUEST], staff.aside, _ASKS | {DETAILING}, "staff told, the facts go on"),
    ([DETAILING], [M.STAFF_REQUEST, M.STATUS, M.FACTS, M.CHOICE, M.YES, M.NO, M.NOT_WORKING, M.UNCLEAR,
                   M.OUT_OF_SCOPE], staff.details, [WITH_STAFF], "whatever is told is for staff"),
    (_OPEN, [M.HUMAN], staff.person, [WITH_STAFF], "wants a person: at once"),
    ([CLOSED], [M.HUMAN], staff.person, [WITH_STAFF], "wants a person: at once"),
    ([WITH_STAFF], SAID, staff.keep_quiet, [WITH_STAFF], "a person has the word"),
    # What is not understood.
    (_IDLE, [M.UNCLEAR, M.NOT_WORKING], clarifying.unclear, [CLARIFYING, WITH_STAFF], "which was meant?"),
    ([PROMISED, GUIDING], [M.UNCLEAR], clarifying.unclear, [CLARIFYING, WITH_STAFF], "which was meant?"),
    (_IDLE, [M.EMPTY], clarifying.empty, [CLARIFYING, WITH_STAFF], "a message without words"),
    ([NEW, CLARIFYING, PROMISED, GUIDING, CLOSED], [M.CHOICE], serving.choose,
     _ASKS | {CLARIFYING, GUIDING, DETAILING}, "the one chosen"),
    ([NEW, CLARIFYING], [M.YES, M.NO], clarifying.unclear, [CLARIFYING, WITH_STAFF], "yes to what?"),
    (_IDLE, [M.STATUS], serving.status_of_nothing, _ASKS | {CLARIFYING}, "no request is known here"),
    ([NEW, CLARIFYING, COLLECTING, CONFIRMING, PROMISED, GUIDING, DETAILING, CLOSED], [M.OTHER_LANGUAGE],
     manners.other_language, [WITH_STAFF], "a person, said in both languages"),
    # Manners.
    (_IDLE, [M.GREETING], manners.welcome, [NEW], "what the help line can do"),
    (_FACTS, [M.GREETING], manners.back_to_question, _ASKS, "hello, and back to the facts"),
    ([PROMISED, GUIDING], [M.GREETING, M.EMPTY], manners.hello_again, _STAYS, "hello again"),
    ([DETAILING], [M.GREETING, M.EMPTY], staff.ask_details, [DETAILING], "hello, and what staff need"),
    ([NEW, CLARIFYING], [M.THANKS], manners.polite, [CLOSED], "nothing is open"),
    ([CLOSED], [M.THANKS, M.YES], manners.polite_word, [CLOSED], "a last kind word"),
    ([CLOSED], [M.NO], serving.no_after_all, [NEW, PROMISED, WITH_STAFF], "it did not come after all"),
    (_FACTS, [M.THANKS], manners.thanks_midway, _ASKS | {CLOSED}, "it works already, or a polite word"),
    ([DETAILING], [M.THANKS], manners.thanks_for_staff, [DETAILING, CLOSED], "it works, or a polite word"),
    (_OPEN, [M.CANCEL], manners.cancel, [CLOSED], "everything told is forgotten"),
    ([CLOSED], [M.CANCEL], manners.polite_word, [CLOSED], "there is nothing left to stop"),
    (_IDLE, [M.OUT_OF_SCOPE], manners.decline, [CLOSED], "what the help line is for, or a person"),
    (_FACTS, [M.OUT_OF_SCOPE], manners.decline_and_ask, _ASKS, "not here; back to the facts"),
    ([PROMISED, GUIDING], [M.OUT_OF_SCOPE], manners.decline_midway, _STAYS, "not here"),
    # Time.
    ([PROMISED], [M.FOLLOW_UP_DUE], timers.follow_up, [PROMISED], "a day later: did it come?"),
    ([NEW], [M.FOLLOW_UP_DUE], timers.follow_up, [NEW, PROMISED], "what was promised before"),
    ([CLARIFYING], [M.FOLLOW_UP_DUE], timers.follow_up, [CLARIFYING, PROMISED], "what was promised before"),
    ([GUIDING], [M.FOLLOW_UP_DUE], timers.follow_up, [GUIDING, PROMISED], "what was promised before"),
    ([COLLECTING, CONFIRMING, DETAILING, WITH_STAFF, CLOSED], [M.FOLLOW_UP_DUE], quiet, _STAYS,
     "something else is going on"),
    ([PROMISED], [M.SILENCE_DUE], timers.silence_after_promise, [PROMISED, CLOSED], "nobody answered"),
    ([GUIDING], [M.SILENCE_DUE], timers.silence_after_guide, [PROMISED, CLOSED], "it helped, it seems"),
    ([NEW, CLARIFYING, COLLECTING, CONFIRMING, DETAILING, WITH_STAFF, CLOSED], [M.SILENCE_DUE], quiet, _STAYS,
     "the parent is back"),
    ([NEW, CLARIFYING, COLLECTING, CONFIRMING], [M.IDLE_DUE], timers.idle, [PROMISED, CLOSED],
     "facts are forgotten, the request is not"),
    ([DETAILING], [M.IDLE_DUE], timers.idle_details, [WITH_STAFF], "staff begin with what there is"),
    ([PROMISED, GUIDING, WITH_STAFF, CLOSED], [M.IDLE_DUE], quiet, _STAYS, "nothing is asked"),
    # Staff.
    (_ALL, [M.STAFF_TOOK, M.STAFF_WROTE], timers.taken, [WITH_STAFF], "a person is there: be quiet"),
    ([WITH_STAFF], [M.HANDED_BACK], timers.handed_back, [NEW], "the bot is back"),
    ([*_OPEN, CLOSED], [M.HANDED_BACK], quiet, _STAYS, "the bot never left"),
    ([*_OPEN, WITH_STAFF], [M.RESOLVED], timers.resolved, [CLOSED], "staff finished it"),
    ([CLOSED], [M.RESOLVED], timers.resolved_already, [CLOSED], "staff finished it"),
)  # fmt: skip


def _table(policy: Iterable[_Entry]) -> Mapping[tuple[Stage, Move], Row]:
    """One row for each stage and move; two for the same pair are a mistake of the policy."""
    table: dict[tuple[Stage, Move], Row] = {}
    for stages, moves, handler, leads_to, why in policy:
        for stage, move in ((stage, move) for stage in stages for move in moves):
            if (stage, move) in table:
                raise ValueError(f"two rows for {stage} and {move}")
            table[stage, move] = Row(handler, frozenset(leads_to) or frozenset({stage}), why)
    return table


TABLE = _table(POLICY)

_TIMERS = {
    Timer.FOLLOW_UP: Move.FOLLOW_UP_DUE,
    Timer.IDLE: Move.IDLE_DUE,
    Timer.SILENCE: Move.SILENCE_DUE,
}
_AWAITS_THE_PARENT = frozenset({NEW, CLARIFYING, COLLECTING, CONFIRMING, DETAILING})


def step(
    before: Conversation, event: Event, *, understand: Understand = recognise
) -> tuple[Conversation, tuple[Effect, ...]]:
    """What is remembered, and what is to be done, after an event."""
    done = step_explained(before, event, understand=understand)
    return done.after, done.effects


def step_explained(before: Conversation, event: Event, *, understand: Understand = recognise) -> Step:
    """`step`, with what was understood and the row that decided."""
    match event:
        case Evaluated() | Undelivered():
            return Step(before, behind_the_counter(event))
        case Said():
            reading = understand(event.text, subject=event.subject, quoted=event.quoted)
            move, turn = hearing.hear(before, event, reading)
            row = TABLE[before.stage, move]
            after, effects = _settle(before, serving.drain(turn, row.handler(turn)))
            return Step(after, effects, move, row, reading)
        case TimerDue():
            return _happened(before, _TIMERS[event.timer])
        case StaffTook():
            return _happened(before, Move.STAFF_TOOK)
        case StaffWrote():
            return _happened(before, Move.STAFF_WROTE)
        case StaffHandedBack():
            return _happened(before, Move.HANDED_BACK)
        case StaffResolved():
            return _happened(before, Move.RESOLVED)
        case _:
            assert_never(event)


def behind_the_counter(event: Hidden) -> tuple[Quiet, ...]:
    """What the roster, or a mail that came back, leads to.

    It is not even given the conversation: nothing it learns can be remembered or said.
    """
    match event:
        case Evaluated(verdict=Verdict.MATCHED, contact=str(contact)):
            return (Resend(contact),)
        case Evaluated(verdict=Verdict.MATCHED):
            return (HandOver(Reason.NOBODY),)
        case Evaluated(verdict=verdict):
            return (HandOver(Reason(verdict.value)),)
        case Undelivered():
            return (HandOver(Reason.UNDELIVERED),)
        case _:
            assert_never(event)


def outcome(case: Conversation) -> Outcome:
    """Where an open case stands, as staff read it; what closed it is in its last `Close`."""
    if case.stage is WITH_STAFF:
        return Outcome.STAFF
    return Outcome.ANSWERED if case.stage is GUIDING and not case.promised else Outcome.OPEN


def _happened(before: Conversation, move: Move) -> Step:
    row = TABLE[before.stage, move]
    after, effects = row.handler(Turn(before))
    return Step(after, effects, move, row)


def _settle(before: Conversation, answer: Answer) -> tuple[Conversation, tuple[Effect, ...]]:
    """Words before deeds, the right timer, and a clean slate once something was understood."""
    after, effects = answer
    if after.misunderstood == before.misunderstood:
        after = replace(after, misunderstood=0)
    if after.stage is CLOSED:
        after = replace(after, facts=Facts())
    says = tuple(effect for effect in effects if isinstance(effect, Say))
    if len(after.waiting) > len(before.waiting) and after.stage in {COLLECTING, CONFIRMING}:
        says = (*says[:-1], Say(Phrase.SECOND_REQUEST_KEPT), says[-1])  # the open question stays last
    deeds = tuple(effect for effect in effects if not isinstance(effect, Say))
    return after, (*says, *deeds, *_reminders(before, after))


def _reminders(before: Conversation, after: Conversation) -> tuple[Effect, ...]:
    if after.stage in _AWAITS_THE_PARENT:
        return (Remind(Timer.IDLE, idle_after(after.medium)),)
    if after.stage is GUIDING or (after.stage is PROMISED and after.followed_up):
        return (Remind(Timer.SILENCE, SILENCE_AFTER),)
    if after.stage is WITH_STAFF and before.stage is not WITH_STAFF:
        return (CancelReminders(),)
    return ()
