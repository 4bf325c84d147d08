"""A database whose file is removed, replaced or damaged while it is open: said, never lost."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.errors import DataFolderError
from core.store import jobs
from core.store.migrate import migrate
from core.store.session import Database, open_database
from core.store.tables import JobRow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dyncell.db"


@pytest.fixture
def opened(path: Path) -> Database:
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    _add_job(database)
    return database


def _add_job(database: Database) -> None:
    with database.writing() as session:
        jobs.enqueue(session, "trial", payload={}, title="A job", priority=1)


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(JobRow.id))) or 0


def test_a_file_that_is_gone_is_said_and_not_made_anew(opened: Database, path: Path) -> None:
    kept = path.with_name("moved.db")
    path.rename(kept)
    for ask in (_count, _add_job):
        with pytest.raises(DataFolderError, match=r"is gone; put it back, or restart dyncell"):
            ask(opened)
    assert not path.exists()
    kept.rename(path)
    assert _count(opened) == 1
    _add_job(opened)
    assert _count(opened) == 2


def test_a_backup_that_is_put_back_is_read_at_once(opened: Database, path: Path) -> None:
    opened.close()  # which brings the write-ahead log into the file
    backup = path.read_bytes()
    _add_job(opened)
    assert _count(opened) == 2
    for file in path.parent.glob("dyncell.db*"):
        file.unlink()
    path.write_bytes(backup)
    assert _count(opened) == 1


@pytest.mark.parametrize(
    ("content", "told"), [(b"Dear diary, " * 1000, "is not a database"), (b"", "no such table")]
)
def test_a_file_of_another_kind_is_said(
    opened: Database, path: Path, content: bytes, told: str
) -> None:
    for file in path.parent.glob("dyncell.db*"):
        file.unlink()
    path.write_bytes(content)
    with pytest.raises(DataFolderError, match=rf"{told}.*put your last backup in its place"):
        _count(opened)
