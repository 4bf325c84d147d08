"""Models' behaviour over time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "dynamics",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("model_key", sa.String(length=64), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.String(length=16), nullable=True),
        sa.Column("dataset_name", sa.Text(), nullable=False),
        sa.Column("data_key", sa.String(length=64), nullable=False),
        sa.Column("split", sa.String(length=120), nullable=False),
        sa.Column("protocol_key", sa.String(length=64), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_key", "data_key", "protocol_key", name="uq_dynamics_key"),
    )
    op.create_index("ix_dynamics_created", "dynamics", ["created_at"], unique=False)
    op.create_index("ix_dynamics_dataset_id", "dynamics", ["dataset_id"], unique=False)
    op.create_index("ix_dynamics_job_id", "dynamics", ["job_id"], unique=False)
