"""Baselines: their mark on the leaderboard, and cohorts of models that are shown as their mean."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("models", sa.Column("cohort", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "board_rows", sa.Column("baseline", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("board_rows", "baseline")
    op.drop_column("models", "cohort")
