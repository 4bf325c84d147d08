"""Made rows written into a data folder's leaderboard."""

from collections.abc import Sequence

from sqlalchemy import insert

from core.board.row import Row
from core.store.board_tables import board_details, board_rows
from core.store.board_upkeep import row_values
from core.store.session import Database


def fill_board(database: Database, rows: Sequence[Row]) -> None:
    """Adds rows as if their runs had been there."""
    details = [{"number": row.number, "details": row.details} for row in rows]
    with database.writing() as session:
        session.execute(insert(board_rows), [row_values(row) for row in rows])
        session.execute(insert(board_details), details)
