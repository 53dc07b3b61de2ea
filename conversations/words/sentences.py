"""Names in whole sentences: "je m'appelle …", "ma fille …", "I'm Liam's mother", and how letters are signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.words.kin import BORN, CHILD, PARENT, STAFF, TITLE
from conversations.words.labels import Mention, Who, read_names
from conversations.words.people import Name, Page, read_name, split_name

_SELF = re.compile(
    r"\b(?:(?P<strong>j[e ]{0,2}m'? ?appell?e|je me (?:pre)?nomme|moi,? c'?est|i am called|je me presente\s?[,:]?(?: je suis)?)"
    r"|(?P<weak>je suis|i am|i'm|im|this is|ici|it's|c'est(?: encore| toujours)?))\s*[:,]?\s*"
    rf"(?P<role>(?:la |le |sa |son |leur |the |his |her |their |an? |une? )?{PARENT},?\s(?!de |d'|of |du |to ))?(?P<title>{TITLE}\s)?\s*"
)
_NEAR = 24
_GREETED = re.compile(
    rf"(?:\b(?:bonjour|bonsoir|salut|allo|hello|hi|hey|good (?:morning|afternoon|evening)|dear|chere?s?|{TITLE})"
    r"|^)[\s,.!:]*$"
)
_APPOSED = re.compile(
    rf"\s*(?:[,(-]|qui suis|et je suis|here\b)?\s*(?:je suis |i'm |i am )?(?:la |le |the |l'|a |une? |son |his |her )?"
    rf"(?:{PARENT})\b"
)
_MY_CHILD = re.compile(
    rf"\b(?:ma|mon|notre|mes|nos|my|our|l'|the|un de mes|one of my)\s?(?:\d |deux |trois |two |three )?"
    rf"(?:\w{{3,12}} )?(?P<kin>{CHILD})\b(?P<apart>\s?[,(:\"«-]+)?\s*"
    r"(?:aine+s?\b|cadet(?:te)?s?\b|de \d+ ans\b,?)?\s*"
    r"(?:(?:qui |who )?(?:s'appelle(?:nt)?|se nomme(?:nt)?|se prenomme|est nommee?|sont|nommee?s?|appelee?s?|prenommee?s?|is called"
    r"|is named|are named|named|called|is|are|est|c'est|'s name is|names are|who is)\b\s*:?)?[ (\"«:]*"
)
_PARENT_OF = re.compile(
    rf"(?:\b(?:je suis|moi|i'm|i am|as|en tant que|c'est|this is|suis)\s|[,\n(.-]\s*|^|[^\W\d_]\s)"
    rf"(?:la |le |the |un |une |a |l')?(?:{PARENT})(?: legale?)?\s(?:de |d'|of |to |a )"
    r"(?:l'eleve |l'enfant |la petite |le petit |my \w+ |mon \w+ )?(?=[^\W\d_])"
)
_NOT_ME = re.compile(r"(?:\b(?:avec|par|et|with|by|and|aussi|que|autre|other|ex)[ -])(?:la |le |the |l')?$")
_OF_MINE = re.compile(r"(?:^|[,(\n-]|\bi'm|\bi am|\bas|\bthis is)\s*(?=[^\W\d_])")
_S_PARENT = re.compile(rf"'s?\s(?:{PARENT})\b")
_IS_MINE = re.compile(
    rf"\s*(?:[,(-]\s*(?:ma|mon|my|notre|our)\s{CHILD}\s*(?:[,).]|$)|(?:est|is)\s(?:ma|mon|my|notre|our)\s{CHILD}\b)"
)
_CALLED = re.compile(
    r"\b(?:elle|il|she|he|l'autre|the other) (?:s'appelle|se nomme|se prenomme|is called|is named|'s called)\s*:?\s*"
)
_FOR = re.compile(
    r"\b(?:pour|for|concernant|regarding|about|au sujet de|a propos de|(?:compte|dossier|code|acces) (?:de|d'|of|for))\s*"
    r"(?:l'eleve |l'enfant |student )?"
)
_BORN = re.compile(
    rf"\s*(?:[,(-]\s*|is |est |was )?(?:{BORN}|ddn\b|dob\b|d\.o\.b|date de naissance|date of birth|\d{{1,2}} ans\b)"
)
_AND_MY_CHILD = re.compile(rf"[\s,;(-]*(?:et |and )?(?:ma|mon|my|notre|our) (?:\w+ )?{CHILD}\b[\s,:(]*")
_LINE_START = re.compile(r"(?:^|\n)\s*")
_ROLE_BESIDE = re.compile(r"(?:^|[\n,;/(])\s*(?:enfant|eleve|child|student|fille|fils|son|daughter)\s+")
_OF_STAFF = re.compile(rf"\b(?:{STAFF}\w*|{PARENT})\s(?:de |d'|of |for |a )$")
_CLOSING = re.compile(
    r"(?:\b(?:merci(?: (?:d'avance|beaucoup|infiniment|bien|pour [^,.!\n]{1,40}|de [^,.!\n]{1,50}|a vous))?"
    r"|(?:bien )?cordialement|bien a vous|sinceres? salutations|(?:meilleures )?salutations|respectueusement"
    r"|bonne (?:journee|soiree|fin de semaine|semaine)|a bientot|amicalement|sincerement"
    r"|thanks?(?: (?:you|so much|a lot|in advance|again|very much|for [^,.!\n]{1,40}))*"
    r"|(?:best |kind |warm )?regards|sincerely|best|cheers|respectfully|have a (?:nice|good|great) (?:day|evening))"
    r"\s*[,.!;-]*\s+|(?:\n|[.!?] )\s*(?:signe[e:]?\s*|-{1,2}\s?))"
)
_SENTENCE_END = re.compile(r"[.!?]\s+")
_AFTER_NAME = re.compile(
    rf"\s*(?:$|\n|[,(-]?\s*(?:(?:la |le |the |une? |a )?(?:{PARENT})\b)|[,.!]\s*(?:$|\n)|\d|\+|\(|tel|cell)"
)


def spoken(on: Page) -> Iterator[Mention]:
    """Names that a sentence says whose they are, the surest first."""
    yield from _oneself(on)
    yield from _children(on)
    yield from _before(on)


def _oneself(on: Page) -> Iterator[Mention]:
    for match in _SELF.finditer(on.plain):
        name = read_name(on, match.end(), sure=not match["weak"] or bool(match["role"]))
        if name is None and match["weak"]:
            name = read_name(on, match.end())
            if name and not (len(name.words) > 1 and _APPOSED.match(on.plain, name.span.end)):
                name = None
        if name is None or on.plain.startswith("'s", name.span.end):
            continue
        if _means_oneself(on, match, name):
            last_only = match["title"] and len(name.words) == 1
            yield Mention(Who.PARENT, *split_name(on, name, last_first=bool(last_only)))


def _means_oneself(on: Page, cue: re.Match[str], name: Name) -> bool:
    """ "I am" and "c'est" begin many sentences: a name after them needs more to be the writer's."""
    if cue["strong"] or _APPOSED.match(on.plain, name.span.end):
        return True
    if cue["weak"].startswith(("c'est", "it's")):
        return (
            len(name.words) > 1
            and _GREETED.search(on.plain[max(0, cue.start() - _NEAR) : cue.start()]) is not None
        )
    return len(name.words) > 1 or bool(cue["title"] or cue["role"])


