"""What the model sees of a text; training and running share these few lines, so they cannot differ."""

from __future__ import annotations

import itertools
import re

from conversations.words.flat import flat

_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_MARKUP = re.compile(r"<[^<>]{0,300}>")
_BLOB = re.compile(r"\S{48,}")
_DIGIT = re.compile(r"[0-9]")
_TOKEN = re.compile(r"[a-z0-9]+|\?")
_LONGEST_WORD = 24
_SHORTEST_PART, _LONGEST_PART = 2, 5


def plain(text: str) -> str:
    """Lower case without accents; markup, addresses, links and blobs are named instead of spelt."""
    text = text.replace("œ", "oe").replace("Œ", "OE")
    text = _MARKUP.sub(" ", text)
    text = _LINK.sub(" zlink ", text)
    text = _ADDRESS.sub(" zaddress ", text)
    text = _BLOB.sub(" zblob ", text)
    return _DIGIT.sub("0", flat(text))


def words(text: str) -> list[str]:
    """The words of a plain text."""
    return [token[:_LONGEST_WORD] for token in _TOKEN.findall(text)]


def word_terms(text: str) -> list[str]:
    """Words and pairs of neighbours."""
    single = words(plain(text))
    return single + [f"{left} {right}" for left, right in itertools.pairwise(single)]


def part_terms(text: str) -> list[str]:
    """The pieces of 2 to 5 letters of each word, its edges included: what survives a typo."""
    pieces: list[str] = []
    for word in words(plain(text)):
        edged = f"\t{word}\t"
        for size in range(_SHORTEST_PART, min(_LONGEST_PART, len(edged)) + 1):
            pieces += [edged[start : start + size] for start in range(len(edged) - size + 1)]
    return pieces
