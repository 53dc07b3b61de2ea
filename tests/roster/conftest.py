from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.database import Database
from tests.roster.boards import Registry


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    """An empty registry, over each database."""
    return Registry(database, tmp_path)
