from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.migrate import migrate
from core.store.session import Database, open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'dyncell.db'}")
    migrate(opened)
    yield opened
    opened.close()
