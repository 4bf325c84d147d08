"""Which numbers may put one row before another, and which only accompany it."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

RANKING_KEYS = ("miou", "tvacc8", "tvacc16", "reward")
"""The only keys a leaderboard sorts by on its own: no constant picture wins by them."""

LOWER_IS_STEADIER = ("pcr", "aba_flicker", "static_flicker")
HIGHER_IS_STEADIER = ("vc8", "vc16", "vcacc8", "vcacc16", "tc_m")
COMPANION_KEYS = LOWER_IS_STEADIER + HIGHER_IS_STEADIER
"""Best, or nearly so, for a picture that never changes: shown as a ratio to the row's own base."""

MARGIN, LEAST_SHARE = 1.0, 0.95
"""How many percent of mIoU, and down to what share of it, a row may lose against its static base
before its stability is greyed: the stricter of the two counts."""

LEAST_CHANGE = 0.5
"""A row whose labels change less often than this share of the ground truth's stands still."""

Name = TypeVar("Name")


def is_ranking_key(key: str) -> bool:
    """Whether rows may be sorted by `key` alone."""
    return key in RANKING_KEYS


def is_greyed(miou: float | None, base_miou: float | None) -> bool:
    """Whether a row's stability says nothing: its mIoU is clearly below its own static base.

    Clearly is more than `MARGIN` points, and where the base is weak already below `LEAST_SHARE` of
    it. Both in percent; a row or base without mIoU is greyed too.
    """
    if miou is None or base_miou is None:
        return True
    return miou < max(base_miou - MARGIN, base_miou * LEAST_SHARE)


def stands_still(pcr: float | None, truth_pcr: float | None) -> bool:
    """Whether a picture moves so much less than the world that its stability says nothing.

    Where the base is weak a frozen picture loses next to no mIoU, so that alone finds it out. Both
    are pixel change rates in percent; False where one is not known.
    """
    return pcr is not None and truth_pcr is not None and pcr < truth_pcr * LEAST_CHANGE


def ratio_to_base(value: float | None, base: float | None) -> float | None:
    """A companion number as a multiple of the row's own static base; None where undefined."""
    return None if value is None or base is None or base == 0 else value / base


def best_first(rows: Mapping[Name, float | None], key: str) -> Sequence[Name]:
    """The rows' names sorted by a ranking key, best first; rows without a value come last.

    Args:
        rows: The value of `key` per row.
        key: One of `RANKING_KEYS`.

    Raises:
        ValueError: Rows must not be sorted by this key.
    """
    if not is_ranking_key(key):
        raise ValueError(f"{key} is no ranking key; rows are sorted by one of {RANKING_KEYS}")

    def place(name: Name) -> tuple[bool, float]:
        value = rows[name]
        return (value is None, -value if value is not None else 0.0)

    return sorted(rows, key=place)
