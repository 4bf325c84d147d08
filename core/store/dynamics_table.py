"""The table of models' behaviour over time."""

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables import Base, Json


class DynamicsRow(Base):
    """A model's behaviour over time on a dataset split; one row per model, data and protocol."""

    __tablename__ = "dynamics"
    __table_args__ = (
        UniqueConstraint("model_key", "data_key", "protocol_key", name="uq_dynamics_key"),
        Index("ix_dynamics_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    model_key: Mapped[str] = mapped_column(String(64))
    model_name: Mapped[str] = mapped_column(Text)
    dataset_id: Mapped[str | None] = mapped_column(
        ForeignKey("datasets.id", ondelete="SET NULL"), index=True
    )
    dataset_name: Mapped[str] = mapped_column(Text)
    data_key: Mapped[str] = mapped_column(String(64))
    split: Mapped[str] = mapped_column(String(120))
    protocol_key: Mapped[str] = mapped_column(String(64))
    options: Mapped[Json]
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    document: Mapped[Json]
    created_at: Mapped[float]
