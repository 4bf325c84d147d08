"""`dyncell bench store`: how fast the leaderboard answers with 100,000 rows."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import create_engine, text

from core.errors import DyncellError
from core.settings import Settings
from core.store.board_speed import fill, measure_board
from core.store.migrate import migrate
from core.store.session import Database, open_database
from tasks.cli.options import with_settings


@click.command()
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(1, 10**6))
@click.option("--server", metavar="URL", help="A PostgreSQL server instead of SQLite.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def store(settings: Settings, rows: int, server: str | None, as_json: bool) -> None:
    """Times pages, filters and sorts of a leaderboard of made ROWS, in a database of its own.

    The database is made for the measurement, on the disk of the data folder, and removed
    afterwards.
    """
    with _new_database(settings, server) as url:
        database = open_database(url)
        try:
            migrate(database)
            seconds = fill(database, rows, say=_say)
            found = measure_board(database, rows=rows, say=_say)
        finally:
            database.close()
    found["fill_seconds"] = round(seconds, 1)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    _print(found)


def _say(what: str) -> None:
    click.echo(f"{what} ...", err=True)


@contextmanager
def _new_database(settings: Settings, server: str | None) -> Iterator[str]:
    if server is None:
        settings.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=settings.data) as folder:
            yield f"sqlite:///{Path(folder) / 'dyncell.db'}"
        return
    if not server.startswith(("postgresql:", "postgres:")):
        raise DyncellError("--server is the address of a PostgreSQL server: postgresql://...")
    database: Database = open_database(server)
    address = database.engine.url
    name = f"dyncell_bench_{os.getpid()}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield address.set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()
        database.close()


def _print(found: dict[str, Any]) -> None:
    click.echo(
        f"{found['rows']:,} rows of {found['metrics']} metrics on {found['database']}, "
        f"pages of {found['page']} with ranks and count"
    )
    click.echo(f"{'wall ms':>9}{'cpu ms':>9}  sort            offset  filter")
    for case in found["cases"]:
        click.echo(
            f"{case['wall_ms']:9.1f}{case['cpu_ms']:9.1f}  {case['sort']:<14}{case['offset']:>8}  "
            f"{case['filter'] or '-'}"
        )
    click.echo(f"{found['worst_wall_ms']:9.1f}{found['worst_cpu_ms']:9.1f}  worst")
    click.echo(f"{found['rss_growth_mb']:9.1f} MB more memory than before the first page")
    if found["busy"]:
        click.echo("The machine was busy with other work: wall times are too high.")
