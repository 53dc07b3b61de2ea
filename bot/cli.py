"""The `guichet` command. Exit codes: 0 done, 1 found wanting, 2 used wrongly or cannot run.

Nothing heavy is imported before the chosen command needs it: `guichet --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import GuichetError, SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

CANNOT = 2
INTERRUPTED = 130
Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every foreseen trouble is one line on stderr that says how to mend it."""
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        return command(arguments)
    except SettingsError as error:
        for mistake in error.mistakes:
            _complain(mistake)
    except GuichetError as error:
        _complain(str(error))
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _complain(f"{error.strerror or error}{': ' + str(error.filename) if error.filename else ''}")
    return CANNOT


def _complain(mistake: str) -> None:
    print(f"guichet: {mistake}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guichet", description="The help line of the Portail Famille that answers by itself."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _demo(commands.add_parser("demo", help="try everything on this machine, nothing to configure"))
    _run(commands.add_parser("run", help="run the bot, by its settings"))
    commands.add_parser("check", help="try each connection and say how to mend it").set_defaults(
        command=_check
    )
    _roster(commands.add_parser("roster", help="import the board's families, or make a sample board"))
    commands.add_parser(
        "recognise", help='understand messages: JSON lines {"id","text"} in, JSON lines out'
    ).set_defaults(command=_recognise)
    _replay(
        commands.add_parser("replay", help="what would the bot do with this mail? Sends and stores nothing")
    )
    _audit(commands.add_parser("audit", help="prove that the journal is whole"))
    return parser


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port-base", type=int, default=8000, metavar="N", help="first of the ports (8000)")
    parser.add_argument("--fast", action="store_true", help="without the waits that are meant for people")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep everything here and go on from it")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which sample board (1)")
    parser.add_argument(
        "--roster", type=Path, metavar="PATH", help="a OneRoster bundle instead of the sample board"
    )
    parser.set_defaults(command=_run_demo)


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", metavar="PARTS", help="some parts only: mail,telegram,courier,console")
    parser.set_defaults(command=_run_bot)


def _roster(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="read a OneRoster bundle (folder or zip) into the database")
    bring.add_argument("path", type=Path, metavar="PATH")
    bring.add_argument("--dry-run", action="store_true", help="report only, store nothing")
    bring.add_argument(
        "--approve", metavar="NAME", help="your name: import a bundle that was held for approval"
    )
    bring.set_defaults(command=_import_roster)
    sample = actions.add_parser("sample", help="write a believable board to try things with")
    sample.add_argument("directory", type=Path, metavar="DIR")
    sample.add_argument("--families", type=int, default=60, metavar="N")
    sample.add_argument("--seed", type=int, default=1, metavar="S")
    sample.set_defaults(command=_sample_roster)


def _replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a mail as .eml, or an update of Telegram as .json"
    )
    parser.set_defaults(command=_replay_mail)


def _audit(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="exit 0 sound, 1 broken, 2 cannot tell")
    verify.add_argument("--from", dest="start", type=int, metavar="SEQ", help="first row to look at")
    verify.set_defaults(command=_verify_journal)


def _run_demo(arguments: argparse.Namespace) -> int:
    from bot.demo import demo

    return demo(
        port_base=arguments.port_base,
        fast=arguments.fast,
        state=arguments.state,
        seed=arguments.seed,
        roster=arguments.roster,
    )


def _run_bot(arguments: argparse.Namespace) -> int:
    from bot.running import run

    return run(_settings(), only=arguments.only)


def _check(_arguments: argparse.Namespace) -> int:
    from bot.check import check

    return check(_settings())


def _import_roster(arguments: argparse.Namespace) -> int:
    from bot.board import import_roster

    return import_roster(
        _settings(), arguments.path, dry_run=arguments.dry_run, approved_by=arguments.approve
    )


def _sample_roster(arguments: argparse.Namespace) -> int:
    from bot.board import write_sample

    return write_sample(arguments.directory, families=arguments.families, seed=arguments.seed)


def _recognise(_arguments: argparse.Namespace) -> int:
    from conversations.recogniser.lines import answer_line

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a real stream: main() is the process
    for line in sys.stdin.buffer:
        if line.strip():
            print(answer_line(line.decode("utf-8", "replace")), flush=True)
    return 0


def _replay_mail(arguments: argparse.Namespace) -> int:
    from bot.running import replay

    return replay(arguments.file)


def _verify_journal(arguments: argparse.Namespace) -> int:
    from bot.running import verify_journal

    return verify_journal(_settings(), start=arguments.start)


def _settings() -> Settings:
    from bot.settings import load

    return load(os.environ)
