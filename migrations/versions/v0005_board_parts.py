"""The leaderboard: what a cell reads and is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

PARTS = ("inputs", "ops", "combines")


def upgrade() -> None:
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    for key in PARTS:
        op.add_column("board_rows", sa.Column(key, text, nullable=False, server_default=""))


def downgrade() -> None:
    for key in PARTS:
        op.drop_column("board_rows", key)
