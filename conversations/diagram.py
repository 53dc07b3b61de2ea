"""The table as a page for people: `python -m conversations.diagram > docs/conversation.md`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from conversations.flows.moves import Move
from conversations.machine import TABLE, Row
from conversations.model import Stage

_MEANS = {
    Stage.NEW: "nothing was asked yet",
    Stage.CLARIFYING: "the request was not clear: a question with the likeliest readings",
    Stage.COLLECTING: "facts are asked for",
    Stage.CONFIRMING: "the facts are read back (in a chat)",
    Stage.PROMISED: "the uniform answer was given; the e-mail may be on its way",
    Stage.GUIDING: "the guide answered; more remedies are ready",
    Stage.DETAILING: "one question collects what staff need",
    Stage.WITH_STAFF: "a person has the word",
    Stage.CLOSED: "finished; whatever is written next opens it again",
}
_HEAD = """\
# How a conversation goes

This page is made from the table in `conversations/machine.py` by `python -m conversations.diagram`;
a test fails when the two differ. A *stage* is where a conversation stands, seen from the parent's
side; a *move* is what somebody said, understood in context, or what time or staff did. What the
roster says of a family is no move: it changes nothing here.

When a second request waited behind the first, it is served in the same turn, as if it had been made
next.
"""
_NOTE = """\
Left out of the picture: arrows that stay where they are, the ways to a person (asking for one, a
third language, not understood twice, remedies used up, limits) and to the end (cancelling, staff).
They stand in the tables below.
"""
_NAMED = 3
"""Moves named on an arrow; the tables name them all."""

_UNDRAWN = frozenset(
    {
        Move.HUMAN,
        Move.OTHER_LANGUAGE,
        Move.CANCEL,
        Move.STAFF_TOOK,
        Move.STAFF_WROTE,
        Move.RESOLVED,
        Move.CHOICE,
    }
)


def page() -> str:
    """The whole page, in Markdown with one Mermaid diagram."""
    parts = [_HEAD, _diagram(), _NOTE, *(_chapter(stage) for stage in Stage)]
    return "\n".join(parts)


def _diagram() -> str:
    arrows: defaultdict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    for (stage, move), row in TABLE.items():
        for target in sorted(row.leads_to, key=tuple(Stage).index):
            if target not in {stage, Stage.WITH_STAFF} and move not in _UNDRAWN:
                arrows[stage, target].append(move.value)
    drawn = (
        f"    {stage.value} --> {target.value}: {_label(moves)}" for (stage, target), moves in arrows.items()
    )
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> new", *drawn, "```", ""])


def _label(moves: list[str]) -> str:
    return ", ".join(moves[:_NAMED]) + (" …" if len(moves) > _NAMED else "")


def _chapter(stage: Stage) -> str:
    head = (f"## {stage.value}", "", f"{_MEANS[stage].capitalize()}.", "")
    return "\n".join(
        (*head, "| moves | what is done | leads to | why |", "|---|---|---|---|", *_lines(stage), "")
    )


def _lines(stage: Stage) -> Iterator[str]:
    grouped: defaultdict[Row, list[str]] = defaultdict(list)
    for move in Move:
        grouped[TABLE[stage, move]].append(move.value)
    for row, moves in grouped.items():
        done = (row.handler.__doc__ or "").split("\n")[0]
        targets = ", ".join(each.value for each in Stage if each in row.leads_to)
        yield f"| {', '.join(moves)} | {done} | {targets} | {row.why} |"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is what this command is for
