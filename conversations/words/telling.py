"""All that a text tells of a parent, children, schools and birthdays, read together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from conversations.words.answers import Item, by_number, in_a_row, is_greeting, items, whole_name
from conversations.words.days import TypedDay, find_days
from conversations.words.flat import flat, tidy
from conversations.words.kin import BORN
from conversations.words.labels import Mention, Who, labelled
from conversations.words.names import fold
from conversations.words.people import Name, Page, Span, page
from conversations.words.places import find_schools, schools_by_name, whole_school
from conversations.words.schools import Directory
from conversations.words.sentences import signed, spoken

_MOST = 60
"""Names looked at in one text."""

LONGEST_TEXT = 4000
"""Characters read; more is not about one family."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child as named: parts as typed, empty where not said."""

    first: str = ""
    last: str = ""
    at: int = 0
    """Where it is first named, to know which day and school stand nearest."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a text tells, as typed."""

    parent_first: str = ""
    parent_last: str = ""
    children: tuple[Child, ...] = ()
    schools: tuple[tuple[int, str], ...] = ()
    """With where each stands."""
    days: tuple[TypedDay, ...] = ()
    """Birthdays only; also those that cannot be used."""


def tell(text: str, directory: Directory, *, row: bool = True) -> Told:
    """Read a text, in half a millisecond. `row`: names may be explained by their place in a row alone."""
    text = tidy(text[:LONGEST_TEXT])
    on = page(text, flat(text))
    dates = find_days(on.text)
    schools = find_schools(on, directory)
    mentions = [one for one in _apart((*labelled(on), *spoken(on))) if not _within(one, schools)]
    cut = items(on, dates)
    days = birthdays(on, dates, mentions, cut)
    schools += [span for span in schools_by_name(on, directory, schools) if not _touches(span, mentions)]
    schools += _whole_schools(on, cut, mentions, schools, directory)
    if row and cut:
        mentions = _apart((*mentions, *_row(on, cut, mentions, schools, days)))
    signature = signed(on)
    if signature and not _within(signature, schools):
        mentions = _apart((*mentions, signature))
    return _told(on, mentions, schools, days)


def _within(one: Mention, schools: Sequence[Span]) -> bool:
    return any(span.start < one.end and one.start < span.end for span in schools)


def _touches(span: Span, mentions: Sequence[Mention]) -> bool:
    return any(span.start < one.end and one.start < span.end for one in mentions)


