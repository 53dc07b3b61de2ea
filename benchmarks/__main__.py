"""`python -m benchmarks NAME [--quick] [--json]`: medians, spread and ratios, side by side in one run."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module

from benchmarks.report import Figure, show

NAMES = ("backlog", "latency", "turns")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="under 40 seconds, with wider spread")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args()
    measure: Callable[[bool], Awaitable[list[Figure]]] = import_module(f"benchmarks.{arguments.name}").measure
    figures = asyncio.run(_all(measure, arguments.quick))
    show(arguments.name, figures, as_json=arguments.json)


async def _all(measure: Callable[[bool], Awaitable[list[Figure]]], quick: bool) -> list[Figure]:
    return await measure(quick)


if __name__ == "__main__":
    main()
