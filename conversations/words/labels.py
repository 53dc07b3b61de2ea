"""Facts given under a label: "Nom de famille : Diallo", "my last name is Chen", "Enfant : Aïcha Roy"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from conversations.words.kin import CHILD, PARENT
from conversations.words.people import Name, Page, Span, read_name, split_name


class Who(StrEnum):
    PARENT = "parent"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named: whose name, and its two parts where they stand."""

    who: Who
    first: Span | None
    last: Span | None

    @property
    def start(self) -> int:
        return min(span.start for span in (self.first, self.last) if span)

    @property
    def end(self) -> int:
        return max(span.end for span in (self.first, self.last) if span)


_OWNER = rf"(?:(?P<{{0}}c>{CHILD})|(?P<{{0}}p>{PARENT}|requerant|demandeur))(?:'s|s'|'|\(s\)|s(?= ))?"
_WHAT = (
    r"(?P<last>noms? de familles?|last ?names?|surnames?|family names?)"
    r"|(?P<first>prenoms?|first ?names?|given names?)|(?P<name>noms? complets?|full names?|noms?|names?)"
)
_BOTH = (
    r"(?P<lastfirst>noms?(?: de famille)? ?(?:,|/|et|&|and) ?prenoms?|last ?name ?(?:,|/|and|&) ?first ?name)"
    r"|(?P<firstlast>prenoms? ?(?:,|/|et|&) ?noms?(?: de famille)?|first ?(?:name)? ?(?:,|/|and|&) ?last ?names?)"
)
_LABEL = re.compile(
    r"(?<!school )(?<!user )\b(?:(?:my|mon|ma|notre|our|the|le|la|l'|votre|your)\s?)?"
    rf"(?:{_OWNER.format('a')}[ :-]{{1,3}}|(?P<pronoun>son|sa|his|her|leur|their)\s)?"
    rf"(?:{_BOTH}|{_WHAT})"
    rf"(?:\s?\(?(?:de |du |d'|of )(?:l'|la |le |mon |ma |my |the |votre |your |notre |our )?{_OWNER.format('b')}\)?)?"
    r"(?P<link>\s?\([^)\n]{0,40}\))?(?P<sep>\s*(?::|=|\best\b|\bis\b|'s\b|c'est|\n)\s*:?|\s-\s|\s)\s*[\"«]?\s*"
)
_ROLE = re.compile(
    rf"(?:^|[\n;/|,.?!-])\s*(?:mon |ma |my |l'|the |votre |your |pour )?{_OWNER.format('a')}(?:\s?\d)?\s?[:=]\s*",
)
_SECTION = re.compile(
    rf"(?:^|\n)[^\w\n]*(?:renseignements?|infos?|informations?|details?|information)?[^\n:]{{0,20}}\b"
    rf"{_OWNER.format('a')}\s?[: ]*(?=\n)"
)
_NEXT = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class _Labelled:
    what: str
    who: Who | None
    sep: str
    start: int
    name: Name


def labelled(on: Page) -> Iterator[Mention]:
    """Names under a label, in order."""
    found = list(_values(on))
    owners = _owners(on, found)
    for one, who in zip(found, owners, strict=True):
        firsts = any(
            other.what == "first" and owner is who for other, owner in zip(found, owners, strict=True)
        )
        yield _mention(on, one, who, has_first=firsts)
    for match in _ROLE.finditer(on.plain):
        who = Who.CHILD if match["ac"] else Who.PARENT
        for name in read_names(on, match.end(), label=True, several=who is Who.CHILD):
            yield Mention(who, *split_name(on, name))


def _values(on: Page) -> Iterator[_Labelled]:
    for match in _LABEL.finditer(on.plain):
        what = next(kind for kind in ("lastfirst", "firstlast", "last", "first", "name") if match[kind])
        sep = match["sep"].strip()
        loose = sep in {"", "-"}
        if loose and (what == "name" or match["pronoun"]):
            continue
        name = read_name(on, match.end(), label=True, sure=not loose)
        if name and (not loose or on.capital(name.words[0])):
            child = match["ac"] or match["bc"] or match["pronoun"]
            who = Who.CHILD if child else Who.PARENT if match["ap"] or match["bp"] else _own(match)
            yield _Labelled(what, who, sep, match.start(), name)


def _own(match: re.Match[str]) -> Who | None:
    return Who.PARENT if re.match(r"(?:my|mon|ma|our)\b", match.group()) else None


def _owners(on: Page, found: list[_Labelled]) -> list[Who]:
    """Whose each value is: said beside it, else by the heading above, else the parent's turn comes first."""
    headings = [
        (match.start(), Who.CHILD if match["ac"] else Who.PARENT) for match in _SECTION.finditer(on.plain)
    ]
    owners: list[Who] = []
    seen: set[tuple[Who, str]] = set()
    for one in found:
        heading = next((who for start, who in reversed(headings) if start < one.start), None)
        who = one.who or heading or (Who.CHILD if (Who.PARENT, one.what) in seen else Who.PARENT)
        seen.add((who, one.what))
        owners.append(who)
    return owners


def _mention(on: Page, one: _Labelled, who: Who, *, has_first: bool) -> Mention:
    whole = one.name.span
    if one.what == "first":
        return Mention(who, whole, None)
    if one.what == "last" or (one.what == "name" and has_first):
        return Mention(who, None, whole)
    if one.what == "name" and len(one.name.words) == 1:
        french = on.plain.startswith("nom", one.start) or " nom" in on.plain[one.start : whole.start]
        return Mention(who, None, whole) if french and who is Who.PARENT else Mention(who, whole, None)
    after = _NEXT.match(on.plain, whole.end)
    second = read_name(on, after.end()) if after and one.what in {"lastfirst", "firstlast"} else None
    if second and one.what == "lastfirst":
        return Mention(who, second.span, whole)
    if second:
        return Mention(who, whole, second.span)
    return Mention(who, *split_name(on, one.name, last_first=one.what == "lastfirst"))


_AND = re.compile(r"\s*(?:,?\s(?:et|and|puis)\s|&|\+)\s*(?:de |d')?")
_COMMA = re.compile(r"\s*,\s*")


def read_names(
    on: Page, start: int, *, label: bool = False, several: bool = True, sure: bool = True
) -> list[Name]:
    """A name, and those joined to it by "et" or "and"; `several` lets commas join them too."""
    name = read_name(on, start, label=label, sure=sure)
    names: list[Name] = []
    while name:
        names.append(name)
        join = _AND.match(on.plain, name.span.end)
        if join is None and several and len(name.words) == 1:
            join = _COMMA.match(on.plain, name.span.end)
        name = read_name(on, join.end(), sure=False) if join else None
    return names
