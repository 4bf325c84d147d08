from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.migrate import migrate
from core.store.session import Database, open_database
from tests.servers import OwnServer, new_database, running_postgresql, running_redis


@pytest.fixture(scope="session")
def postgresql() -> Iterator[tuple[str, OwnServer | None]]:
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[tuple[str, OwnServer | None]]:
    with running_redis() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: tuple[str, OwnServer | None]) -> Iterator[str]:
    with new_database(postgresql[0]) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'dyncell.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.close()
