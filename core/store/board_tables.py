"""The tables of the leaderboard: what was measured run by run, and its rows, kept up by the writes.

`board_rows` is narrow because filters read all of it: what is only shown lies in `board_details`.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON, String

from core.board.columns import COLUMNS
from core.metrics.ranking import RANKING_KEYS
from core.store.tables import Base, Json

BOARD_VERSION = 9
"""Rises when the same measurements would come to other rows: the rows are made anew then."""

LOW, HIGH = "_low", "_high"
"""End the names of the columns with the ends of an interval."""

_Number = BigInteger().with_variant(Integer(), "sqlite")
_Text = Text().with_variant(Text(collation="C"), "postgresql")


def _column(key: str) -> Column[Any]:
    kind = COLUMNS[key].kind
    if kind == "text":
        return Column(key, _Text, nullable=False)
    if kind == "flag":
        return Column(key, Boolean, nullable=False)
    return Column(key, Double, nullable=key not in ("seeds", "created"))


class BoardRunRow(Base):
    """One run; a row of the leaderboard is made of the runs that name it."""

    __tablename__ = "board_runs"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    row: Mapped[int] = mapped_column(_Number, index=True)
    model_key: Mapped[str] = mapped_column(String(64), index=True)
    base_key: Mapped[str] = mapped_column(String(64), index=True)
    search_id: Mapped[str] = mapped_column(String(16), index=True)
    run: Mapped[Json]


class BoardStateRow(Base):
    """Which version of the code made the rows."""

    __tablename__ = "board_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


board_rows = Table(
    "board_rows",
    Base.metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    *(_column(key) for key in COLUMNS),
    *(Column(key + end, Double) for key in RANKING_KEYS for end in (LOW, HIGH)),
)
Index("ix_board_rows_setting", board_rows.c.setting, board_rows.c.archived)
for _key in RANKING_KEYS:
    Index(f"ix_board_rows_{_key}{LOW}", board_rows.c.setting, board_rows.c[_key + LOW])

board_details = Table(
    "board_details",
    Base.metadata,
    Column(
        "number",
        _Number,
        ForeignKey("board_rows.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("details", JSON, nullable=False),
)
