"""One mail appended to the mailbox → its answer at the sink, by push; milliseconds."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from benchmarks.contenders import bare, guichet, while_alive
from benchmarks.report import Figure, figure
from benchmarks.town import Town, town

P50_GOAL = 2.5
P99_GOAL = 4.0


async def measure(quick: bool) -> list[Figure]:
    """Half the way there and back of one mail at a time: median and 99th percentile."""
    mails = 40 if quick else 300
    with tempfile.TemporaryDirectory() as directory:
        async with town() as running:
            await running.reset()
            async with bare("echo", running, Path(directory), mails) as process:
                echo = await _one_by_one(running, process, mails)
            await running.reset()
            async with guichet(running, Path(directory)) as process:
                ours = await _one_by_one(running, process, mails)
    return [
        *(
            figure(f"echo loop, {name}", "ms", [_percentile(echo, at)])
            for name, at in (("p50", 50), ("p99", 99))
        ),
        _compared("p50", 50, ours, echo, P50_GOAL),
        _compared("p99", 99, ours, echo, P99_GOAL),
    ]


def _compared(name: str, at: int, ours: list[float], echo: list[float], goal: float) -> Figure:
    ratio = _percentile(ours, at) / _percentile(echo, at)
    return figure(
        f"guichet, {name}", "ms", [_percentile(ours, at)],
        ratio_to_limit=ratio, goal=f"≤ {goal} × echo", goal_met=ratio <= goal,
    )  # fmt: skip


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


async def _one_by_one(running: Town, process: asyncio.subprocess.Process, mails: int) -> list[float]:
    times = []
    for number in range(1, mails + 1):
        put = await running.fill(1)
        times.append((await while_alive(process, running.wait(number)) - put) * 1000)
    return times