def _apart(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions that overlap none before them: the surest come first."""
    kept: list[Mention] = []
    for one in islice(mentions, _MOST):
        if (one.first or one.last) and not any(one.start < o.end and o.start < one.end for o in kept):
            kept.append(one)
    return kept


def _whole_schools(
    on: Page, row: Sequence[Item], mentions: Sequence[Mention], known: Sequence[Span], directory: Directory
) -> list[Span]:
    if known:
        return []
    found = (whole_school(on, item.span, directory) for item in row if not _touches(item.span, mentions))
    return [span for span in found if span]


def _row(
    on: Page,
    row: Sequence[Item],
    mentions: Sequence[Mention],
    schools: Sequence[Span],
    days: Sequence[TypedDay],
) -> list[Mention]:
    """Names that only their place in a row explains, where something else shows that it is about a child."""
    child_known = any(one.who is Who.CHILD for one in mentions)
    parent_known = any(one.who is Who.PARENT for one in mentions)
    if not (schools or days or child_known):
        return []
    free = [item for item in row if not _overlaps(item.span, mentions, schools, days)]
    named = {item: name for item in free if (name := whole_name(on, item.span)) and len(name.words) <= 5}
    if row[0].number:
        return list(by_number(on, {item.number or 0: name for item, name in named.items()}))
    stray = sum(1 for item in free if item not in named and not is_greeting(on, item))
    heads = [
        head
        for item in row
        if not _touches(item.span, mentions) and (head := _before_the_day(on, item, days))
    ]
    names = sorted((*named.values(), *heads), key=lambda name: name.span.start)
    names = [name for name in names if _believed(on, name, stray)]
    born = next((name for name in names if name in heads or _then_a_day(on, name, days)), None)
    if parent_known and names:
        born = names[0]
    found = in_a_row(on, names, child_known=child_known, before_day=born)
    return [one for one in found if not (parent_known and one.who is Who.PARENT)]


def _believed(on: Page, name: Name, stray: int) -> bool:
    """The more of a text is prose, the more a name must look like one."""
    if name.span.end - name.span.start < 2 or (stray and not on.capital(name.words[0])):
        return False
    return stray < 2 or len(name.words) > 1


def _then_a_day(on: Page, name: Name, days: Sequence[TypedDay]) -> bool:
    return any(
        0 <= day.start - name.span.end <= 4 and not on.plain[name.span.end : day.start].strip(" ,;\n(-")
        for day in days
    )


def _before_the_day(on: Page, item: Item, days: Sequence[TypedDay]) -> Name | None:
    """The name in "Aïcha Diallo-Roy 3 sept 2015"."""
    for day in days:
        if item.span.start < day.start < item.span.end:
            head = on.plain[item.span.start : day.start].rstrip(" (-")
            return whole_name(on, Span(item.span.start, item.span.start + len(head)))
    return None


def _overlaps(
    span: Span, mentions: Sequence[Mention], schools: Sequence[Span], days: Sequence[TypedDay]
) -> bool:
    others = [*((m.start, m.end) for m in mentions), *((s.start, s.end) for s in schools)]
    others += [(day.start, day.end) for day in days]
    return any(start < span.end and span.start < end for start, end in others)


_BIRTH = re.compile(rf"\b(?:{BORN}|naissance|birth ?(?:date|day)?|ddn|dob|d\.o\.b\.?|anniversaire)\b")
_OWN_BIRTH = re.compile(
    r"\b(?:je suis nee?|i was born|ma date de naissance|my (?:own )?(?:date of birth|birth ?day))\b"
)
_HAPPENED = re.compile(
    r"\b(?:recue?|received|envoyee?|sent|depuis|since|courriel|e-?mail|mail|message|code|expire\w*|demande\w*|hier|got|"
    r"inscri\w*|essaye?|tried|compte|account|rendez-vous|appele|called|ecrit|wrote|aujourd'hui|today|jusqu'au|until|"
    r"rentree|commence\w*|lien|link|demenage\w*|moved|bulletin|absen\w*)\b"
)


def birthdays(
    on: Page, dates: Sequence[TypedDay], mentions: Sequence[Mention], row: Sequence[Item]
) -> list[TypedDay]:
    """The dates that are a child's birthday, not the day on which something happened."""
    return [day for day in dates if _is_birthday(on, day, mentions, row)]


def _is_birthday(on: Page, day: TypedDay, mentions: Sequence[Mention], row: Sequence[Item]) -> bool:
    if any(0 <= day.start - one.end <= 8 and one.who is Who.CHILD for one in mentions):
        return True
    clause = re.split(r"[\n;!?]|\. ", on.plain[max(0, day.start - 60) : day.start])[-1]
    own, birth = _OWN_BIRTH.search(clause), _BIRTH.search(clause.rstrip())
    if own or birth:
        return not own
    item = next((one for one in row if one.span.start <= day.start < one.span.end), None)
    words = on.plain[item.span.start : item.span.end] if item else clause
    if _HAPPENED.search(words) or _HAPPENED.search(re.split(r",", clause)[-1]):
        return False
    rest = words.replace(on.plain[day.start : day.end], " ")
    return len(re.findall(r"[^\W\d_]+", rest)) <= 5


def _told(on: Page, mentions: Sequence[Mention], schools: Sequence[Span], days: Sequence[TypedDay]) -> Told:
    parent_first = parent_last = ""
    children: list[Child] = []
    for one in mentions:
        first, last = one.first.of(on.text) if one.first else "", one.last.of(on.text) if one.last else ""
        if one.who is Who.CHILD:
            _add(children, Child(first, last, one.start))
        elif not parent_first or not parent_last:
            same = not parent_first or not first or fold(parent_first) == fold(first)
            parent_first = parent_first or first
            parent_last = parent_last or (last if same else "")
    ordered = sorted(children, key=lambda child: child.at)
    named = sorted((span.start, span.of(on.text)) for span in schools)
    return Told(parent_first, parent_last, tuple(ordered), tuple(named), tuple(days))


def _add(children: list[Child], new: Child) -> None:
    """A child once, however often named; a first and a last name apart belong together."""
    for place, known in enumerate(children):
        same = bool(new.first) and fold(new.first) == fold(known.first)
        completes = (not new.first and not known.last) or (not known.first and not new.last)
        agree = not (known.last and new.last) or fold(known.last) == fold(new.last)
        if agree and (same or completes):
            children[place] = Child(known.first or new.first, known.last or new.last, min(known.at, new.at))
            return
    children.append(new)
