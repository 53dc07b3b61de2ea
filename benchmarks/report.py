"""What a measurement says, and how it is shown."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.table import Table

SHOWN_VERSIONS = ("aioimaplib", "aiosmtplib", "sqlalchemy", "psycopg")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table, with its ratios to the peer and to the machine's own limit, of the same run."""

    name: str
    unit: str
    median: float
    spread: float
    """(largest - smallest) / median of the rounds."""
    ratio_to_peer: float | None = None
    ratio_to_limit: float | None = None
    goal: str = ""
    goal_met: bool | None = None


def figure(name: str, unit: str, rounds: Sequence[float], **ratios: float | str | bool | None) -> Figure:
    """A figure from the values of its rounds."""
    median = statistics.median(rounds)
    spread = (max(rounds) - min(rounds)) / median if median else 0.0
    return Figure(name, unit, median, spread, **ratios)  # type: ignore[arg-type]  # the names are Figure's own


def show(name: str, figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print the figures for a person, or as one JSON object: the last figure with a goal, and all of them."""
    if as_json:
        sys.stdout.write(json.dumps(_told(name, figures)) + "\n")
        return
    table = Table(caption=_machine())
    for heading in ("what", "median", "unit", "spread", "× peer", "× limit", "goal", "met"):
        table.add_column(heading, justify="right" if heading in ("median", "spread") else "left")
    for each in figures:
        met = "" if each.goal_met is None else "yes" if each.goal_met else "no"
        table.add_row(
            each.name,
            f"{each.median:,.1f}",
            each.unit,
            f"{each.spread:.0%}",
            _ratio(each.ratio_to_peer),
            _ratio(each.ratio_to_limit),
            each.goal,
            met,
        )
    Console().print(table)


def _told(name: str, figures: Sequence[Figure]) -> dict[str, Any]:
    goals = [each for each in figures if each.goal_met is not None] or list(figures)
    met = all(each.goal_met for each in goals)
    return {**asdict(goals[-1]), "name": name, "goal_met": met, "figures": [asdict(each) for each in figures]}


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in SHOWN_VERSIONS)
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; {libraries}"
