"""Whether something typed is what stands in a record. No spelling distance anywhere."""

from __future__ import annotations

from conversations.words.form import Refusal
from conversations.words.names import DROPPED, GLUED, bare_parts_of, parts_of, refused_for_form, words_of

SHORTEST_PART = 3
"""Letters that one part of a compound needs to stand for all of it."""


def same_name(typed: str, on_file: str) -> bool:
    """Whether a typed name is the one on file.

    Equal but for accents, case, spaces, hyphens, apostrophes and particles; in any order of a
    compound; or one whole part of the compound on file. Longer than the one on file never is.
    """
    if refused_for_form(typed) is Refusal.MIXED_SCRIPTS:
        return False
    words, filed = words_of(typed), words_of(on_file)
    if not words or not filed:
        return False
    same_letters = "".join(words) == "".join(filed)
    same_parts = sorted(parts_of(typed)) == sorted(parts_of(on_file))
    same_bare = sorted(bare_parts_of(typed)) == sorted(bare_parts_of(on_file))
    if same_letters or same_parts or (same_bare and not _only_particles(words)):
        return True
    return _is_part(typed, on_file)


def _is_part(typed: str, on_file: str) -> bool:
    """One part stands for a compound of several; a particle, or two letters, for none."""
    if _only_particles(words_of(typed)):
        return False
    for parts in (parts_of, bare_parts_of):
        mine, filed = parts(typed), parts(on_file)
        if len(mine) == 1 < len(filed) and len(mine[0]) >= SHORTEST_PART and mine[0] in filed:
            return True
    return False


def _only_particles(words: tuple[str, ...]) -> bool:
    return all(word in DROPPED or word in GLUED for word in words)


def same_any(typed: str, on_file: tuple[str, ...]) -> bool:
    """Whether a typed name is one of the names that the file itself gives (preferred names)."""
    return True in [same_name(typed, name) for name in on_file]
