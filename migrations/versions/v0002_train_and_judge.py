"""Train and judge: datasets, evaluations, latencies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("layout", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("artifact", sa.String(length=120), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("palette", sa.JSON(), nullable=False),
        sa.Column("splits", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index(op.f("ix_datasets_job_id"), "datasets", ["job_id"], unique=False)
    op.create_table(
        "evaluations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("model_id", sa.String(length=16), nullable=True),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("model_key", sa.String(length=64), nullable=False),
        sa.Column("dataset_id", sa.String(length=16), nullable=True),
        sa.Column("dataset_name", sa.Text(), nullable=False),
        sa.Column("data_key", sa.String(length=64), nullable=False),
        sa.Column("split", sa.String(length=120), nullable=False),
        sa.Column("protocol_key", sa.String(length=64), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("details", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_key", "data_key", "protocol_key", name="uq_evaluations_key"),
    )
    op.create_index("ix_evaluations_created", "evaluations", ["created_at"], unique=False)
    op.create_index(op.f("ix_evaluations_dataset_id"), "evaluations", ["dataset_id"], unique=False)
    op.create_index(op.f("ix_evaluations_job_id"), "evaluations", ["job_id"], unique=False)
    op.create_index(op.f("ix_evaluations_model_id"), "evaluations", ["model_id"], unique=False)
    op.create_table(
        "latencies",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("model_key", sa.String(length=64), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("setting", sa.JSON(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_latencies_model_key"), "latencies", ["model_key"], unique=False)


def downgrade() -> None:
    op.drop_table("latencies")
    op.drop_table("evaluations")
    op.drop_table("datasets")
