"""What the Compare page reads: one short transaction, closed before anything is drawn."""

from dataclasses import dataclass

from core.board.comparison import FEWEST, MOST, Comparison
from core.board.condition import Compare, Filter
from core.board.row import Row
from core.board.sort import Sort
from core.data_folder import DataFolder
from core.records import is_id
from core.store import board
from core.store.comparisons import read_comparison
from webapp.comparison_address import ComparisonAddress
from webapp.wording import count

_OFFERED = 200
"""Rows offered to be added."""


@dataclass(frozen=True)
class ComparisonView:
    """What the address comes to.

    Attributes:
        address: What was asked.
        rows: The rows that are there, in the order of the address, all of them.
        comparison: The first ones of them against each other; None with fewer than two.
        problems: What of the address cannot be shown, one sentence each.
        close: Place of the row that is looked at closely beside the base.
    """

    address: ComparisonAddress
    rows: tuple[Row, ...]
    comparison: Comparison | None
    problems: tuple[str, ...]
    close: int


def read_view(folder: DataFolder, address: ComparisonAddress) -> ComparisonView:
    """The comparison that the address names, without what cannot be compared."""
    wrong = [each for each in address.rows if not is_id(each)]
    with folder.database.reading() as session:
        rows = board.find(session, address.rows)
        shown = [row.id for row in rows[:MOST]]
        base = address.base if address.base in shown else None
        enough = len(shown) >= FEWEST
        comparison = read_comparison(session, shown, base=base) if enough else None
    gone = len(address.rows) - len(wrong) - len(rows)
    problems = [
        *(f"{each[:40]!r} is no row of the leaderboard; it was left out." for each in wrong),
        *_told_gone(gone),
        *_told_many(rows),
    ]
    if address.base and base is None and comparison is not None:
        problems.append("The base that this address names is not among its rows: A is the base.")
    return ComparisonView(
        address, tuple(rows), comparison, tuple(problems), _close(comparison, address.close)
    )


def rows_to_add(folder: DataFolder, rows: tuple[Row, ...]) -> list[Row]:
    """Rows that could be compared with these, the best mIoU first: of the first one's setting."""
    asked: Filter | None = Compare("setting", "=", rows[0].texts["setting"]) if rows else None
    with folder.database.reading() as session:
        found = board.page(session, board.in_sight(asked), sort=Sort(), limit=_OFFERED)
    known = {row.id for row in rows}
    return [row for row in found if row.id not in known]


def _told_gone(gone: int) -> list[str]:
    if not gone:
        return []
    verb = "is" if gone == 1 else "are"
    return [
        f"{count(gone, 'row')} of this address {verb} there no more and left out; deleted, or "
        "made of something that has changed since."
    ]


def _told_many(rows: list[Row]) -> list[str]:
    if len(rows) <= MOST:
        return []
    return [
        f"This address names {len(rows)} rows, and at most {MOST} are compared at once: take one "
        f"out to see the next, {rows[MOST].texts['name']}."
    ]


def _close(comparison: Comparison | None, asked: str) -> int:
    if comparison is None:
        return 0
    ids = [each.row.id for each in comparison.contenders]
    others = [place for place in range(len(ids)) if place != comparison.base]
    return next((place for place in others if ids[place] == asked), others[0])
