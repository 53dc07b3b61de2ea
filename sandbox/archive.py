"""What keeps the town's mails over a restart: a folder a mailbox, a file a mail, in the order they came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote


class Archive:
    """Mails by address below `directory`; with None nothing is kept."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def addresses(self) -> list[str]:
        if self._directory is None or not self._directory.is_dir():
            return []
        return sorted(unquote(folder.name) for folder in self._directory.iterdir() if folder.is_dir())

    def mails(self, address: str) -> Iterator[bytes]:
        folder = self._folder(address)
        if folder is not None:
            for file in sorted(folder.glob("*.eml")):
                yield file.read_bytes()

    def keep(self, address: str, raw: bytes) -> None:
        folder = self._folder(address)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            number = sum(1 for _ in folder.glob("*.eml")) + 1
            partial = folder / f"{number:08}.part"
            partial.write_bytes(raw)
            partial.rename(folder / f"{number:08}.eml")

    def uid_validity(self, address: str, fresh: int) -> int:
        """The number that this mailbox had before, or `fresh`, kept from now on."""
        folder = self._folder(address)
        if folder is None:
            return fresh
        file = folder / "uidvalidity"
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(str(fresh))
        return int(file.read_text())

    def _folder(self, address: str) -> Path | None:
        # Without its dots escaped at the front, the address ".." would be the folder above.
        name = re.sub(r"^\.+", lambda dots: "%2E" * len(dots[0]), quote(address.casefold(), safe="@+"))
        return None if self._directory is None or not name else self._directory / name
