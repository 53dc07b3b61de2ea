"""Keeping what turns decided: state, journal, effects and timers together or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update

from bot.desk import Decision, Kind
from bot.journal import Entry
from bot.ports import Channel, ParcelKind
from bot.store import inbox as inboxes
from bot.store import journal, staff_items
from bot.store.bell import Topic, ring_after_commit
from bot.store.database import micros
from bot.store.inbox import DONE, WAITING, compact
from bot.store.schema import contacts, conversations, inbox, messages, outbox, sends

_AFTER = (
    update(conversations)
    .where(conversations.c.id == bindparam("case"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in "state stage intent language outcome sender reply_to thread".split()
        }
        | {
            "updated_at": case(
                (conversations.c.updated_at > bindparam("at"), conversations.c.updated_at),
                else_=bindparam("at"),
            ),
            "closed_at": case(
                (bindparam("is_closed") == 0, None),
                (conversations.c.closed_at.is_not(None), conversations.c.closed_at),
                else_=bindparam("at"),
            ),
        }
    )
)


def keep(connection: Connection, decisions: Sequence[Decision], at: int) -> None:
    """Write what these turns of different conversations decided. `at` in microseconds."""
    if not decisions:
        return
    taken = [decision for decision in decisions if decision.postponed_until is None]
    for decision in decisions:
        if decision.postponed_until is not None:
            later = {"due_at": micros(decision.postponed_until)}
            connection.execute(update(inbox).where(inbox.c.id == decision.work.id).values(later))
    entries = [
        Entry(at, note.event, decision.work.conversation, note.data)
        for decision in decisions
        for note in decision.notes
    ]
    if taken:
        connection.execute(_AFTER, [_conversation(decision, at) for decision in taken])
        _mark_done(connection, taken, at)
        _keep_reminders(connection, taken)
        _keep_evaluations(connection, taken, at)
        _keep_replies(connection, taken, at)
        for decision in taken:
            entries += _keep_rare(connection, decision, at)
    journal.append_all(connection, entries)


def _conversation(decision: Decision, at: int) -> dict[str, Any]:
    return {
        "case": decision.work.conversation,
        "at": at,
        "is_closed": int(decision.closed),
        "new_state": compact(decision.state),
        "new_stage": decision.stage,
        "new_intent": decision.intent,
        "new_language": decision.language,
        "new_outcome": decision.outcome.value,
        "new_sender": decision.sender,
        "new_reply_to": decision.reply_to,
        "new_thread": compact(decision.thread),
    }


def _mark_done(connection: Connection, decisions: Sequence[Decision], at: int) -> None:
    """The payload goes: words stand in the timeline, facts in the state until the case closes."""
    rows = [decision.work.id for decision in decisions]
    handled = {"state": DONE, "handled_at": at, "payload": "{}"}
    connection.execute(update(inbox).where(inbox.c.id.in_(rows)).values(handled))


def _keep_reminders(connection: Connection, decisions: Sequence[Decision]) -> None:
    inboxes.void_timers(connection, [each.work.conversation for each in decisions if each.cancels])
    inboxes.replace_timers(
        connection,
        [
            (decision.work.conversation, timer, micros(due))
            for decision in decisions
            for timer, due in decision.reminders.items()
        ],
    )


def _keep_evaluations(connection: Connection, decisions: Sequence[Decision], at: int) -> None:
    rows = [
        {
            "conversation": decision.work.conversation,
            "kind": Kind.EVALUATE.value,
            "payload": compact(request),
            "due_at": at,
            "state": WAITING,
        }
        for decision in decisions
        for request in decision.evaluates
    ]
    if rows:
        connection.execute(insert(inbox), rows)
        ring_after_commit(connection, Topic.INBOX)


def _keep_replies(connection: Connection, decisions: Sequence[Decision], at: int) -> None:
    """All that one turn says is one parcel, and one entry of the timeline."""
    speaking = [decision for decision in decisions if decision.says]
    if not speaking:
        return
    parcels, spoken = [], []
    for decision in speaking:
        work = decision.work
        payload = {
            "says": list(decision.says),
            "language": decision.language,
            "medium": decision.medium,
            "number": work.number,
            "to": decision.reply_to,
            "thread": dict(decision.thread),
        }
        parcels.append(
            _parcel(f"reply:{work.id}", ParcelKind.REPLY, work.channel, work.conversation, payload, at)
        )
        phrases = json.dumps([say["phrase"] for say in decision.says])
        because = compact(dict(decision.because))
        spoken.append(
            {
                "conversation": work.conversation,
                "at": at,
                "author": "bot",
                "body": phrases,
                "because": because,
            }
        )
    connection.execute(insert(outbox), parcels)
    connection.execute(insert(messages), spoken)
    ring_after_commit(connection, Topic.OUTBOX)


def _parcel(
    key: str, kind: ParcelKind, channel: Channel, conversation: int, payload: dict[str, Any], at: int
) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "key": key,
        "kind": kind.value,
        "channel": channel.value,
        "payload": compact(payload),
        "next_at": at,
        "created_at": at,
    }


def _keep_rare(connection: Connection, decision: Decision, at: int) -> list[Entry]:
    """What few turns lead to: mails with a code, and persons."""
    case_id = decision.work.conversation
    if decision.resolved:
        staff_items.close_items(connection, case_id, at, "staff")
    for reason in decision.reasons:
        staff_items.open_item(connection, case_id, reason.value, at)
    return [
        Entry(at, "mail.resend_queued", case_id, {"send": _queue_mail(connection, decision, contact, at)})
        for contact in decision.resends
    ]


def _queue_mail(connection: Connection, decision: Decision, contact: str, at: int) -> int:
    """The credential mail: it always leaves by mail, for whatever address stands on file then."""
    work = decision.work
    version = select(contacts.c.email_version).where(contacts.c.sourced_id == contact)
    row = {
        "conversation": work.conversation,
        "contact": contact,
        "channel": work.channel.value,
        "address_version": connection.execute(version).scalar() or 1,
        "at": at,
    }
    send = int(connection.execute(insert(sends).values(row).returning(sends.c.id)).scalar_one())
    payload = {"send": send, "contact": contact, "channel": work.channel.value}
    kind = ParcelKind.CREDENTIAL
    parcel = _parcel(f"credential:{send}", kind, Channel.MAIL, work.conversation, payload, at)
    connection.execute(insert(outbox).values(parcel))
    ring_after_commit(connection, Topic.OUTBOX)
    return send
