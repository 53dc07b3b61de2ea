"""A mail cut into the sentences that can hold a request."""

from __future__ import annotations

import re

LONGEST_TEXT = 8192
"""Characters considered; nobody's request begins after them."""
MOST_SENTENCES = 60

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_END = re.compile(r"(?<=[.!?…])\s+|\n+|;\s")
_LETTER = re.compile(r"[^\W\d_]")
_CEREMONY = re.compile(
    r"\W*(?:bonjour|bonsoir|salut|allo|hello|hi|hey|good (?:morning|afternoon|evening)|dear|ch[eè]re?s?|madame|monsieur"
    r"|mesdames|messieurs|cordialement|bien cordialement|salutations|merci(?: beaucoup| d'avance| bien)?|thanks?(?: you)?"
    r"|thank you(?: so much| in advance)?|(?:best|kind) regards|regards|sincerely|bonne journ[ée]e|au revoir"
    r"|sent from my \w+|envoy[ée] de mon \w+|to whom it may concern|hope you are (?:well|doing well)"
    r"|j'esp[eè]re que vous allez bien|have a (?:nice|good) day)\b"
    r"(?:\W+(?:[A-ZÀ-Ý][\w'’-]*|madame|monsieur|mme|mr?|team|sir|madam|l'[ée]quipe|à (?:tous|vous)|all|there|et|and|ou"
    r"|merci|d'avance|in advance|beaucoup|pour votre aide|for your help))*\W*"
)
"""A line that only greets, thanks or signs."""
_WHAT_NOW = re.compile(
    r"\W*(?:mais |et |alors |donc |so |but |and )?(?:que (?:dois|puis|devrais)[- ]je faire|qu'est-ce que je (?:dois faire|fais)|que faire"
    r"|comment (?:dois-je )?(?:faire|proc[ée]der)|pouvez-vous m'aider|aidez-moi"
    r"|what (?:do|should|can) i do|what now|(?:can|could) you (?:please )?help(?: me)?|please help(?: me)?|(?:any )?help)"
    r"(?: (?:maintenant|now|please|svp|s'il vous pla[iî]t|d'abord))*\W*",
    re.IGNORECASE,
)
"""A question that names no matter: the sentence before it does."""


def tidied(text: str) -> str:
    """The part of a text that is considered, without invisible characters."""
    return _INVISIBLE.sub("", text[:LONGEST_TEXT]).replace("\u2019", "'").strip()


def sentences(text: str) -> list[str]:
    """The sentences of a tidied text that say something: no greeting, no signature, no bare "what now?"."""
    found = []
    for piece in _END.split(text, MOST_SENTENCES)[:MOST_SENTENCES]:
        sentence = piece.strip()
        if len(_LETTER.findall(sentence)) > 1 and not (
            is_ceremony(sentence) or _WHAT_NOW.fullmatch(sentence)
        ):
            found.append(sentence)
    return found


def is_ceremony(sentence: str) -> bool:
    """Whether a line only greets, thanks or signs."""
    if len(sentence) > 100:
        return False
    return bool(_CEREMONY.fullmatch(sentence[:1].lower() + sentence[1:] if sentence else sentence))