def _children(on: Page) -> Iterator[Mention]:
    for match in _MY_CHILD.finditer(on.plain):
        if match["apart"] and _OF_STAFF.search(on.plain, max(0, match.start() - 30), match.start()):
            continue
        several = match["kin"].endswith(("s", "x", "ren")) and match["kin"] not in {"fils", "petit-fils"}
        for name in read_names(on, match.end(), several=several):
            yield Mention(Who.CHILD, *split_name(on, name))
    for match in _PARENT_OF.finditer(on.plain):
        if not _NOT_ME.search(on.plain[max(0, match.start() - 12) : match.start() + 1] + " "):
            yield from (Mention(Who.CHILD, *split_name(on, one)) for one in read_names(on, match.end()))
    for match in _CALLED.finditer(on.plain):
        called = read_name(on, match.end())
        if called:
            yield Mention(Who.CHILD, *split_name(on, called))


def _before(on: Page) -> Iterator[Mention]:
    """Names that what stands around them explains: "Liam's mother", "Aïcha, ma fille", "Aïcha Roy, née le …"."""
    for name in (*_of_mine(on), *_with_a_role(on)):
        yield Mention(Who.CHILD, *split_name(on, name))
    for match in _LINE_START.finditer(on.plain):
        head = read_name(on, match.end())
        mine = _AND_MY_CHILD.match(on.plain, head.span.end) if head else None
        if head and mine and len(head.words) > 1 and read_name(on, mine.end()):
            yield Mention(Who.PARENT, *split_name(on, head))


def _of_mine(on: Page) -> Iterator[Name]:
    for match in _OF_MINE.finditer(on.plain):
        name = read_name(on, match.end())
        if name and _S_PARENT.match(on.plain, name.span.end):
            yield name
    for name in _capitalised(on):
        if _IS_MINE.match(on.plain, name.span.end) or _BORN.match(on.plain, name.span.end):
            yield name


def _with_a_role(on: Page) -> Iterator[Name]:
    for pattern in (_ROLE_BESIDE, _FOR):
        for match in pattern.finditer(on.plain):
            name = read_name(on, match.end(), sure=False)
            if name and len(name.words) > 1:
                yield name


def _capitalised(on: Page) -> Iterator[Name]:
    """Every name with capitals, but for those greeted."""
    until = 0
    for match in re.finditer(r"(?:^|(?<=[\s(,:']))(?=[^\W\d_])", on.plain):
        if match.end() < until:
            continue
        name = read_name(on, match.end(), sure=False)
        if name:
            until = name.span.end
            if match.end() == 0 or not _GREETED.search(on.plain[max(0, match.end() - _NEAR) : match.end()]):
                yield name


def signed(on: Page) -> Mention | None:
    """The name under the letter, after a closing or alone on the last lines."""
    for match in reversed(list(_CLOSING.finditer(on.plain))):
        mention = _signature(on, match.end(), sure="\n" in match.group())
        if mention:
            return mention
    for match in reversed(list(_SENTENCE_END.finditer(on.plain))):
        mention = _signature(on, match.end(), least=2)
        if mention and mention.end >= len(on.plain.rstrip()) - 1:
            return mention
    lines = [line for line in re.finditer(r"[^\n]+", on.plain) if line.group().strip()]
    for line in lines[:0:-1][:3]:
        start = line.start() + len(line.group()) - len(line.group().lstrip())
        mention = _signature(on, start, least=2)
        if mention:
            return mention
    return None


def _signature(on: Page, start: int, *, sure: bool = False, least: int = 1) -> Mention | None:
    title = re.compile(rf"{TITLE}\s*").match(on.plain, start)
    name = read_name(on, title.end() if title else start, sure=sure)
    if name is None or len(name.words) < least or not _AFTER_NAME.match(on.plain, name.span.end):
        return None
    last_only = bool(title) and len(name.words) == 1
    return Mention(Who.PARENT, *split_name(on, name, last_first=last_only))
