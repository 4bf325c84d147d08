"""Search: searches and trials."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("dataset_id", sa.String(length=16), nullable=True),
        sa.Column("data_key", sa.String(length=64), nullable=False),
        sa.Column("static_id", sa.String(length=16), nullable=True),
        sa.Column("static_key", sa.String(length=64), nullable=False),
        sa.Column("twin_of", sa.String(length=16), nullable=True),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("searcher", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("prepared", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["static_id"], ["models.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["twin_of"], ["searches.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_searches_created", "searches", ["created_at"], unique=False)
    for column in ("dataset_id", "job_id", "state", "static_id", "twin_of"):
        op.create_index(op.f(f"ix_searches_{column}"), "searches", [column], unique=False)
    op.create_table(
        "trials",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("search_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("genotype", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("same_as", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("reward", sa.Double(), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("search_id", "number", name="uq_trials_number"),
    )
    op.create_index("ix_trials_reward", "trials", ["search_id", "reward"], unique=False)
    op.create_index("ix_trials_state", "trials", ["search_id", "state"], unique=False)
    for column in ("key", "job_id"):
        op.create_index(op.f(f"ix_trials_{column}"), "trials", [column], unique=False)


def downgrade() -> None:
    op.drop_table("trials")
    op.drop_table("searches")
