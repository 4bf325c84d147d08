"""What is marked in a plot: ranges of numbers, as `miou:61.2..64,macs_steady:..500000000`."""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import Self

from core.board.columns import COLUMNS, nearest
from core.board.condition import All, Compare, Filter
from core.errors import BadInput

_RANGE = re.compile(r"(?P<column>[A-Za-z0-9_]+):(?P<low>[^.]*(?:\.\d[^.]*)?)\.\.(?P<high>.*)")


class BadBrush(BadInput):
    """A text that marks nothing; the sentence says how ranges are written."""


@dataclass(frozen=True)
class Range:
    """A range of a number column, both ends within it; None where an end is open."""

    column: str
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """The text that `Brush.parse` reads."""
        return f"{self.column}:{_written(self.low)}..{_written(self.high)}"

    @property
    def comparisons(self) -> list[Compare]:
        """The range as comparisons."""
        low = [] if self.low is None else [Compare(self.column, ">=", self.low)]
        high = [] if self.high is None else [Compare(self.column, "<=", self.high)]
        return low + high


@dataclass(frozen=True)
class Brush:
    """Ranges that a row must be within, at most one per column; none = nothing is marked."""

    ranges: tuple[Range, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ranges that a text names.

        Raises:
            BadBrush: It is not written so, or a column is no number.
        """
        found: dict[str, Range] = {}
        for part in filter(None, (each.strip() for each in text.split(","))):
            read = _read(part)
            found[read.column] = read
        return cls(tuple(found.values()))

    def __str__(self) -> str:
        """The text that `parse` reads."""
        return ",".join(map(str, self.ranges))

    def of(self, column: str) -> Range | None:
        """The range of a column; None where it has none."""
        return next((each for each in self.ranges if each.column == column), None)

    def marked(self, *ranges: Range) -> "Brush":
        """The same with these ranges in the place of others of their columns."""
        kept = {each.column: each for each in (*self.ranges, *ranges)}
        return Brush(tuple(each for each in kept.values() if each.comparisons))

    def without(self, column: str) -> "Brush":
        """The same without the range of a column."""
        return Brush(tuple(each for each in self.ranges if each.column != column))

    @property
    def filter(self) -> Filter | None:
        """The ranges as a filter; None where nothing is marked."""
        parts = tuple(part for each in self.ranges for part in each.comparisons)
        return All(parts) if parts else None

    @property
    def filter_text(self) -> str:
        """The same in the filter language."""
        return " and ".join(
            f"{part.column} {part.comparison} {_written(part.value)}"
            for each in self.ranges
            for part in each.comparisons
        )


def within(filter_text: str, brush: Brush) -> str:
    """A filter's text narrowed to what is marked."""
    text = filter_text.strip()
    if not brush.filter_text:
        return text
    return f"({text}) and {brush.filter_text}" if text else brush.filter_text


def _read(text: str) -> Range:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise BadBrush(
            f"{text[:40]!r} is no marked range; write miou:60..65, miou:60.. or miou:..65."
        )
    key = match["column"].lower()
    column = COLUMNS.get(key)
    if column is None:
        raise BadBrush(f"There is no column {key[:40]!r} to mark; perhaps: {nearest(key)}.")
    if column.kind != "number":
        raise BadBrush(f"{key} is no number, so no range of it can be marked; filter by it.")
    low, high = _end(match["low"]), _end(match["high"])
    if low is None and high is None:
        raise BadBrush(f"The marked range of {key} has no end; write {key}:60..65.")
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Range(key, low, high)


def _end(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadBrush(f"{text[:20]!r} is no end of a marked range; write a number such as 12.5.")
    return value


def _written(value: float | str | None) -> str:
    """The shortest text of the same number, without an exponent where it is readable."""
    if value is None or isinstance(value, str):
        return value or ""
    text = repr(float(value))
    return text.removesuffix(".0")


def rounded(column: str, low: float, high: float, *, scale: tuple[float, float]) -> Range:
    """A range that was drawn by hand: its ends rounded outwards to four digits.

    Args:
        column: The column.
        low: The lower end.
        high: The upper end.
        scale: The ends of the axis; an end of the range that reaches one of them is open.
    """
    return Range(
        column,
        None if low <= scale[0] else _rounded(low, ROUND_FLOOR),
        None if high >= scale[1] else _rounded(high, ROUND_CEILING),
    )


def _rounded(value: float, way: str) -> float:
    return float(Context(prec=4, rounding=way).create_decimal_from_float(value))
