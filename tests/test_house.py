"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "conversations", "sandbox")
PROGRAMS = frozenset({"__main__.py", "env.py", "train.py"})
"""Run, never imported: commands, Alembic's own, and what makes the model with the `build` group at hand."""
LONGEST_MODULE = 400
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

HOSTS_AND_PLACES = re.compile(
    rb"/wor[k]/|/roo[t]/|/home/\w+/|pypi[.]org|pythonhosted[.]org|npmjs[.]|deb[.]debian", re.IGNORECASE
)
AN_IGNORE = re.compile(
    r"#\s*(?:type:\s*ignore(?:\[[\w,\s-]*\])?|noqa(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?|pragma: no \w+)(?P<why>.*)"
)
VAGUE = re.compile(r"(Manager|Helper|Utils?|Service|Impl)$")
PURE = frozenset(
    """__future__ array bisect collections dataclasses datetime difflib enum functools hashlib heapq
    html importlib itertools json math operator pathlib re string struct textwrap tomllib types typing
    unicodedata zoneinfo conversations numpy rapidfuzz""".split()
)
HEAVY = frozenset(
    """aioimaplib aiogram aiosmtpd aiosmtplib alembic asyncio cryptography inscriptis lxml numpy psycopg pymap
    quotequail rapidfuzz rich sqlalchemy starlette uvicorn""".split()
)


@cache
def ours() -> tuple[Path, ...]:
    """Every file that a commit would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(file for name in listed.split("\0") if name and (file := ROOT / name).is_file())


def python_files() -> list[Path]:
    return [file for file in ours() if file.suffix == ".py"]


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def modules_of(*packages: str) -> list[Path]:
    return [
        file
        for file in python_files()
        if file.relative_to(ROOT).parts[0] in packages and file.name not in PROGRAMS
    ]


def module_names() -> Iterator[str]:
    for file in modules_of(*PACKAGES):
        parts = file.relative_to(ROOT).with_suffix("").parts
        if "migrations" not in parts:
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh Python that ended well, with what it printed."""
    done = subprocess.run(
        [sys.executable, "-B", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done


def test_no_module_outgrows_one_reading() -> None:
    lengths = {named(file): len(file.read_text().splitlines()) for file in python_files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_file_names_this_machine_or_where_packages_came_from() -> None:
    found = {named(file): HOSTS_AND_PLACES.search(file.read_bytes()) for file in ours()}
    assert {name: match.group() for name, match in found.items() if match} == {}


def test_every_ignore_says_why() -> None:
    unreasoned = [
        f"{named(file)}:{number}: {line.strip()}"
        for file in python_files()
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if (match := AN_IGNORE.search(line)) and not re.search(r"\w\W+\w", match["why"])
    ]
    assert unreasoned == []


def test_every_rule_of_the_linter_left_out_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text.partition("\nignore = [\n")[2].partition("\n]")[0]
    assert block
    assert [line for line in block.splitlines() if "#" not in line] == []


def test_no_class_has_a_name_that_says_nothing() -> None:
    classes = [
        (named(file), node.name)
        for file in python_files()
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    assert classes == []


def test_the_core_imports_nothing_that_can_touch_the_world() -> None:
    imported = {
        (named(file), name)
        for file in modules_of("conversations")
        for name in imports_of(file)
        if name.partition(".")[0] not in PURE
    }
    assert imported == set()


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_importing_a_module_reads_opens_and_connects_nothing() -> None:
    assert python("-m", "tests.import_probe", *sorted(module_names())).stdout == ""


def test_the_command_answers_before_anything_heavy_is_loaded() -> None:
    program = (
        "import atexit, sys, bot.cli; atexit.register(lambda: print(*sys.modules)); bot.cli.main(['--help'])"
    )
    loaded = python("-c", program).stdout.splitlines()[-1].split()
    assert "bot.cli" in loaded
    assert HEAVY.intersection(loaded) == set()


def test_the_change_log_has_a_place_for_what_comes_next() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text().splitlines()


def test_the_readme_names_the_two_commands_that_a_newcomer_needs() -> None:
    lines = {line.strip() for line in (ROOT / "README.md").read_text().splitlines()}
    assert {"./dev guichet demo", "./dev pytest"} <= lines


# Requirements: what pyproject.toml asks for is what the pinned files hold.

PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(name: str) -> dict[str, str]:
    """Canonical name → version, of one file of requirements/, every line of it with its hashes."""
    text = (ROOT / "requirements" / name).read_text()
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=[^\s#])", text.strip()):
        pin = PIN.match(entry)
        assert pin, entry
        assert HASH.search(entry), entry
        found[canonicalize_name(pin[1])] = pin[2]
    return found


def asked(*lists: list[str]) -> list[Requirement]:
    requirements = [Requirement(line) for line in chain(*lists)]
    return [one for one in requirements if one.name != PROJECT["project"]["name"]]


def groups(*names: str) -> list[str]:
    """The plain requirements of these dependency groups; included groups are named apart."""
    return [one for name in names for one in PROJECT["dependency-groups"][name] if isinstance(one, str)]


EXTRAS = PROJECT["project"]["optional-dependencies"]
WANTED = {
    "run.txt": asked(PROJECT["project"]["dependencies"]),
    "dev.txt": asked(PROJECT["project"]["dependencies"], *EXTRAS.values(), groups("build", "check", "dev")),
    "tools.txt": asked(groups("tools")),
}


@pytest.mark.parametrize("name", WANTED)
def test_what_the_project_asks_for_is_pinned_by_hash(name: str) -> None:
    pinned = pins(name)
    unmet = [
        str(one)
        for one in WANTED[name]
        if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0"))
    ]
    assert unmet == [], "run ./dev requirements/remake"


def test_production_runs_on_what_was_tested() -> None:
    tested = pins("dev.txt")
    assert {name: version for name, version in pins("run.txt").items() if tested.get(name) != version} == {}


@pytest.mark.parametrize(
    ("packages", "allowed"),
    [
        (("bot", "conversations"), WANTED["run.txt"]),
        (("sandbox",), [*WANTED["run.txt"], *asked(EXTRAS["demo"])]),
    ],
)
def test_what_the_code_imports_is_asked_for_by_name(
    packages: tuple[str, ...], allowed: list[Requirement]
) -> None:
    distributions = packages_distributions()
    names = {canonicalize_name(one.name) for one in allowed}
    strays = {
        (named(file), module)
        for file in modules_of(*packages)
        for module in imports_of(file)
        if (top := module.partition(".")[0]) not in {*sys.stdlib_module_names, *PACKAGES}
        and not names.intersection(map(canonicalize_name, distributions.get(top, ())))
    }
    assert strays == set()


def test_every_library_has_the_one_room_that_may_use_it() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    protected = {module for contract in contracts for module in contract.get("protected_modules", ())}
    modules = packages_distributions()
    homeless = {
        module
        for one in WANTED["run.txt"]
        for module, distributions in modules.items()
        if canonicalize_name(one.name) in map(canonicalize_name, distributions) and not module.startswith("_")
    } - protected
    # zoneinfo finds tzdata by itself: no line of ours names it.
    assert homeless == {"tzdata"}, "give it a `protected` contract in pyproject.toml"
