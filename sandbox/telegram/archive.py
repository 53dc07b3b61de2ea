"""What keeps the chats over a restart: a file of lines, each one thing that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Archive:
    """Lines of kind and content in `file`; with None nothing is kept."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def lines(self) -> Iterator[tuple[str, Any]]:
        """All that was kept, oldest first. A last line that a kill cut short does not count."""
        if self._file is None or not self._file.exists():
            return
        raw = self._file.read_bytes()
        if raw and not raw.endswith(b"\n"):
            self._append(b"")  # or the next line would be lost with the broken one
        for line in raw.splitlines():
            try:
                kind, content = json.loads(line)
            except ValueError:
                continue
            yield kind, content

    def keep(self, kind: str, content: object) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._append(json.dumps([kind, content]).encode())

    def _append(self, line: bytes) -> None:
        if self._file is not None:
            with self._file.open("ab") as file:
                file.write(line + b"\n")
