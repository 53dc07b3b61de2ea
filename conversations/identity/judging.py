"""From facts, or from a vouched mailbox, to the one contact they lead to: or to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from conversations.events import Verdict
from conversations.identity.candidates import (
    SETTLED_AFTER,
    Candidate,
    Guardian,
    MailboxHolder,
    local_day,
    may_act,
)
from conversations.identity.matching import SHORTEST_PART, same_any
from conversations.model import Facts
from conversations.words.names import bare_parts_of, parts_of, words_of
from conversations.words.schools import same_school


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison found; `contact` and `student` are sourcedIds, set where exactly one was meant."""

    verdict: Verdict
    contact: str | None = None
    student: str | None = None


_DECOY = Candidate(
    student="",
    first_names=("Aïcha-Marie",),
    last_name="de la Cruz-Tremblay",
    birth_date=None,
    school="École élémentaire publique",
    active=False,
    contacts=(Guardian(contact="", first_name="Marie-Ève", last_name="Roy-Saint-Jean"),),
)
"""Compared with every set of facts, so that a day on which nobody was born takes the same work."""


def judge(
    facts: Facts, candidates: Sequence[Candidate], now: datetime, settled_after: timedelta = SETTLED_AFTER
) -> Judgement:
    """Compare a full set of facts with the students born on its day; `now` is aware.

    The parent's last name, the child's names, birthday and school must all hold for one active
    student and one contact. The parent's first name only chooses among several such contacts.
    """
    pairs = [pair for student in (*candidates, _DECOY) if (pair := _compared(facts, student)) is not None]
    named = [(student, contacts) for student, contacts in pairs if contacts]
    active = [(student, contacts) for student, contacts in named if student.active]
    if not named:
        return Judgement(Verdict.NOBODY)
    if not active:
        return Judgement(Verdict.BARRED, student=named[0][0].student if len(named) == 1 else None)
    if len(active) > 1:
        return Judgement(Verdict.SEVERAL)
    student, contacts = active[0]
    return _of_student(facts, student, contacts, now, settled_after)


def _compared(facts: Facts, student: Candidate) -> tuple[Candidate, list[Guardian]] | None:
    """The student with the contacts of that last name, where the child's facts hold.

    Everything is compared, also after a difference: the work tells nothing.
    """
    holds = [
        facts.birth_date is not None and facts.birth_date == student.birth_date,
        same_any(facts.child_first_name or "", student.first_names),
        same_any(facts.child_last_name or "", (student.last_name, *student.other_last_names)),
        same_school(facts.school or "", student.school),
    ]
    named = [contact for contact in student.contacts if _has_last_name(facts, contact)]
    return (student, named) if all(holds) else None


def _has_last_name(facts: Facts, contact: Guardian) -> bool:
    return same_any(facts.parent_last_name or "", (contact.last_name, *contact.other_last_names))


def _has_first_name(facts: Facts, contact: Guardian) -> bool:
    return same_any(facts.parent_first_name or "", (contact.first_name, *contact.other_first_names))


def _of_student(
    facts: Facts, student: Candidate, named: list[Guardian], now: datetime, settled_after: timedelta
) -> Judgement:
    day = local_day(now)
    chosen = named if len(named) == 1 else [one for one in named if _has_first_name(facts, one)]
    if len(chosen) == 1:
        return _settled(student, chosen[0], now, settled_after)
    # The first name points at nobody, or at two: whoever may act is meant, unless it may be someone barred.
    able = [one for one in (chosen or named) if may_act(student, one, day)]
    if not able or any(one.restriction for one in (chosen or named)):
        return Judgement(Verdict.BARRED, student=student.student)
    if len(able) > 1:
        return Judgement(Verdict.SEVERAL, student=student.student)
    return _settled(student, able[0], now, settled_after)


def _settled(student: Candidate, contact: Guardian, now: datetime, settled_after: timedelta) -> Judgement:
    allowed = may_act(student, contact, local_day(now))
    verdict = contact.reached(now, settled_after) if allowed else Verdict.BARRED
    return Judgement(verdict, contact.contact, student.student)


def judge_vouched(
    holders: Sequence[MailboxHolder], now: datetime, settled_after: timedelta = SETTLED_AFTER
) -> Judgement:
    """Who a mailbox on file, vouched for by our own border, belongs to (path V)."""
    if len({holder.contact for holder in holders}) > 1:
        return Judgement(Verdict.SEVERAL)
    if not holders:
        return Judgement(Verdict.NOBODY)
    contact = holders[0].contact
    links = [
        (child, link)
        for holder in holders
        for child in holder.children
        for link in child.contacts
        if link.contact == contact
    ]
    able = _able(links, local_day(now))
    if not able:
        return Judgement(Verdict.BARRED, contact)
    return Judgement(able[0].reached(now, settled_after), contact)


def _able(links: Sequence[tuple[Candidate, Guardian]], day: date) -> list[Guardian]:
    """The links that a mail may leave for; none where any child's file restricts this person."""
    if any(link.restriction for _, link in links):
        return []
    return [link for child, link in links if may_act(child, link, day)]


def target_keys(facts: Facts) -> tuple[str, ...]:
    """What the limits count for the children nearly named: from the typed words alone, sorted.

    Two spellings that `same_name` takes for one child share a key: each part of a compound makes
    its own, so that turning or shortening a name does not begin a new count.
    """
    lasts = _spellings(facts.child_last_name or "")
    firsts = _spellings(facts.child_first_name or "")
    keys = {f"child:{first}:{last}" for first, last in product(firsts, lasts)}
    if facts.birth_date is not None:
        keys |= {f"born:{facts.birth_date.isoformat()}:{last}" for last in lasts}
    return tuple(sorted(keys))


def _spellings(name: str) -> set[str]:
    """The whole name as written and in one fixed order, and its first few parts that may stand for it."""
    parts = sorted(bare_parts_of(name))
    written, whole = "".join(words_of(name)), "".join(parts)
    long_enough = [part for part in (*parts, *sorted(parts_of(name))) if len(part) >= SHORTEST_PART]
    return {spelling for spelling in (written, whole, *long_enough[:4]) if spelling}
