"""How phones, haste and missing accents change a sentence: extra copies of each training line."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b

_SHORT = {
    "je": "j", "pas": "po", "que": "ke", "pour": "pr", "vous": "vs", "nous": "ns", "toujours": "tjr", "avec": "ac",
    "merci": "mrc", "bonjour": "bjr", "besoin": "bsn", "parce": "pcq", "quelque": "qq", "quand": "qd", "est": "é",
    "c'est": "c", "j'ai": "g", "sécurité": "secu", "problème": "pb", "message": "msg", "beaucoup": "bcp",
    "comment": "cmt", "plus": "+", "rien": "ri1", "maintenant": "mtn", "rendez-vous": "rdv", "courriel": "couriel",
    "svp": "stp", "you": "u", "your": "ur", "are": "r", "please": "pls", "thanks": "thx", "because": "bc", "to": "2",
    "for": "4", "password": "pwd", "security": "secu", "don't": "dont", "can't": "cant", "didn't": "didnt",
    "account": "acct", "people": "ppl", "email": "emial", "received": "recieved", "message.": "msg",
    "compte": "cpte", "enfant": "enf", "numéro": "no", "très": "tres", "jamais": "jms", "quoi": "koi", "qui": "ki",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{4,}")


def copies(text: str) -> list[str]:
    """Four ways of typing `text` badly; the same text always gives the same four."""
    return [
        _swapped(text, "swap"),
        _short(text),
        _dropped(text, "drop"),
        _doubled(_swapped(_short(text), "again"), "double"),
    ]


def _short(text: str) -> str:
    return " ".join(_SHORT.get(word.lower(), word) for word in text.split(" "))


def _swapped(text: str, salt: str) -> str:
    def swap(word: str, at: int) -> str:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _in_some_words(text, salt, swap)


def _dropped(text: str, salt: str) -> str:
    return _in_some_words(text, salt, lambda word, at: word[:at] + word[at + 1 :])


def _doubled(text: str, salt: str) -> str:
    return _in_some_words(text, salt, lambda word, at: word[: at + 1] + word[at:])


def _in_some_words(text: str, salt: str, change: Callable[[str, int], str]) -> str:
    """`change` in about a third of the longer words, chosen by the words themselves."""

    def maybe(match: re.Match[str]) -> str:
        word = match[0]
        chance = int.from_bytes(blake2b(f"{salt}{match.start()}{word}".encode(), digest_size=4).digest())
        if chance % 3:
            return word
        return change(word, 1 + chance // 3 % (len(word) - 2))

    return _WORD.sub(maybe, text)
