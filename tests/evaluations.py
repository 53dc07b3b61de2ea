"""Families on file, requests that compare with them, and desks that work them off for real."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bot.desk import Decision, Desk, Kind, Work
from bot.desk.deciding import Deciding
from bot.desk.desk import MOST
from bot.evaluation import Evaluator
from bot.keys import Keys
from bot.ports import Arrival, Channel, Records
from bot.roster import names
from bot.roster.sample import Child, Contact, Family
from bot.settings import Limits, Settings, Waits
from bot.store import inbox as inboxes
from bot.store.bell import Topic
from bot.store.credentials import INVITATION
from bot.store.database import Database, now
from bot.store.limits import Counters
from bot.store.records import OpenRecords
from bot.store.roster import IMPORTED
from bot.store.schema import (
    contacts,
    guardianships,
    inbox,
    invitations,
    limit_hits,
    limit_keys,
    outbox,
    roster_imports,
    schools,
    sends,
    staff_items,
    students,
)
from bot.store.turns import StoredInbox
from conversations.codec import effect_to_json
from conversations.effects import Evaluate, Path
from conversations.events import Said
from conversations.model import Facts, Intent
from tests.contracts.arrivals import AT
from tests.contracts.deciding import plain

SECRET = "the secret of these tests, long enough for the settings"
KEYS = Keys(SECRET)
AT_ONCE = Waits(after_failure_1=0, after_failure_2=0, after_failure_3=0, after_failure_4=0)
LATER = "later"
SOON = 0.3
"""Seconds that a desk waits for its colleagues."""
SCHOOLS = (*names.SCHOOLS, *names.SECONDARY_SCHOOLS)
MOTHER = Contact("Fatou", "Diallo", "fatou@x.example")
FATHER = Contact("Marc", "Roy", "marc@x.example", relationship="father")
CHILD = Child("Aïcha", "Diallo-Roy", date(2015, 9, 3), 0)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it reaches the desk: facts, or a mailbox that our own border vouches for."""

    sender: str
    facts: Facts | None = None

    def arrival(self) -> Arrival:
        path = Path.VOUCHED if self.facts is None else Path.FACTS
        request = Evaluate(path, self.facts or Facts(), Intent.NO_SECURITY_CODE)
        said = Said(AT, json.dumps(effect_to_json(request)))
        return Arrival(f"asked:{next(_numbers)}", Channel.MAIL, self.sender, self.sender, said)


def facts(contact: Contact = MOTHER, child: Child = CHILD, *, sender: str = "", **changed: Any) -> Asked:
    """The facts of this contact and child but for `changed`; each from a mailbox of its own."""
    told = Facts(
        contact.last_name,
        contact.first_name,
        child.first_name,
        child.last_name,
        child.birth_date,
        SCHOOLS[child.school],
    )
    return Asked(sender or f"sender{next(_numbers)}@y.example", replace(told, **changed))


def wrong(child: Child = CHILD, *, sender: str = "") -> Asked:
    """The child is named, but nobody of that name acts for it."""
    return facts(replace(MOTHER, last_name="Gagnon"), child, sender=sender)


def stranger(number: int, *, sender: str = "") -> Asked:
    """A child that is nobody's, another one for each number."""
    name = f"X{chr(97 + number // 26)}{chr(97 + number % 26)}ette"
    return facts(MOTHER, replace(CHILD, first_name=name, last_name=name), sender=sender)


def vouched(contact: Contact = MOTHER) -> Asked:
    return Asked(contact.email)


@dataclass(frozen=True, slots=True)
class Clerk:
    """A desk's decisions: what is said is the request itself, the answer to it is the house's own."""

    deciding: Deciding

    def __call__(self, work: Work, records: Callable[[], Records]) -> Decision:
        if work.kind is Kind.SAID:
            request = json.loads(work.payload["event"]["text"])
            return plain(work, evaluates=[{"request": request, "sender": work.payload["sender"]}])
        return self.deciding(work, records)


class Together:
    """Opens the records of several desks at one moment, where the database lets them: SQLite has one writer."""

    def __init__(self, desks: int) -> None:
        self.desks = desks
        self._barrier = threading.Barrier(desks)

    def __call__(self, connection: Connection) -> Records:
        if connection.dialect.name == "postgresql":
            with suppress(threading.BrokenBarrierError):  # The last ones are too few: they go on alone.
                self._barrier.wait(SOON)
        return OpenRecords(connection, KEYS)


