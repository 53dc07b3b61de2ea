from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.portal.board_server import BoardServer, board_server
from tests.portal.home import Home
from tests.roster.boards import Registry


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Home:
    return Home(Registry(database, tmp_path))


@pytest.fixture
def service() -> Iterator[BoardServer]:
    with board_server() as running:
        yield running
