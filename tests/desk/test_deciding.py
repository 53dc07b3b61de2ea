"""What one turn of the real core comes to, as the store and staff will see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.desk import Decision, Kind, Work
from bot.desk.deciding import Deciding
from bot.evaluation import Evaluator
from bot.ports import Channel, Postponed, Records
from bot.settings import Limits, Settings
from conversations.codec import event_to_json, from_json, to_json
from conversations.effects import Evaluate, Outcome, Path, Reason
from conversations.events import (
    Evaluated,
    Event,
    Said,
    StaffResolved,
    StaffTook,
    Timer,
    Undelivered,
    Verdict,
)
from conversations.model import Conversation, Intent, Medium, Stage
from tests.conversations.readings import FAMILY, FAMILY_TEXT, reading, understood_as

NOW = datetime(2026, 9, 14, 13, 0, tzinfo=UTC)
NEW = Conversation(Medium.MAIL, number="PF-000007", opened_at=NOW)


def work(kind: Kind, payload: Mapping[str, Any], before: Conversation = NEW, **more: Any) -> Work:
    usual = Work(
        id=1,
        kind=kind,
        payload=payload,
        now=NOW,
        conversation=7,
        number="PF-000007",
        channel=Channel.MAIL,
        sender="old@x.example",
        reply_to="Old@x.example",
        thread={},
        state=to_json(before),
        needs_person=False,
        sent=False,
    )
    return replace(usual, **more)


def said(text: str, before: Conversation = NEW, **more: Any) -> Work:
    payload = {
        "event": event_to_json(Said(NOW, text)),
        "sender": "new@x.example",
        "reply_to": "New@x.example",
        "thread": {"message_id": "<1@x.example>"},
    }
    return work(Kind.SAID, payload, before, **more)


def happened(event: Event, before: Conversation = NEW, **more: Any) -> Work:
    return work(Kind.STAFF, {"event": event_to_json(event)}, before, **more)


def records() -> Records:
    raise AssertionError("this evaluator asks no roster")


def decide(given: Work, *, found: Evaluated | Postponed | None = None, **understood: Any) -> Decision:
    def evaluator(records: Records, request: Evaluate, conversation: int, sender: str) -> Any:
        del records
        assert (request.path, conversation) == (Path.FACTS, 7)
        assert sender == "new@x.example"
        return found

    answer = reading(understood.pop("intent", Intent.NO_SECURITY_CODE), **understood)
    deciding = Deciding(evaluator, understood_as(answer))
    return deciding(given, (lambda: None) if found else records)  # type: ignore[arg-type,return-value]  # these evaluators do not look at them


def events_of(decision: Decision) -> list[str]:
    return [note.event for note in decision.notes]


def test_a_first_message_is_answered_and_noted() -> None:
    decision = decide(said("Je n'ai pas reçu de code"))
    assert decision.says
    assert decision.outcome is Outcome.OPEN
    assert (decision.intent, decision.stage) == ("no_security_code", "collecting")
    assert (decision.sender, decision.reply_to) == ("new@x.example", "New@x.example")
    assert decision.thread == {"message_id": "<1@x.example>"}
    assert set(decision.reminders) == {Timer.IDLE}
    assert decision.reminders[Timer.IDLE] > NOW
    assert events_of(decision)[0] == "intent.recognised"
    assert events_of(decision)[-1] == "reply.queued"
    assert decision.notes[0].data["confidence"] == "0.900"


def test_no_note_for_the_journal_holds_what_the_parent_typed() -> None:
    decision = decide(said(FAMILY_TEXT), entities=FAMILY)
    assert "facts.collected" in events_of(decision)
    told = repr([note.data for note in decision.notes]) + repr(decision.because)
    for value in ("Fatou", "Diallo", "2015"):
        assert value not in told


def promised() -> tuple[Conversation, Mapping[str, Any]]:
    """A case whose facts are complete, and the payload of its evaluation."""
    decision = decide(said(FAMILY_TEXT), entities=FAMILY)
    while not decision.evaluates:
        before = from_json(decision.state)
        assert before.stage is Stage.CONFIRMING
        decision = decide(said("oui", before), intent=Intent.AFFIRM)
    return from_json(decision.state), decision.evaluates[0]


def test_a_match_queues_the_mail_and_changes_nothing_that_is_remembered() -> None:
    before, payload = promised()
    decision = decide(
        work(Kind.EVALUATE, payload, before), found=Evaluated(NOW, Verdict.MATCHED, "contact-1")
    )
    assert decision.resends == ["contact-1"]
    assert decision.outcome is Outcome.RESENT
    assert not decision.says
    assert from_json(decision.state) == before
    assert events_of(decision) == ["facts.evaluated"]


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.MATCHED])
def test_anything_else_goes_to_a_person_and_changes_nothing_that_is_remembered(verdict: Verdict) -> None:
    before, payload = promised()
    decision = decide(work(Kind.EVALUATE, payload, before), found=Evaluated(NOW, verdict))
    assert decision.resends == []
    assert [reason.value for reason in decision.reasons] == [verdict.value]
    assert decision.outcome is Outcome.STAFF
    assert not decision.says
    assert from_json(decision.state) == before


def test_a_set_that_comes_too_early_is_looked_at_later() -> None:
    before, payload = promised()
    later = NOW + timedelta(minutes=2)
    decision = decide(work(Kind.EVALUATE, payload, before), found=Postponed(later))
    assert decision.postponed_until == later
    assert from_json(decision.state) == before
    assert events_of(decision) == ["facts.postponed"]


@pytest.mark.parametrize(
    ("sent", "needs_person", "outcome"),
    [
        (True, False, Outcome.RESENT),
        (False, True, Outcome.STAFF),
        (False, False, Outcome.ANSWERED),
    ],
)
def test_resent_is_only_what_really_was(sent: bool, needs_person: bool, outcome: Outcome) -> None:
    before, _ = promised()
    given = said(
        "Merci, je l'ai reçu", replace(before, followed_up=True), sent=sent, needs_person=needs_person
    )
    decision = decide(given, intent=Intent.AFFIRM)
    assert decision.outcome is outcome


def test_a_mail_that_came_back_goes_to_a_person_unseen() -> None:
    before, _ = promised()
    event = {"event": event_to_json(Undelivered(NOW, "contact-1"))}
    decision = decide(work(Kind.HIDDEN, event, before))
    assert not decision.says
    assert decision.outcome is Outcome.STAFF
    assert from_json(decision.state) == before


def test_staff_who_take_a_case_are_noted_and_staff_who_finish_it_close_it() -> None:
    took = decide(happened(StaffTook(NOW)))
    assert took.outcome is Outcome.STAFF
    done = decide(happened(StaffResolved(NOW), from_json(took.state), needs_person=True))
    assert done.resolved
    assert done.closed
    assert "case.closed" in events_of(done)


def test_a_state_that_cannot_be_read_is_an_error_and_never_guessed() -> None:
    with pytest.raises(ValueError, match="stage"):
        decide(said("Bonjour", state={"medium": "mail", "stage": "no such stage"}))


def test_a_board_may_want_fewer_sets_looked_at_before_a_person_looks() -> None:
    what = understood_as(reading(Intent.NO_SECURITY_CODE, entities=FAMILY))
    for limits, reasons in ((Limits(), []), (Limits(sets_per_case=0), [Reason.TOO_MANY_SETS])):
        deciding = Deciding(Evaluator(Settings()), what, limits=limits)
        assert list(deciding(said(FAMILY_TEXT), records).reasons) == reasons