@dataclass
class Counter:
    """The counter with a board of families behind it, and limits of its own."""

    database: Database
    limits: Limits = field(default_factory=Limits)
    waits: Waits = AT_ONCE

    async def ask(self, *asked: Asked, desks: int = 1) -> list[str]:
        """What each comes to, all asked at once: the contact sent to, why a person is needed, or LATER."""
        arrivals = [each.arrival() for each in asked]
        received = await self.database.run(partial(inboxes.receive_many, arrivals=arrivals))
        for _ in range(0, len(asked), MOST):
            await self._desk(self.database, Together(1)).turn()  # what was said; the comparing follows
        await self.serve(desks)
        return await self.database.run(partial(_came_to, cases=[each.conversation for each in received]))

    async def serve(self, desks: int = 1) -> None:
        """Until nothing is due: desks on threads of their own, over two engines, as in two processes."""
        together = Together(desks)
        neighbour = Database(self.database.url)
        rooms = [(self.database, neighbour)[number % 2] for number in range(desks)]
        await asyncio.gather(*(self._work_off(room, together) for room in rooms))
        await neighbour.close()

    async def _work_off(self, database: Database, together: Together) -> None:
        desk = self._desk(database, together)
        while (taken := await desk.turn()).handled:
            assert not taken.failed

    def _desk(self, database: Database, together: Together) -> Desk:
        """One case in hand where it has colleagues: it would leave them nothing to do at the same time."""
        clerk = Clerk(Deciding(Evaluator(Settings(limits=self.limits, waits=self.waits)), limits=self.limits))
        most = MOST if together.desks == 1 else 1
        return Desk(StoredInbox(database, together), clerk, database.bell.alarm(Topic.INBOX), most=most)

    async def hits(self, name: str, key: str) -> int:
        return await self.database.run(lambda connection: Counters(connection, KEYS).hits(name, key, 0))

    async def all_hits(self) -> dict[str, int]:
        """How many hits each kind of counter holds, over all keys."""
        counted = select(limit_hits.c.name, func.count()).group_by(limit_hits.c.name)
        return dict(await self.rows(counted))

    async def pass_time(self, passed: timedelta) -> None:
        """As if so much time had passed: all that is counted, frozen or put off lies further back."""
        back = passed // timedelta(microseconds=1)

        def move(connection: Connection) -> None:
            for column in (limit_hits.c.at, limit_keys.c.locked_until, inbox.c.due_at):
                happened = update(column.table).where(column > 0).values({column.name: column - back})
                connection.execute(happened)

        await self.database.run(move)

    async def rows(self, query: Any) -> Sequence[Any]:
        return await self.database.run(lambda connection: connection.execute(query).all())

    async def change(self, table: Any, *where: Any, **values: Any) -> None:
        """These rows, without anybody being asked."""
        statement = update(table).where(*where).values(**values)
        await self.database.run(lambda connection: connection.execute(statement))


async def counter(database: Database, *families: Family, **limits: int) -> Counter:
    """These families on file, nothing asked yet; limits are the usual ones but for those named."""
    await database.run(partial(_on_file, families=families))
    return Counter(database, Limits(**limits))


def _came_to(connection: Connection, cases: Sequence[int]) -> list[str]:
    """The one thing that each request led to; a word to the requester never is."""

    def by_case(column: Any, *where: Any) -> dict[int, list[str]]:
        rows = select(column.table.c.conversation, column).where(
            column.table.c.conversation.in_(cases), *where
        )
        found: dict[int, list[str]] = defaultdict(list)
        for case, value in connection.execute(rows):
            found[case].append(value)
        return found

    sent, reasons, left = by_case(sends.c.contact), by_case(staff_items.c.reason), by_case(outbox.c.kind)
    waiting = by_case(inbox.c.id, inbox.c.kind == Kind.EVALUATE, inbox.c.state == inboxes.WAITING)
    outcomes = []
    for case in cases:
        assert left[case] == ["credential" for _ in sent[case]]
        [only] = [*sent[case], *reasons[case], *(LATER for _ in waiting[case])]
        outcomes.append(only)
    return outcomes


def _on_file(connection: Connection, families: Sequence[Family]) -> None:
    """The rows that an import leaves; ids as the sample board gives them."""
    at = now(connection)
    _put(connection, schools, [{"sourced_id": f"school-{n}", "name": name} for n, name in enumerate(SCHOOLS)])
    for number, family in enumerate(families):
        grown = [
            {
                "sourced_id": f"contact-{number}-{place}",
                "first_name": each.first_name,
                "last_name": each.last_name,
                "email": each.email or None,
                "email_key": each.email or None,
                "language": each.language,
            }
            for place, each in enumerate(family.contacts)
        ]
        young = [
            {
                "sourced_id": f"student-{number}-{place}",
                "first_name": each.first_name,
                "last_name": each.last_name,
                "birth_date": each.birth_date,
                "school": f"school-{each.school}",
                "active": each.status == "active",
            }
            for place, each in enumerate(family.children)
        ]
        pairs = [
            ({"student": child["sourced_id"], "contact": row["sourced_id"]}, contact)
            for child in young
            for row, contact in zip(grown, family.contacts, strict=True)
        ]
        _put(connection, contacts, grown)
        _put(connection, students, young)
        _put(connection, guardianships, [{**pair, **_bond(contact)} for pair, contact in pairs])
        code = KEYS.seal(INVITATION, "ABCD2345")
        _put(
            connection,
            invitations,
            [{**pair, "sealed_code": code} for pair, contact in pairs if contact.has_code],
        )
    _put(connection, roster_imports, [{"at": at, "digest": "", "state": IMPORTED, "report": "{}"}])


def _bond(contact: Contact) -> dict[str, object]:
    return {
        "relationship": contact.relationship,
        "portal_access": contact.portal_access,
        "restriction": contact.restriction or None,
        "account_state": contact.account_state,
    }


def _put(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
