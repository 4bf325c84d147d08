"""Segmentations name the file of their numbers per frame."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("segmentations", sa.Column("series", sa.String(length=120), nullable=True))


def downgrade() -> None:
    op.drop_column("segmentations", "series")
