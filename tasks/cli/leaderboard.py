"""`dyncell leaderboard`: genotypes and models with their numbers, from a terminal."""

import sys
from datetime import datetime
from typing import Any

import click

from core.board.columns import COLUMNS, METRICS
from core.board.document import cell, row_document, rows_csv
from core.board.row import Row
from core.board.saved_view import SavedView
from core.settings import Settings
from core.store import board, saved_views
from core.store.board_question import read_question
from core.store.board_ranks import RankedRow, ranked
from tasks.cli.options import open_folder, print_json, with_settings

_SIZE = 20
_MEASURED = frozenset(column.key for column in METRICS)
_WIDEST = 36  # characters of a text in the table


@click.command()
@click.option("--filter", "filter_text", default="", metavar="TEXT", help="As: miou > 60 and light")
@click.option("--sort", "sort_text", default="", metavar="COLUMN", help="COLUMN[:asc|:desc].")
@click.option("--page", "page_number", default=1, type=click.IntRange(1, 10**9))
@click.option("--size", default=_SIZE, show_default=True, type=click.IntRange(1, 1000))
@click.option("--columns", "columns_text", default="", metavar="A,B", help="Which to show.")
@click.option("--archived", is_flag=True, help="Show what is archived, and nothing else.")
@click.option("--view", default="", metavar="NAME", help="Start from a saved view.")
@click.option("--list-views", is_flag=True, help="Print all saved views.")
@click.option("--list-columns", is_flag=True, help="Print all columns with what they mean.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with intervals.")
@with_settings
def leaderboard(
    settings: Settings,
    filter_text: str,
    sort_text: str,
    page_number: int,
    size: int,
    columns_text: str,
    archived: bool,
    view: str,
    list_views: bool,
    list_columns: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Lists genotypes and models with all that was measured of them.

    Seeds are one row: mean, interval, ties. Only rows of one setting can be compared.
    """
    if list_columns:
        _print_columns(as_json=as_json)
        return
    with open_folder(settings).database.reading() as session:
        if list_views:
            _print_views(saved_views.list_views(session), as_json=as_json)
            return
        asked = read_question(
            session,
            filter_text=filter_text,
            sort_text=sort_text,
            columns_text=columns_text,
            archived=archived,
            view=view,
        )
        offset = (page_number - 1) * size
        total = board.count(session, asked.filter)
        rows = board.page(
            session, asked.filter, sort=asked.sort, limit=size, offset=offset, total=total
        )
        found = ranked(session, rows, asked.sort)
    if asked.lost:
        click.echo(f"The view names columns that are gone: {', '.join(asked.lost)}.", err=True)
    if as_csv:
        sys.stdout.writelines(rows_csv((each.row for each in found), asked.columns))
        return
    if as_json:
        document = [
            row_document(each.row, asked.columns, rank=each.rank, is_tied=each.is_tied)
            for each in found
        ]
        print_json(
            {
                "rows": document,
                "total": total,
                "page": page_number,
                "size": size,
                "sort": str(asked.sort),
            }
        )
        return
    _print(found, total, asked.columns, page_number=page_number, size=size)


def _print(
    found: list[RankedRow],
    total: int,
    columns: tuple[str, ...],
    *,
    page_number: int,
    size: int,
) -> None:
    if not found:
        click.echo(f"No row here; {total} match." if total else "No row matches.")
        return
    table = [["rank", *(COLUMNS[key].label for key in columns)]]
    for each in found:
        table.append([_rank(each), *(_cell(each.row, key) for key in columns)])
    widths = [max(len(line[n]) for line in table) for n in range(len(table[0]))]
    for line in table:
        cells = [
            text.ljust(width) if _is_text(n, columns) else text.rjust(width)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
    first = (page_number - 1) * size + 1
    click.echo(f"{first} to {first + len(found) - 1} of {total:,}; = tied, * fewer than 3 seeds")
    settings = {each.row.texts["setting"] for each in found}
    if len(settings) > 1:
        click.echo("These rows are of several settings and cannot be compared: filter by setting.")


def _is_text(place: int, columns: tuple[str, ...]) -> bool:
    return place > 0 and COLUMNS[columns[place - 1]].kind == "text"


def _rank(each: RankedRow) -> str:
    if not each.row.flags["ranked"]:
        return "*"
    if each.rank is None:
        return ""
    return f"{each.rank}{'=' if each.is_tied else ' '}"


def _cell(row: Row, key: str) -> str:
    value, column = cell(row, key), COLUMNS[key]
    if isinstance(value, str):
        return value if len(value) <= _WIDEST else value[: _WIDEST - 3] + "..."
    if isinstance(value, bool):
        return "yes" if value else ""
    if value is None:
        return "-"
    if key == "created":
        return datetime.fromtimestamp(value).strftime("%Y-%m-%d %H:%M")
    text = f"{value:,.{column.digits}f}"
    ends = row.interval(key) if key in _MEASURED else None
    if ends is None or ends[0] == ends[1]:
        return text
    return f"{text} ±{(ends[1] - ends[0]) / 2:,.{column.digits}f}"


def _print_views(found: list[SavedView], *, as_json: bool) -> None:
    if as_json:
        print_json({"views": [vars(view) for view in found]})
        return
    for view in found:
        first = "  (the page opens with it)" if view.is_default else ""
        click.echo(f"{view.name}{first}")
        for part, text in view.parts.items():
            click.echo(f"  {part:<10} {text}")
    if not found:
        click.echo("No view is saved yet: the page Leaderboard saves what it shows.")


def _print_columns(*, as_json: bool) -> None:
    if as_json:
        columns: list[dict[str, Any]] = [vars(column) for column in COLUMNS.values()]
        print_json({"columns": columns})
        return
    for key, column in COLUMNS.items():
        unit = f" [{column.unit}]" if column.unit else ""
        better = f" {column.better} is better." if column.better else ""
        click.echo(f"{key:<22} {column.kind:<7} {column.label}{unit}: {column.meaning}{better}")
