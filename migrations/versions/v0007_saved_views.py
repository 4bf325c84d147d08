"""Saved views of the leaderboard; evaluations that remember their deleted model."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("evaluations", sa.Column("facts", sa.JSON(), nullable=True))
    op.add_column(
        "board_rows", sa.Column("deleted", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "board_views",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "board_columns",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )


def downgrade() -> None:
    op.drop_table("board_columns")
    op.drop_table("board_views")
    with op.batch_alter_table("board_rows") as table:
        table.drop_column("deleted")
    with op.batch_alter_table("evaluations") as table:
        table.drop_column("facts")
