"""Brings the database to this version's tables, or says that it is from a newer one."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from core.errors import DataFolderError
from core.store import board_upkeep
from core.store.session import Database
from core.store.tables import SCHEMA

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_352_901  # any number, the same for every process: PostgreSQL's advisory lock


def migrate(database: Database) -> None:
    """Upgrades the tables to `SCHEMA` in one transaction that no other process can enter.

    The leaderboard's rows are made anew where an older version of the code made them.

    Raises:
        DataFolderError: The tables were made by a newer version of dyncell.
    """
    with database.reading() as session:
        if _version(session.connection()) == SCHEMA and board_upkeep.is_current(session):
            return
    with database.writing() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _upgrade(connection)
        if not board_upkeep.is_current(session):
            board_upkeep.rebuild(session)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    version = _version(connection)
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise DataFolderError(
            f"The data folder was written by a newer dyncell (its tables are at {version}, "
            f"this one knows {SCHEMA}); update dyncell or choose another folder with --data."
        )
    command.upgrade(config, "head")


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration for one open connection."""
    from alembic.config import Config

    found = find_spec("migrations")
    if found is None or found.origin is None:
        raise DataFolderError("dyncell is not fully installed: run `make venv` again.")
    config = Config()
    config.set_main_option("script_location", str(Path(found.origin).parent))
    config.attributes["connection"] = connection
    return config
