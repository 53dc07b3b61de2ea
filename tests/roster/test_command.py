"""`guichet roster import`, as the operator runs it: its answer, its exit code, and `--approve`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.store.database import Database
from bot.store.schema import contacts, roster_imports
from tests.roster.boards import SETTINGS, Board, Registry, families

Command = Callable[..., int]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(Database(f"sqlite:///{tmp_path}/guichet.db"), tmp_path)


@pytest.fixture
def command(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(registry.folder)
    monkeypatch.setenv("GUICHET_DATABASE_URL", registry.database.url)
    monkeypatch.setenv("GUICHET_SECRET_KEY", SETTINGS.secret_key)
    return lambda *arguments: main([*map(str, ("roster", "import", *arguments))])


def other_addresses() -> Board:
    board = families(3)
    board.change("users.csv", "p1", email="other@famille.example")
    return board


def test_a_bundle_that_looks_wrong_waits_until_somebody_puts_their_name_to_it(
    registry: Registry, command: Command
) -> None:
    first, second = registry.path(families(3)), registry.path(other_addresses())
    assert command(first) == 0
    assert command(second) == 1
    assert registry.one(contacts, "p1")["email"] == "parent1@famille.example"
    assert command(second, "--approve", "Chantal") == 0
    assert registry.one(contacts, "p1")["email"] == "other@famille.example"
    assert [row["approved_by"] for row in registry.rows(roster_imports)] == [None, None, "Chantal"]


def test_a_dry_run_says_what_would_be_held_and_keeps_nothing(registry: Registry, command: Command) -> None:
    first, second = registry.path(families(3)), registry.path(other_addresses())
    assert command(first, "--dry-run") == 0
    assert registry.rows(contacts) == []
    assert command(first) == 0
    assert command(second, "--dry-run") == 1
    assert len(registry.rows(roster_imports)) == 1


def test_a_finding_is_shown_with_its_file_line_and_column(
    registry: Registry, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    board = families(2)
    board.change("users.csv", "p2", email="nobody")
    command(registry.path(board))
    [line] = [line for line in capsys.readouterr().out.splitlines() if "users.csv" in line]
    assert {"users.csv", "5", "email"} <= set(line.split())


def test_a_broken_bundle_is_told_in_one_line_and_not_as_a_traceback(
    registry: Registry, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    files = families(1).files()
    files["users.csv"] = b"\xff"
    assert command(registry.path(files)) == 2
    told = capsys.readouterr().err.strip()
    assert "users.csv" in told
    assert "Traceback" not in told
