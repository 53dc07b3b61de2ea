"""./dev, as far as it goes without a network: what it notices, what it says, what it leaves alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy whose .venv says that it is current; its Python is this one."""
    place = tmp_path / "a checkout"
    shutil.copytree(ROOT / "requirements", place / "requirements")
    for name in ("dev", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    programs = place / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    recipe = [
        place / "requirements" / "tools.txt",
        place / "requirements" / "dev.txt",
        place / "pyproject.toml",
    ]
    made_from = f"{place}\n".encode() + b"".join(file.read_bytes() for file in recipe)
    (place / ".venv" / "made-from").write_bytes(made_from)
    return place


def dev(
    checkout: Path, *command: str, python: str = "false", cwd: Path | None = None, says: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ./dev where only `python` may be used to make anything: by default a Python that is too old."""
    return subprocess.run(
        [checkout / "dev", *command],
        cwd=cwd or checkout,
        env={**os.environ, "PYTHON": python},
        input=says,
        check=False,
        capture_output=True,
        text=True,
    )


def one_line(text: str) -> bool:
    return text.startswith("dev: ") and text.count("\n") == 1


def test_a_checkout_that_is_current_runs_the_command_at_once(checkout: Path) -> None:
    assert dev(checkout, "python", "-c", "import sys; sys.exit(7)").returncode == 7


def test_the_command_gets_its_words_its_input_and_its_place_untouched(checkout: Path, tmp_path: Path) -> None:
    program = "import os, sys; print(sys.argv[1:], sys.stdin.read(), os.getcwd())"
    done = dev(checkout, "python", "-c", program, "two words", "", "*", cwd=tmp_path, says="é")
    assert (done.stdout, done.stderr) == (f"['two words', '', '*'] é {tmp_path}\n", "")


def test_the_environments_own_programs_come_first(checkout: Path) -> None:
    first = dev(checkout, "sh", "-c", 'echo "$PATH"').stdout.partition(":")[0]
    assert first == str(checkout / ".venv" / "bin")


@pytest.mark.parametrize("changed", ["requirements/dev.txt", "requirements/tools.txt", "pyproject.toml"])
def test_a_change_in_what_it_is_made_from_is_noticed(checkout: Path, changed: str) -> None:
    with (checkout / changed).open("a") as file:
        file.write("# newer\n")
    assert dev(checkout, "true").returncode == 2


def test_a_checkout_that_was_moved_is_noticed(checkout: Path, tmp_path: Path) -> None:
    moved = checkout.rename(tmp_path / "elsewhere")
    assert dev(moved, "true").returncode == 2


def test_an_environment_whose_python_is_gone_is_noticed(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "python").unlink()
    assert dev(checkout, "true").returncode == 2


def test_nothing_to_run_is_said_in_one_line(checkout: Path) -> None:
    done = dev(checkout)
    assert done.returncode == 2
    assert one_line(done.stderr)


def test_a_python_too_old_is_said_in_one_line(checkout: Path) -> None:
    (checkout / ".venv" / "made-from").unlink()
    done = dev(checkout, "true")
    assert done.returncode == 2
    assert one_line(done.stderr)


def test_a_missing_venv_module_is_said_in_one_line(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv" / "made-from").unlink()
    bare = tmp_path / "bare-python"
    bare.write_text('#!/bin/sh\ncase "$*" in *venv*) exit 1 ;; esac\n')
    bare.chmod(0o755)
    done = dev(checkout, "true", python=str(bare))
    assert done.returncode == 2
    assert one_line(done.stderr)
