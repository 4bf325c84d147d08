"""How much the hand labels themselves change and flicker: what a steady model is measured by."""

from collections.abc import Sequence

from core.board.columns import COLUMNS
from core.board.row import Row


def hand_labels(rows: Sequence[Row]) -> dict[str, float]:
    """The numbers of the hand labels, in percent, that rows of one setting were judged by.

    Empty where the rows are of several settings, or where labels are no video.
    """
    if len({row.texts["setting"] for row in rows}) != 1:
        return {}
    return next((row.details["truth"] for row in rows if row.details.get("truth")), {})


def hand_labels_line(rows: Sequence[Row]) -> str:
    """`Hand labels of these frames: ABA flicker 1.34 %, ...`; empty where nobody knows."""
    found = hand_labels(rows)
    parts = [
        f"{COLUMNS[key].label} {found[key]:.2f} %" for key in ("aba_flicker", "pcr") if key in found
    ]
    return f"Hand labels of these frames: {', '.join(parts)}." if parts else ""
