"""The rows that plots draw: the first ones in an order, inside and outside of what is marked."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.board.condition import Filter, Not
from core.board.row import Row
from core.board.sort import Sort
from core.store import board

MOST_POINTS = 2000
"""Rows that are drawn; where something is marked, half of them lie outside of it."""


@dataclass(frozen=True)
class Drawn:
    """The rows of the plots: those that match, and those that match but for what is marked."""

    rows: list[Row]
    others: list[Row]


def drawn_rows(
    session: Session, asked: Filter, marked: Filter | None, sort: Sort, metrics: Collection[str]
) -> Drawn:
    """The rows that are drawn.

    Args:
        session: An open session.
        asked: Which rows match.
        marked: What is marked among them; None for all.
        sort: Which come first.
        metrics: Those whose intervals are drawn: rows have no other details.
    """

    def first(most: int, wanted: Filter) -> list[Row]:
        return board.page(session, wanted, sort=sort, limit=most, spreads_of=metrics)

    if marked is None:
        return Drawn(first(MOST_POINTS, asked), [])
    inside, outside = board.narrowed(asked, marked), board.narrowed(asked, Not(marked))
    return Drawn(first(MOST_POINTS // 2, inside), first(MOST_POINTS // 2, outside))
