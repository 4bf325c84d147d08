"""The leaderboard as plain JSON and as CSV: what commands print and the API answers."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from core.board.columns import COLUMNS, METRICS, MODEL_COLUMNS, nearest
from core.board.row import Row
from core.errors import BadInput

Json = dict[str, Any]

_MEASURED = frozenset(column.key for column in METRICS)


class BadColumns(BadInput):
    """A list of columns with a name that is none."""


def parse_columns(text: str, *, usual: tuple[str, ...] = MODEL_COLUMNS) -> tuple[str, ...]:
    """The columns that `miou,name` names, in that order; the usual ones where it is blank.

    Raises:
        BadColumns: There is no such column.
    """
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    for key in asked:
        if key not in COLUMNS:
            raise BadColumns(f"There is no column {key[:40]!r}; perhaps: {nearest(key)}.")
    return tuple(dict.fromkeys(asked)) or usual


def cell(row: Row, key: str) -> float | int | str | bool | None:
    """What a row has in a column; None where a number is missing."""
    kind = COLUMNS[key].kind
    if kind == "text":
        return row.texts[key]
    if kind == "flag":
        return row.flags.get(key, False)
    value = row.means.get(key) if key in _MEASURED else row.counts[key]
    whole = value is not None and COLUMNS[key].digits == 0 and value == int(value)
    return int(value) if value is not None and whole else value


def row_document(
    row: Row, columns: Sequence[str], *, rank: int | None = None, is_tied: bool = False
) -> Json:
    """A row as plain JSON.

    `intervals` has the 95% interval of every shown metric with two seeds or more, `missing` the
    reason of every shown number that is not there, `fewer_seeds` how many seeds a mean is of where
    some have no value. `rank` is null for fewer than three seeds and
    where rows are not sorted by a ranking key; rows that cannot be told apart have `tied`.
    """
    shown = [key for key in columns if key in _MEASURED]
    intervals = {key: row.interval(key) for key in shown}
    return {
        "id": row.id,
        "rank": rank,
        "tied": is_tied,
        "ranked": row.flags["ranked"],
        "setting": row.texts["setting"],
        **{key: cell(row, key) for key in columns},
        "intervals": {key: list(ends) for key, ends in intervals.items() if ends is not None},
        "fewer_seeds": {key: n for key, n in row.details["fewer"].items() if key in shown},
        "missing": {key: row.reason(key) for key in shown if key not in row.means},
    }


def rows_csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterable[str]:
    """Lines of a CSV file: the columns, and for every metric its interval.

    The setting is always among them: rows of two settings cannot be compared.
    """
    shown = columns if "setting" in columns else ["setting", *columns]
    yield _line(["id", *(name for key in shown for name in _csv_names(key))])
    for row in rows:
        yield _line([row.id, *(value for key in shown for value in _csv_values(row, key))])


def _csv_names(key: str) -> list[str]:
    return [key, f"{key}_low", f"{key}_high"] if key in _MEASURED else [key]


def _csv_values(row: Row, key: str) -> list[object]:
    value = cell(row, key)
    if isinstance(value, str):
        return [_harmless(value)]
    if isinstance(value, bool):
        return [str(value).lower()]
    first: object = "" if value is None else _short(value)
    if key not in _MEASURED:
        return [first]
    ends = row.interval(key)
    return [first, *(("", "") if ends is None else map(_short, ends))]


def _short(value: float) -> float | int:
    """A number without the digits that only tell how it was computed."""
    return value if isinstance(value, int) else float(f"{value:.12g}")


def _harmless(text: str) -> str:
    """A text that spreadsheets would take for a formula gets a quote before it."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _line(values: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
