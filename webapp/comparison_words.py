"""A comparison in words: numbers with intervals, differences, better, worse or tied."""

from collections.abc import Iterable, Sequence

from core.board.columns import COLUMNS, Column
from core.board.comparison import Standing, Verdict
from core.board.comparison_document import LETTERS
from core.metrics.difference import Difference, Method
from webapp.leaderboard_words import MISSING, number_text

VERDICTS: dict[Verdict, str] = {
    "base": "",
    "better": "better",
    "worse": "worse",
    "tie": "tie",
    "equal": "equal",
    "open": "",
}
"""What is written beside a difference."""

_METHODS: dict[Method, str] = {
    "paired": "paired by seed (both have the same seeds)",
    "welch": "Welch's t (their seeds do not pair)",
}


def mean_text(standing: Standing, column: Column, *, seeds: int) -> str:
    """`61.0 ± 1.2`; a dash where it is missing, `(2 of 3)` behind where some seeds lack it."""
    if standing.mean is None:
        return MISSING
    text = number_text(standing.mean, column.key)
    low, high = standing.interval or (0.0, 0.0)
    text = f"{text} ± {number_text((high - low) / 2, column.key)}" if high > low else text
    return f"{text} ({standing.seeds} of {seeds})" if 0 < standing.seeds < seeds else text


def difference_text(found: Difference, column: Column) -> str:
    """`+1.20 [+0.31, +2.09]`; large counts with their share: `-2.10 M`."""
    text = signed(found.value, column.key)
    if found.interval is None:
        return text
    low, high = (signed(end, column.key) for end in found.interval)
    return f"{text} [{low}, {high}]"


def signed(value: float, key: str) -> str:
    """A number with its sign and one digit more than its column shows; `0` has none."""
    column = COLUMNS[key]
    if column.digits == 0:
        text = number_text(abs(value), key)
    else:
        text = f"{abs(value):,.{column.digits + (column.digits == 1)}f}"
    is_zero = not text.strip("0.,")
    sign = "" if is_zero else "+" if value > 0 else "-"
    return sign + text


def methods_line(places: Sequence[int], standings: Iterable[Sequence[Standing]]) -> list[str]:
    """How the intervals of the rows at `places` were found, one sentence each.

    Rows without any interval tell why.
    """
    lines = []
    columns = list(standings)
    for place in places:
        gaps = [line[place].difference for line in columns]
        found = [gap for gap in gaps if gap is not None]
        methods = list(dict.fromkeys(gap.method for gap in found if gap.method is not None))
        reasons = list(dict.fromkeys(gap.reason for gap in found if gap.reason is not None))
        if methods:
            told = " and ".join(_METHODS[method] for method in methods)
            lines.append(f"{LETTERS[place]}: 95 % intervals of the differences: {told}.")
        elif reasons:
            lines.append(f"{LETTERS[place]}: no interval of a difference, {reasons[0]}.")
    return lines
