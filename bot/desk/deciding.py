"""From one event and the conversation as it stands to all that the turn changes. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from bot.desk.work import Decision, Evaluator, Json, Kind, Note, Work
from bot.ports import Postponed, Records
from bot.settings import Limits, Waits
from conversations.codec import effect_from_json, effect_to_json, event_from_json, from_json, to_json
from conversations.effects import (
    CancelReminders,
    Close,
    Effect,
    Evaluate,
    HandOver,
    Outcome,
    Remind,
    Resend,
    Say,
)
from conversations.events import Evaluated, Event, Said, StaffHandedBack, StaffResolved, Timer, TimerDue
from conversations.machine import Step, Understand, outcome, step_explained
from conversations.model import Conversation, Stage
from conversations.recogniser import recognise

_USUAL = Waits()
_USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Deciding:
    """Asks the core. `evaluator` compares with the roster, inside the turn's own transaction."""

    evaluator: Evaluator
    understand: Understand = recognise
    waits: Waits = _USUAL
    """How long each reminder takes, whatever the core proposes."""
    limits: Limits = _USUAL_LIMITS

    def __call__(self, work: Work, records: Callable[[], Records]) -> Decision:
        before = replace(
            from_json(work.state),
            sets_limit=self.limits.sets_per_case,
            form_refusals_limit=self.limits.form_refusals_per_case,
        )
        if work.kind is not Kind.EVALUATE:
            event = _event(work)
            step = step_explained(before, event, understand=self.understand)
            return _decision(work, event, step, self.waits)
        request = effect_from_json(work.payload["request"])
        if not isinstance(request, Evaluate):
            raise ValueError("no evaluation was asked for")  # noqa: TRY004  # the stored row is wrong
        found = self.evaluator(records(), request, work.conversation, str(work.payload["sender"]))
        if isinstance(found, Postponed):
            return _postponed(work, before, found)
        return _decision(work, found, step_explained(before, found), self.waits, request)


def _event(work: Work) -> Event:
    match work.kind:
        case Kind.TIMER:
            return TimerDue(work.now, Timer(work.payload["timer"]))
        case Kind.SAID | Kind.STAFF | Kind.HIDDEN:
            return event_from_json(work.payload["event"])
        case Kind.EVALUATE:
            raise AssertionError("an evaluation is no event yet")
        case _:
            assert_never(work.kind)


def _decision(
    work: Work, event: Event, step: Step, waits: Waits, request: Evaluate | None = None
) -> Decision:
    after, effects = step.after, step.effects
    latest = work.payload if isinstance(event, Said) else {}
    sender = str(latest.get("sender", work.sender))
    resolved = isinstance(event, StaffResolved | StaffHandedBack)
    reasons = [effect.reason for effect in effects if isinstance(effect, HandOver)]
    return Decision(
        work=work,
        state=to_json(after),
        stage=after.stage.value,
        intent=after.intent.value if after.intent else None,
        language=after.language.value,
        outcome=_outcome(
            work, after, effects, needs_person=bool(reasons) or (work.needs_person and not resolved)
        ),
        sender=sender,
        reply_to=str(latest.get("reply_to", work.reply_to)),
        thread=latest.get("thread", work.thread),
        closed=after.stage is Stage.CLOSED,
        says=[effect_to_json(effect) for effect in effects if isinstance(effect, Say)],
        medium=after.medium.value,
        because=_because(step),
        evaluates=[
            {"request": effect_to_json(effect), "sender": sender}
            for effect in effects
            if isinstance(effect, Evaluate)
        ],
        resends=[effect.contact for effect in effects if isinstance(effect, Resend)],
        reasons=reasons,
        reminders={
            effect.timer: work.now + waits.before(effect.timer, after.medium)
            for effect in effects
            if isinstance(effect, Remind)
        },
        cancels=any(isinstance(effect, CancelReminders) for effect in effects),
        resolved=resolved,
        notes=_notes(event, step, from_json(work.state), request),
    )


def _postponed(work: Work, before: Conversation, found: Postponed) -> Decision:
    return Decision(
        work=work,
        state=work.state,
        stage=before.stage.value,
        intent=before.intent.value if before.intent else None,
        language=before.language.value,
        outcome=_outcome(work, before, (), needs_person=work.needs_person),
        sender=work.sender,
        reply_to=work.reply_to,
        thread=work.thread,
        closed=before.stage is Stage.CLOSED,
        notes=[Note("facts.postponed", {})],
        postponed_until=found.until,
    )


def _outcome(work: Work, after: Conversation, effects: Sequence[Effect], *, needs_person: bool) -> Outcome:
    """As staff read it: whether a mail left, and whether a person is needed, the core is never told."""
    closing = [effect.outcome for effect in effects if isinstance(effect, Close)]
    told = closing[-1] if closing else outcome(after)
    sent = work.sent or any(isinstance(effect, Resend) for effect in effects)
    match told:
        case Outcome.OPEN | Outcome.RESENT if needs_person:
            return Outcome.STAFF
        case Outcome.OPEN | Outcome.RESENT if sent:
            return Outcome.RESENT
        case Outcome.RESENT:
            return Outcome.ANSWERED
        case _:
            return told


def _because(step: Step) -> Json:
    """Why the bot said what it said, in names only."""
    told: dict[str, Any] = {}
    if step.move and step.row:
        told |= {"move": step.move.value, "rule": step.row.why}
    if step.reading:
        told |= {"intent": step.reading.intent.value, "because": list(step.reading.because)}
    return told


def _notes(event: Event, step: Step, before: Conversation, request: Evaluate | None) -> list[Note]:
    notes = []
    if step.reading:
        read: dict[str, object] = {
            "intent": step.reading.intent.value,
            # A journal holds no floats: no two languages write them alike.
            "confidence": f"{step.reading.confidence:.3f}",
            "language": step.reading.language.value,
            "sure": step.reading.sure,
        }
        notes.append(Note("intent.recognised", {**read, **_rule(step)}))
    elif isinstance(event, Evaluated):
        path = request.path.value if request else ""
        notes.append(Note("facts.evaluated", {"path": path, "verdict": event.verdict.value}))
    else:
        notes.append(Note(f"event.{type(event).__name__.lower()}", _rule(step)))
    missing = step.after.facts.missing()
    if step.after.facts != before.facts and step.after.facts != Conversation(before.medium).facts:
        notes.append(Note("facts.collected", {"missing": [fact.value for fact in missing]}))
    for effect in step.effects:
        if isinstance(effect, HandOver):
            notes.append(Note("case.handed_over", {"reason": effect.reason.value}))
        elif isinstance(effect, Close):
            notes.append(Note("case.closed", {"outcome": effect.outcome.value}))
    says = [effect.phrase.value for effect in step.effects if isinstance(effect, Say)]
    if says:
        notes.append(Note("reply.queued", {"phrases": says}))
    return notes


def _rule(step: Step) -> dict[str, object]:
    if step.move is None or step.row is None:
        return {}
    return {"move": step.move.value, "rule": step.row.why, "stage": step.after.stage.value}
