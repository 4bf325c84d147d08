"""`dyncell compare`: rows of the leaderboard against one of them, from a terminal."""

import re

import click
from sqlalchemy.orm import Session

from core.board.class_comparison import confusion_change
from core.board.comparison import Comparison, Standing
from core.board.comparison_document import LETTERS, comparison_document
from core.board.condition import Compare
from core.board.hand_labels import hand_labels_line
from core.board.row import Row
from core.errors import NotFound
from core.settings import Settings
from core.store import board
from core.store.comparisons import read_comparison
from tasks.cli.options import open_folder, print_json, with_settings

_ID = re.compile(r"[0-9a-f]{16}")
_LISTED = 3  # changes of the confusion
_WIDEST = 30  # characters of a name


@click.command()
@click.argument("rows", nargs=-1, metavar="ROW ROW [ROW [ROW]]")
@click.option("--base", metavar="ROW", help="What the others are compared with [the first].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def compare(settings: Settings, rows: tuple[str, ...], base: str | None, as_json: bool) -> None:
    """Compares two to four rows of the leaderboard.

    A ROW is its name, or its id as `dyncell leaderboard --json` lists it. Differences have 95%
    intervals where both rows have at least two seeds; rows of other settings have none.
    """
    with open_folder(settings).database.reading() as session:
        ids = [_row_id(session, each) for each in rows]
        found = read_comparison(session, ids, base=None if base is None else _row_id(session, base))
    if as_json:
        print_json(comparison_document(found))
        return
    _print_rows(found)
    _print_metrics(found)
    for place in range(len(found.contenders)):
        if place != found.base:
            _print_shifts(found, place)


def _row_id(session: Session, text: str) -> str:
    """The id behind a name or an id.

    Raises:
        NotFound: No row has that name, or several have.
    """
    if _ID.fullmatch(text):
        return text
    rows = board.page(session, board.in_sight(Compare("name", "=", text)), limit=10)
    if len(rows) == 1:
        return rows[0].id
    if not rows:
        raise NotFound(
            f"No row of the leaderboard is called {text[:60]!r}; `dyncell leaderboard` lists them, "
            "with --json their ids."
        )
    known = ", ".join(f"{row.id} ({_setting(row)})" for row in rows)
    raise NotFound(f"{len(rows)} rows are called {text[:60]!r}; give the id of one: {known}.")


def _setting(row: Row) -> str:
    words = [row.texts[key] for key in ("dataset", "split", "frames") if row.texts[key]]
    return " ".join(words) or "not judged"


def _print_rows(found: Comparison) -> None:
    for place, each in enumerate(found.contenders):
        marks = ["base"] if place == found.base else []
        marks += [] if found.is_alike(place) else ["another setting: no differences of its scores"]
        seeds = len(each.runs)
        told = f"{each.row.texts['kind']}, {_setting(each.row)}, {seeds} seed{'s'[: seeds != 1]}"
        end = f" ({'; '.join(marks)})" if marks else ""
        click.echo(f"{LETTERS[place]}  {_short(each.row.texts['name'])}  {told}{end}")


def _print_metrics(found: Comparison) -> None:
    others = [place for place in range(len(found.contenders)) if place != found.base]
    base = LETTERS[found.base]
    table = [
        [
            "",
            *LETTERS[: len(found.contenders)],
            *(f"{LETTERS[place]} - {base}" for place in others),
        ]
    ]
    for line in found.lines:
        if line.is_measured:
            digits = line.column.digits
            unit = f" [{line.column.unit}]" if line.column.unit else ""
            table.append(
                [
                    line.column.label + unit,
                    *(_mean(standing, digits) for standing in line.standings),
                    *(_gap(line.standings[place], digits) for place in others),
                ]
            )
    widths = [max(len(line[n]) for line in table) for n in range(len(table[0]))]
    for cells in table:
        first, *rest = (
            text.ljust(width) if n == 0 or n > len(found.contenders) else text.rjust(width)
            for n, (text, width) in enumerate(zip(cells, widths, strict=True))
        )
        click.echo("  ".join([first, *rest]).rstrip())
    reasons = {
        f"{LETTERS[place]}: {line.standings[place].reason}"
        for line in found.lines
        for place in others
        if line.standings[place].reason
    }
    told = hand_labels_line([each.row for each in found.contenders])
    for text in [*([told] if told else []), *sorted(reasons)]:
        click.echo(text)


def _mean(standing: Standing, digits: int) -> str:
    if standing.mean is None:
        return "-"
    text = f"{standing.mean:,.{digits}f}"
    if standing.interval is None or standing.interval[0] == standing.interval[1]:
        return text
    return f"{text} ±{(standing.interval[1] - standing.interval[0]) / 2:,.{digits}f}"


def _gap(standing: Standing, digits: int) -> str:
    gap = standing.difference
    if gap is None:
        return "-"
    more = digits + (digits == 1)
    text = f"{gap.value:+,.{more}f}"
    if gap.interval is not None:
        text += f" [{gap.interval[0]:+,.{more}f}, {gap.interval[1]:+,.{more}f}]"
    return text if standing.verdict == "open" else f"{text} {standing.verdict}"


def _print_shifts(found: Comparison, place: int) -> None:
    change = confusion_change(found, place)
    if change is None:
        return
    for shift in change.shifts[:_LISTED]:
        truth, said = change.classes[shift.truth], change.classes[shift.predicted]
        click.echo(
            f"{LETTERS[place]} takes {truth} for {said} {'less' if shift.of_all < 0 else 'more'} "
            f"often: {shift.before:.1f}% to {shift.after:.1f}% of it"
        )


def _short(name: str) -> str:
    return name if len(name) <= _WIDEST else name[: _WIDEST - 3] + "..."
