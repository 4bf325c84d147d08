"""A row of the leaderboard as people read it."""

from datetime import datetime

from core.board.columns import COLUMNS, METRICS
from core.board.document import cell
from core.board.row import TIMED, Row
from core.store.board_ranks import RankedRow
from webapp.wording import BUSY_MARK

MISSING = "-"

_MEASURED = frozenset(column.key for column in METRICS)
_SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def rank_text(each: RankedRow) -> str:
    """`1`, `2 =` for a tie, `* 2 seeds` where there are too few for a rank."""
    if not each.row.flags["ranked"]:
        return "*"
    if each.rank is None:
        return ""
    return f"{each.rank} =" if each.is_tied else f"{each.rank}"


def cell_text(row: Row, key: str) -> str:
    """A cell: `61.0 ± 1.2`, `3.41 M`, `yes`; a dash where a number is missing.

    `(2 of 3)` stands behind a mean that some of the seeds have no value for, a mark behind a time
    that was taken while other work ran.
    """
    value = cell(row, key)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else ""
    if value is None:
        return MISSING
    if key == "created":
        return datetime.fromtimestamp(value).strftime("%Y-%m-%d %H:%M")
    ends = row.interval(key) if key in _MEASURED else None
    half = (ends[1] - ends[0]) / 2 if ends else 0.0
    text = number_text(value, key)
    text = f"{text} ± {number_text(half, key)}" if half > 0 else text
    if key in TIMED and row.flags["busy"]:
        text = f"{text} {BUSY_MARK}"
    fewer = row.details.get("fewer", {}).get(key)
    return text if fewer is None else f"{text} ({fewer} of {row.counts['seeds']:.0f})"


def number_text(value: float, key: str) -> str:
    """A number with as many digits as its column shows; large whole ones with k, M or G."""
    digits = COLUMNS[key].digits
    if digits == 0:
        for scale, letter in _SCALES:
            if abs(value) >= scale:
                return f"{value / scale:.3g} {letter}"
    return f"{value:,.{digits}f}"


def heading(key: str) -> str:
    """A column's label with its unit: `Latency p50, ms`."""
    column = COLUMNS[key]
    return f"{column.label}, {column.unit}" if column.unit else column.label


def missing_reasons(rows: list[Row], columns: tuple[str, ...]) -> dict[str, list[str]]:
    """Why numbers of a page are missing: sentence -> labels of the columns it is about."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for key in columns:
            reason = row.reason(key) if key in _MEASURED else None
            if reason:
                found.setdefault(reason, {})[COLUMNS[key].label] = None
    return {reason: list(labels) for reason, labels in found.items()}
