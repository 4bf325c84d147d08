"""All rows of the leaderboard that match, however many, for files."""

from collections.abc import Iterator

from core.board.condition import Filter
from core.board.sort import Sort
from core.store import board
from core.store.board_ranks import RankedRow, ranked
from core.store.session import Database

_AT_ONCE = 1000  # rows read in one transaction


def whole_board(
    database: Database, asked: Filter | None, sort: Sort, *, with_ranks: bool = True
) -> Iterator[RankedRow]:
    """Reads rows piece by piece: the memory of the process stays flat, however many there are."""
    with database.reading() as session:
        numbers = board.numbers(session, asked, sort)
    for start in range(0, len(numbers), _AT_ONCE):
        with database.reading() as session:
            rows = board.numbered(session, numbers[start : start + _AT_ONCE])
            found = ranked(session, rows, sort) if with_ranks else list(map(RankedRow, rows))
        yield from found
