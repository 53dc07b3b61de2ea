"""The operator's commands about the board's families: `guichet roster import` and `guichet roster sample`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rich import progress as bars
from rich.console import Console
from rich.table import Table

from bot.errors import SettingsError
from bot.keys import Keys
from bot.ports import RosterDraft
from bot.roster.bundle import FILES, Bundle, Progress
from bot.roster.importing import digest, read
from bot.roster.report import Report
from bot.roster.sample import write
from bot.settings import Settings
from bot.store.credentials import INVITATION
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.roster_import import draft

HELD = 1
SHOWN = 20


def import_roster(settings: Settings, path: Path, *, dry_run: bool, approved_by: str | None) -> int:
    """Bring a bundle into force, with a report. 0: done; 1: it waits for a person's approval."""
    if not settings.secret_key:
        raise SettingsError(
            "GUICHET_SECRET_KEY is missing: the codes of the roster are kept encrypted with it"
        )
    console = Console()
    database = Database(settings.database_url)
    migrate(database)
    with _bar(console) as bar:
        task = bar.add_task("reading", total=None)
        sizes: dict[str, int] = {}

        def progress(file: str, position: int) -> None:
            sizes[file] = position
            bar.update(task, completed=sum(sizes.values()), total=Bundle(path).total())

        report = bring_in(
            settings, database, path, approved_by=approved_by, keep=not dry_run, progress=progress
        )
    return _tell(console, report, dry_run=dry_run, approved=bool(approved_by))


def bring_in(
    settings: Settings,
    database: Database,
    path: Path,
    *,
    approved_by: str | None = None,
    keep: bool = True,
    progress: Progress = lambda _file, _position: None,
) -> Report:
    """Read a bundle and put it into force, all or nothing; one with `holds` that nobody approved waits."""
    bundle = Bundle(path)
    seal = partial(Keys(settings.secret_key).seal, INVITATION)

    def use(draft: RosterDraft) -> Report:
        report = read(bundle, draft, seal, progress)
        held = bool(report.holds) and not approved_by
        if not held:
            draft.merge(delta=bundle.is_delta)
        draft.finish(digest(path), report.as_json(), approved_by, held=held)
        return report

    return database.transact(partial(draft, use=use, keep=keep))


def write_sample(directory: Path, *, families: int, seed: int) -> int:
    """Write a believable sample board as a OneRoster folder."""
    if families < 1:
        raise SettingsError("--families must be 1 or more")
    write(directory, families, seed)
    Console().print(f"{families} families in {directory}: {', '.join(FILES)}", soft_wrap=True)
    return 0


def _bar(console: Console) -> bars.Progress:
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TimeRemainingColumn(),
    )
    return bars.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _tell(console: Console, report: Report, *, dry_run: bool, approved: bool) -> int:
    if report.findings:
        table = Table("file", "line", "column", "what", "remedy")
        for found in report.findings[:SHOWN]:
            table.add_row(found.file, str(found.line), found.column, found.what, found.remedy)
        console.print(table)
    for what, count in report.counted.most_common():
        console.print(f"{count} × {what}", soft_wrap=True)
    console.print(
        f"OneRoster {report.version}: {report.students} students, {report.contacts} contacts, "
        f"{report.changed_addresses} addresses changed, {report.removed_contacts} contacts gone",
        soft_wrap=True,
    )
    if report.holds and not approved:
        console.print(
            "Held, nothing changed: " + "; ".join(report.holds), style="bold yellow", soft_wrap=True
        )
        console.print(
            "Look at these; if they are right, run it again with --approve YOUR-NAME", soft_wrap=True
        )
        return HELD
    console.print("Dry run: nothing was stored" if dry_run else "In force", style="green", soft_wrap=True)
    return 0
