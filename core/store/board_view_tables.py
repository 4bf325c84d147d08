"""The tables of the leaderboard's saved views and last used columns."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables import Base, Json


class BoardViewRow(Base):
    """A saved view of the leaderboard."""

    __tablename__ = "board_views"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    parts: Mapped[Json]
    is_default: Mapped[bool]
    created_at: Mapped[float]
    changed_at: Mapped[float]


class BoardColumnsRow(Base):
    """The columns of the leaderboard that were chosen last, for each kind of rows."""

    __tablename__ = "board_columns"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    columns: Mapped[str] = mapped_column(Text)
