"""The leaderboard: runs, and rows kept up by the writes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXTS = (
    "name",
    "kind",
    "key",
    "dataset",
    "split",
    "frames",
    "static",
    "search",
    "timed_on",
    "setting",
)
FLAGS = (
    "cell",
    "light",
    "memoryless",
    "shipped",
    "archived",
    "ranked",
    "greyed",
    "stopped",
    "failed",
    "busy",
)
COMPANIONS = ("vcacc8", "vcacc16", "vc8", "vc16", "tc_m", "aba_flicker", "pcr", "static_flicker")
METRICS = (
    "miou",
    "fwiou",
    "pixel_accuracy",
    "mean_accuracy",
    "accuracy_half",
    "boundary_miou",
    "gain",
    "reward",
    "stability",
    "tvacc8",
    "tvacc16",
    "latency_p50",
    "latency_p95",
    "fps_model",
    "params",
    "macs_steady",
    "macs_key",
    *COMPANIONS,
    "tc_agreement",
    "tc_ratio",
)
RATIOS = [f"{key}_ratio" for key in COMPANIONS]
RANKED = ("miou", "tvacc8", "tvacc16", "reward")


def upgrade() -> None:
    op.create_index("ix_models_sha256", "models", ["sha256"], unique=False)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "board_runs",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("row", number, nullable=False),
        sa.Column("model_key", sa.String(length=64), nullable=False),
        sa.Column("base_key", sa.String(length=64), nullable=False),
        sa.Column("search_id", sa.String(length=16), nullable=False),
        sa.Column("run", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("row", "model_key", "base_key", "search_id"):
        op.create_index(f"ix_board_runs_{column}", "board_runs", [column], unique=False)
    op.create_table(
        "board_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "board_rows",
        sa.Column("number", number, autoincrement=False, nullable=False),
        *(sa.Column(key, text, nullable=False) for key in TEXTS),
        *(sa.Column(key, sa.Boolean(), nullable=False) for key in FLAGS),
        sa.Column("seeds", sa.Double(), nullable=False),
        sa.Column("nodes", sa.Double(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        *(sa.Column(key, sa.Double(), nullable=True) for key in (*METRICS, *RATIOS)),
        *(sa.Column(key + end, sa.Double()) for key in RANKED for end in ("_low", "_high")),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_board_rows_setting", "board_rows", ["setting", "archived"])
    for key in RANKED:
        op.create_index(f"ix_board_rows_{key}_low", "board_rows", ["setting", f"{key}_low"])
    op.create_table(
        "board_details",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["board_rows.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    for table in ("board_details", "board_rows", "board_state", "board_runs"):
        op.drop_table(table)
    op.drop_index("ix_models_sha256", "models")
