import threading
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import core.store
from core.errors import DataFolderError
from core.store.migrate import alembic_config, migrate
from core.store.session import Database, open_database
from core.store.tables import SCHEMA, Base

for _module in iter_modules(core.store.__path__, "core.store."):
    import_module(_module.name)  # a table is known once its module was imported


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_newest_migration_is_the_one_the_tables_name(database: Database) -> None:
    with database.engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_current_head() == SCHEMA


def test_a_folder_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DataFolderError, match=r"newer dyncell.*9999"):
        migrate(database)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    failures: list[Exception] = []

    def start() -> None:
        database = open_database(f"sqlite:///{tmp_path / 'new' / 'dyncell.db'}")
        try:
            migrate(database)
        except Exception as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_an_unknown_kind_of_database_gets_one_clear_sentence() -> None:
    with pytest.raises(DataFolderError, match=r"must begin with sqlite:/// or postgresql://"):
        open_database("mysql://localhost/x")


def test_a_folder_that_cannot_be_made_gets_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match=r"cannot be made.*--data"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'below' / 'dyncell.db'}")


def test_a_folder_of_the_first_version_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'dyncell.db'}")
    with database.writing() as session:
        command.upgrade(alembic_config(session.connection()), "0001")
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO workers (id, host, pid, slots, queues, started_at, heartbeat_at) "
                "VALUES ('w', 'h', 1, 1, '{}', 0, 0)"
            )
        )
    migrate(database)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == SCHEMA
        assert session.scalar(text("SELECT id FROM workers")) == "w"
        assert session.scalar(text("SELECT count(*) FROM evaluations")) == 0
    database.close()
