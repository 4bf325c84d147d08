"""The places of rows among those of their settings, ties kept as ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.board.row import Row
from core.board.sort import Sort
from core.metrics.ranking import RANKING_KEYS
from core.store.board_tables import HIGH, LOW, board_rows

_CELLS = board_rows.c
_HIGHEST = 1.7e308  # above every end of an interval


@dataclass(frozen=True)
class RankedRow:
    """A row in its place.

    Attributes:
        row: The row.
        rank: 1 + the rows of its setting whose whole interval lies above its own, by the ranking
            key that is sorted by; None for fewer than three seeds, and for other sorts.
        is_tied: Whether another row of its setting has an interval that overlaps its own.
    """

    row: Row
    rank: int | None = None
    is_tied: bool = False


def ranked(session: Session, rows: Sequence[Row], sort: Sort) -> list[RankedRow]:
    """The rows with their ranks within their settings, where they are sorted by a ranking key."""
    if sort.key not in RANKING_KEYS:
        return [RankedRow(row) for row in rows]
    found = {row.number: RankedRow(row) for row in rows}
    better: dict[str, int] = {}
    for number, setting, above, neighbour in session.execute(_ranking(list(found), sort.key)):
        better[setting] = better.get(setting, 0) + above
        found[number] = RankedRow(found[number].row, 1 + better[setting], neighbour is not None)
    return [found[row.number] for row in rows]


def _ranking(numbers: Sequence[int], key: str) -> Select[Any]:
    """Of ranked rows, by setting and the highest ends first, what ranks and ties are made of.

    Each has its number, its setting, how many whole intervals of its setting lie above its own but
    not above that of the row before it, so that none is counted twice, and a row that it is tied
    with, where there is one.
    """
    mine = board_rows.alias("mine").c
    low, high = mine[key + LOW], mine[key + HIGH]
    by_end = func.lag(high).over(partition_by=mine.setting, order_by=(high.desc(), mine.number))
    chosen = select(
        mine.number, mine.setting, low.label("low"), high.label("high"), by_end.label("ceiling")
    ).where(mine.number.in_(numbers), low.is_not(None))
    page = chosen.subquery("page").c
    other = _CELLS[key + LOW]
    alike = _CELLS.setting == page.setting
    above = select(func.count()).where(
        alike, other > page.high, other <= func.coalesce(page.ceiling, _HIGHEST)
    )
    neighbour = select(_CELLS.number).where(
        alike, other <= page.high, _CELLS[key + HIGH] >= page.low, _CELLS.number != page.number
    )
    return select(
        page.number,
        page.setting,
        above.select_from(board_rows).scalar_subquery(),
        neighbour.order_by(other.desc()).limit(1).scalar_subquery(),
    ).order_by(page.setting, page.high.desc(), page.number)
