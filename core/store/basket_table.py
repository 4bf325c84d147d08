"""The table of the basket: frames that somebody wants to look at or to label."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables import Base


class BasketRow(Base):
    """A frame with the reason why it is there; the reason is text and outlives its evaluation."""

    __tablename__ = "basket"
    __table_args__ = (Index("ix_basket_created", "created_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    dataset_id: Mapped[str | None] = mapped_column(
        ForeignKey("datasets.id", ondelete="SET NULL"), index=True
    )
    dataset_name: Mapped[str] = mapped_column(Text)
    split: Mapped[str] = mapped_column(String(120))
    sequence: Mapped[str] = mapped_column(Text)
    frame: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    evaluation_id: Mapped[str | None] = mapped_column(
        ForeignKey("evaluations.id", ondelete="SET NULL"), index=True
    )
    model_name: Mapped[str] = mapped_column(Text)
    data_key: Mapped[str] = mapped_column(String(64))
    metric: Mapped[str] = mapped_column(String(40))
    class_text: Mapped[str] = mapped_column(Text)
    value: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float]
    removed_at: Mapped[float | None]
