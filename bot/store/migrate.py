"""Bringing the database to this version's tables, when the bot starts, by one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import Connection, text

from bot.errors import SettingsError
from bot.store.database import Database
from bot.store.schema import metadata

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6D696772617465
"""Names the migrations among PostgreSQL's advisory locks; SQLite has one writer anyway."""


def migrate(database: Database) -> None:
    """Bring the tables up to date, in one transaction. Safe to call from many processes at once.

    Raises SettingsError when a newer version of the program wrote the database.
    """
    database.transact(_upgrade)


def behind(database: Database) -> bool:
    """Whether `migrate` has something to do. Raises as `migrate` does."""
    return database.transact(lambda connection: _pending(connection, _script()))


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    script = _script()
    if not _pending(connection, script):
        return

    def steps(current: object, _context: object) -> list[RevisionStep]:
        return list(script._upgrade_revs("head", current))  # type: ignore[arg-type] # noqa: SLF001  # Alembic's own commands call it so; there is no public name

    with EnvironmentContext(_config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
        environment.run_migrations()


def _pending(connection: Connection, script: ScriptDirectory) -> bool:
    current = MigrationContext.configure(connection).get_current_revision()
    try:
        script.get_revision(current or "base")
    except Exception as error:
        if isinstance(error.__cause__, ResolutionError) or isinstance(error, ResolutionError):
            raise SettingsError(
                f"a newer version wrote the database (its tables are at {current}): "
                "install that version, or restore the backup made before it"
            ) from error
        raise
    return current != script.get_current_head()


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
