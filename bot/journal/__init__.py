"""The journal's hash chain: what a row is made of, and how a change to it is found."""

from bot.journal.chain import (
    FIRST_SEQ,
    GENESIS,
    Actor,
    Anchor,
    Chain,
    Entry,
    Flaw,
    Link,
    Report,
    canonical,
    seal,
)

__all__ = [
    "FIRST_SEQ",
    "GENESIS",
    "Actor",
    "Anchor",
    "Chain",
    "Entry",
    "Flaw",
    "Link",
    "Report",
    "canonical",
    "seal",
]
