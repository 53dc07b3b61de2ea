"""Imports each module named on the command line and prints what it touched while doing so.

Run in a process of its own: an audit hook cannot be taken off again.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEVER = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "sqlite3.connect",
        "subprocess.Popen",
        "os.system",
    }
)
CODE = frozenset({".py", ".pyc", ".so"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def main(names: list[str]) -> None:
    current = ""

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if current and (event in NEVER or (event == "open" and _opens(*arguments))):
            sys.stdout.write(f"{current}: {event} {arguments}\n")

    sys.addaudithook(watch)
    for current in names:
        importlib.import_module(current)
    current = ""


def _opens(path: object, _mode: object, flags: object) -> bool:
    """Whether this is a file written, or one of our own read; Python reading code is no matter."""
    if not isinstance(path, str | bytes | os.PathLike) or not isinstance(flags, int):
        return False
    file = Path(os.fsdecode(path)).resolve()
    if flags & WRITING:
        return file != Path(os.devnull)
    ours = file.is_relative_to(ROOT) and ".venv" not in file.relative_to(ROOT).parts
    return ours and file.is_file() and file.suffix not in CODE


if __name__ == "__main__":
    main(sys.argv[1:])
