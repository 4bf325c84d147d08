import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from core.errors import NotFound
from core.records import new_id
from core.store import jobs
from core.store.session import Database, database_time, open_database
from core.store.tables import JobRow


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"), database.reading() as session:
        jobs.enqueue(session, "import_video", payload={}, title="x", priority=1)


def test_writing_after_reading_can_write_again(database: Database) -> None:
    with database.reading() as session:
        assert jobs.count(session) == 0
    with database.writing() as session:
        jobs.enqueue(session, "import_video", payload={}, title="x", priority=1)
    with database.reading() as session:
        assert jobs.count(session) == 1


def test_an_error_inside_writing_keeps_nothing(database: Database) -> None:
    def enqueue_then_fail() -> None:
        with database.writing() as session:
            made = jobs.enqueue(session, "import_video", payload={}, title="x", priority=1)
            jobs.get(session, made.id[::-1])

    with pytest.raises(NotFound):
        enqueue_then_fail()
    with database.reading() as session:
        assert jobs.count(session) == 0


def test_concurrent_writers_lose_no_update(database: Database) -> None:
    with database.writing() as session:
        job = jobs.enqueue(session, "import_video", payload={}, title="x", priority=0)

    def count_up() -> None:
        for _ in range(25):
            with database.writing() as session:
                priority = session.scalar(select(JobRow.priority).where(JobRow.id == job.id)) or 0
                session.execute(update(JobRow).values(priority=priority + 1))

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(select(func.max(JobRow.priority))) == 200


def test_sqlite_runs_with_the_settings_that_keep_data(database: Database) -> None:
    with database.writing() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_file_that_another_process_is_just_setting_up_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "dyncell.db"
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")  # not in WAL mode yet: SQLite's own timeout does not help
    release = threading.Timer(0.3, first.execute, ("COMMIT",))
    release.start()
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    database.close()
    release.join()
    first.close()


def test_the_database_clock_is_the_time_of_day(database: Database) -> None:
    import time

    with database.reading() as session:
        assert abs(float(session.scalar(select(database_time())) or 0) - time.time()) < 5


def test_ids_are_sixteen_hexadecimal_characters() -> None:
    from core.records import is_id

    assert is_id(new_id())
    assert not is_id("../../etc/passwd")
    assert not is_id(new_id() + "\n")
