"""Mails that wait in one IMAP server → recognised, logged, answered at an SMTP sink; mails a second.

The bot starts on the full mailbox and its start is counted; the peer and the limit are up before.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.contenders import bare, guichet, helpdesk, helpdesk_python, while_alive
from benchmarks.report import Figure, figure
from benchmarks.town import Town, town

PEER_GOAL = 15.0
LIMIT_GOAL = 0.5


async def measure(quick: bool) -> list[Figure]:
    """Mails a second for each size of backlog; the peer only at the smallest, where it is quickest."""
    python = await helpdesk_python()
    sizes, rounds = ((300,), 1) if quick else ((300, 3000), 3)
    async with town() as running:
        peer = [await _helpdesk(python, running, sizes[0] if not quick else 100) for _ in range(rounds)]
        figures = [figure("django-helpdesk get_email", "mails/s", peer)]
        for size in sizes:
            limit = [await _bare(running, size) for _ in range(rounds)]
            ours = [await _guichet(running, size) for _ in range(rounds)]
            figures += _compared(size, ours, peer, limit)
    return figures


def _compared(size: int, ours: list[float], peer: list[float], limit: list[float]) -> list[Figure]:
    own, others, bound = (figure("", "", rounds).median for rounds in (ours, peer, limit))
    met = own / others >= PEER_GOAL and own / bound >= LIMIT_GOAL
    goal = f"≥ {PEER_GOAL:.0f} × peer, ≥ {LIMIT_GOAL} × limit"
    return [
        figure(f"bare loop, {size} mails", "mails/s", limit),
        figure(
            f"guichet, {size} mails", "mails/s", ours,
            ratio_to_peer=own / others, ratio_to_limit=own / bound, goal=goal, goal_met=met,
        ),
    ]  # fmt: skip


async def _guichet(running: Town, size: int) -> float:
    await running.reset()
    await running.fill(size)
    with tempfile.TemporaryDirectory() as directory:
        start = time.monotonic()
        async with guichet(running, Path(directory)) as process:
            return size / (await while_alive(process, running.wait(size)) - start)


async def _bare(running: Town, size: int) -> float:
    await running.reset()
    await running.fill(size)
    with tempfile.TemporaryDirectory() as directory:
        async with bare("backlog", running, Path(directory), size) as process:
            start = time.monotonic()
            return size / (await while_alive(process, running.wait(size)) - start)


async def _helpdesk(python: Path, running: Town, size: int) -> float:
    await running.reset()
    await running.fill(size)
    with tempfile.TemporaryDirectory() as directory:
        async with helpdesk(python, running, Path(directory)) as process:
            assert process.stdin
            start = time.monotonic()
            process.stdin.write(b"\n")
            await process.stdin.drain()
            return size / (await while_alive(process, running.wait(size)) - start)
