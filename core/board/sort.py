"""How the rows of the leaderboard are put in order: `miou`, `latency_p50:asc`, `name:desc`."""

from dataclasses import dataclass
from typing import Self

from core.board.columns import COLUMNS, nearest, sort_column
from core.errors import BadInput

SORTABLE = tuple(key for key in COLUMNS if sort_column(key) is not None)


class BadSort(BadInput):
    """A text that names no order; the sentence says which there are."""


@dataclass(frozen=True)
class Sort:
    """An order.

    Attributes:
        key: The column somebody named; a companion is sorted by its ratio to the base.
        descending: Whether high values come first.
    """

    key: str = "miou"
    descending: bool = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """The order that a text means: a column, with `:asc` or `:desc`, else the best first.

        Raises:
            BadSort: There is no such column, or rows are not sorted by it.
        """
        key, _, direction = text.strip().lower().partition(":")
        if key not in COLUMNS:
            raise BadSort(
                f"There is no column {key[:40]!r} to sort by; perhaps: "
                f"{nearest(key, among=SORTABLE)}."
            )
        if sort_column(key) is None:
            raise BadSort(f"Rows are not sorted by {key}; sort by another column, filter by it.")
        if direction not in ("", "asc", "desc"):
            raise BadSort(f"Write {key}:asc or {key}:desc, not {key}:{direction[:20]}.")

        return cls(key, direction == "desc" if direction else _is_best_high(key))

    def __str__(self) -> str:
        """The text that `parse` reads."""
        if self.descending == _is_best_high(self.key):
            return self.key
        return f"{self.key}:{'desc' if self.descending else 'asc'}"

    @property
    def column(self) -> str:
        """The column whose values decide."""
        column = sort_column(self.key)
        assert column is not None
        return column

    @property
    def is_by_companion(self) -> bool:
        """Whether rows without a ratio to their base stand behind by their mIoU."""
        return COLUMNS[self.column].role == "companion"


def _is_best_high(key: str) -> bool:
    column = COLUMNS[key]
    if column.better is None:
        return column.kind == "number"
    return column.better == "higher"
