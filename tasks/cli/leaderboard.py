"""`dyncell leaderboard`: genotypes and models with their numbers, from a terminal."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from core.board.columns import COLUMNS, METRICS
from core.board.document import cell, row_document, rows_csv
from core.board.hand_labels import hand_labels_line
from core.board.row import Row
from core.board.saved_view import SavedView
from core.settings import Settings
from core.store import board, saved_views
from core.store.board_question import Question, read_question
from core.store.board_ranks import RankedRow, ranked
from core.store.board_whole import whole_board
from core.store.session import Database
from tasks.cli.options import open_folder, print_json, with_settings

_SIZE = 20
_MEASURED = frozenset(column.key for column in METRICS)
_WIDEST = 36  # characters of a text in the table
_TOLD = 6  # names of rows behind one reason


@click.command()
@click.option("--filter", "filter_text", default="", metavar="TEXT", help="As: miou > 60 and light")
@click.option("--sort", "sort_text", default="", metavar="COLUMN", help="COLUMN[:asc|:desc].")
@click.option("--page", "page_number", type=click.IntRange(1, 10**9), help="Which page.")
@click.option(
    "--size",
    type=click.IntRange(1, 1000),
    help=f"Rows of a page: {_SIZE}; --csv and --json hold all rows unless page or size is named.",
)
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
    page_number: int | None,
    size: int | None,
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
    folder = open_folder(settings)
    with folder.database.reading() as session:
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
        total = board.count(session, asked.filter)
    if asked.lost:
        click.echo(f"The view names columns that are gone: {', '.join(asked.lost)}.", err=True)
    if (as_csv or as_json) and page_number is None and size is None:
        page = _Page(1, total)
        found = whole_board(folder.database, asked.filter, asked.sort, with_ranks=as_json)
    else:
        page = _Page(page_number or 1, size or _SIZE)
        found = page.read(folder.database, asked, total)
    if as_csv:
        sys.stdout.writelines(rows_csv((each.row for each in found), asked.columns))
    elif as_json:
        rows = [
            row_document(each.row, asked.columns, rank=each.rank, is_tied=each.is_tied)
            for each in found
        ]
        shown = {"page": page.number, "size": page.size, "sort": str(asked.sort)}
        print_json({"rows": rows, "total": total, **shown})
    else:
        _print(list(found), total, asked.columns, first=page.offset + 1)


@dataclass(frozen=True)
class _Page:
    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def read(self, database: Database, asked: Question, total: int) -> Iterator[RankedRow]:
        with database.reading() as session:
            rows = board.page(
                session,
                asked.filter,
                sort=asked.sort,
                limit=self.size,
                offset=self.offset,
                total=total,
            )
            return iter(ranked(session, rows, asked.sort))


def _print(found: list[RankedRow], total: int, columns: tuple[str, ...], *, first: int) -> None:
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
    click.echo(f"{first} to {first + len(found) - 1} of {total:,}; = tied, * fewer than 3 seeds")
    rows = [each.row for each in found]
    for text in filter(None, [hand_labels_line(rows), *_reasons(rows, columns)]):
        click.echo(text)
    if len({row.texts["setting"] for row in rows}) > 1:
        click.echo("These rows are of several settings and cannot be compared: filter by setting.")


def _reasons(rows: Sequence[Row], columns: tuple[str, ...]) -> list[str]:
    """Why numbers are missing, rows and columns of one reason together."""
    found: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for row in rows:
        missing: dict[str, list[str]] = {}
        for key in columns:
            reason = row.reason(key) if key in _MEASURED else None
            if reason:
                missing.setdefault(reason, []).append(COLUMNS[key].label)
        for reason, labels in missing.items():
            found.setdefault(reason, {}).setdefault(tuple(labels), []).append(row.texts["name"])
    return [
        f"No {', '.join(labels)} of {_named(names)}: {reason}."
        for reason, by_labels in found.items()
        for labels, names in by_labels.items()
    ]


def _named(names: Sequence[str]) -> str:
    told = list(dict.fromkeys(names))
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return ", ".join(told[:_TOLD]) + more


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
