"""Rows of the leaderboard against one of them, metric by metric: differences with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.board.columns import COLUMNS, METRICS, Column
from core.board.contender import Contender
from core.board.row import STANDS_STILL, TIMED
from core.errors import BadInput
from core.metrics.difference import Difference, difference
from core.metrics.ranking import is_greyed

FEWEST, MOST = 2, 4
"""How many rows are compared at once."""

COUNTED = ("params", "macs_steady", "macs_key")
"""Metrics that are counted, not measured: any difference is a real one."""

Verdict = Literal["base", "better", "worse", "tie", "equal", "open"]
"""How a row stands to the base: it is the base; beyond the 95% interval better or worse; tied,
since the interval holds 0; counted and equal; not to be said."""

OTHER_SETTING = "judged in another setting, so the two cannot be compared"
OTHER_SIZES = "counted at another size of frames, so the two cannot be compared"
OTHER_PLACE = "timed in another place, so the two cannot be compared"
WAS_BUSY = "other work ran while one of them was timed"
NO_DIRECTION = "read beside TC-m: neither more nor less of it is better"
NOT_STEADIER = (
    "steadier only because it is wrong more often: its mIoU is more than 1 point, or more than a "
    "twentieth, lower"
)


class BadComparison(BadInput):
    """Rows that cannot be compared; the sentence says how to go on."""


@dataclass(frozen=True)
class Standing:
    """A number of one row, and how it stands to that of the base.

    Attributes:
        mean: The mean over seeds; None where it is missing.
        interval: Its 95% interval; None with fewer than two seeds.
        seeds: The seeds it is the mean of.
        missing: Why the mean is missing; empty where it is there.
        difference: The row minus the base; None for the base, and where there is none.
        verdict: Better, worse, or which other.
        reason: Why there is no difference, no interval or no verdict; empty where all are there.
    """

    mean: float | None
    interval: tuple[float, float] | None
    seeds: int
    missing: str
    difference: Difference | None = None
    verdict: Verdict = "open"
    reason: str = ""


@dataclass(frozen=True)
class MetricLine:
    """One metric of all rows, in their order."""

    metric: str
    standings: tuple[Standing, ...]

    @property
    def column(self) -> Column:
        """What the metric is."""
        return COLUMNS[self.metric]

    @property
    def is_measured(self) -> bool:
        """Whether at least one row has it."""
        return any(standing.mean is not None for standing in self.standings)


@dataclass(frozen=True)
class Comparison:
    """Two to four rows and which of them the others are compared with.

    Attributes:
        contenders: The rows, in the order in which they were named.
        base: The place of the base among them.
        lines: Every metric of the leaderboard.
    """

    contenders: tuple[Contender, ...]
    base: int
    lines: tuple[MetricLine, ...]

    @property
    def base_contender(self) -> Contender:
        """The one that the others are compared with."""
        return self.contenders[self.base]

    def is_alike(self, place: int) -> bool:
        """Whether the row there was judged in the base's setting."""
        return _are_alike(self.base_contender, self.contenders[place])


def compare(contenders: Sequence[Contender], *, base: int = 0) -> Comparison:
    """Compares rows with the one at `base`.

    Raises:
        BadComparison: There are fewer than two rows or more than four.
    """
    refuse_count(len(contenders))
    lines = [
        MetricLine(
            column.key,
            tuple(
                _standing(contenders[base], each, column, is_base=place == base)
                for place, each in enumerate(contenders)
            ),
        )
        for column in METRICS
    ]
    return Comparison(tuple(contenders), base, tuple(lines))


def refuse_count(rows: int) -> None:
    """Refuses what are too few or too many rows.

    Raises:
        BadComparison: There are fewer than two rows or more than four.
    """
    if rows < FEWEST:
        named = "one row was" if rows == 1 else "no row was"
        raise BadComparison(f"A comparison takes two to four rows, but {named} named; add others.")
    if rows > MOST:
        raise BadComparison(
            f"A comparison takes two to four rows, but {rows} were named; leave some out."
        )


def against(
    base: Sequence[tuple[int | None, float]],
    values: Sequence[tuple[int | None, float]],
    *,
    better: str | None,
) -> tuple[Difference, Verdict]:
    """The difference of two means by seed, and what it says where `better` values are such."""
    found = difference(base, values)
    if found.interval is None or better is None:
        return found, "open"
    low, high = found.interval
    if low <= 0 <= high:
        return found, "tie"
    return found, _sign(found.value, better)


def _standing(base: Contender, other: Contender, column: Column, *, is_base: bool) -> Standing:
    key, row = column.key, other.row
    mean, values = row.means.get(key), other.values(key)
    alone = Standing(
        mean=mean,
        interval=None if mean is None else row.interval(key),
        seeds=len(values),
        missing=row.reason(key) or "",
    )
    if is_base:
        return replace(alone, verdict="base")
    why_not = _why_no_difference(base, other, key)
    if why_not or not values or not base.values(key):
        return replace(alone, reason=why_not)
    if key in COUNTED:
        found = Difference(row.means[key] - base.row.means[key])
        verdict: Verdict = "equal" if found.value == 0 else _sign(found.value, column.better)
        return replace(alone, difference=found, verdict=verdict)
    found, verdict = against(base.values(key), values, better=column.better)
    why_open = found.reason or _why_no_verdict(base, other, column, verdict)
    if why_open:
        return replace(alone, difference=found, reason=why_open)
    return replace(alone, difference=found, verdict=verdict)


def _why_no_difference(base: Contender, other: Contender, key: str) -> str:
    if key not in base.row.means or key not in other.row.means:
        return ""  # the missing number has its own reason
    if key in TIMED:
        is_alike = base.row.texts["timed_on"] == other.row.texts["timed_on"]
        return "" if is_alike else OTHER_PLACE
    if key == "params":
        return ""
    if key in COUNTED:
        kinds = {each.row.texts["kind"] == "trial" for each in (base, other)}
        return "" if kinds == {False} or _are_alike(base, other) else OTHER_SIZES
    return "" if _are_alike(base, other) else OTHER_SETTING


def _why_no_verdict(base: Contender, other: Contender, column: Column, verdict: Verdict) -> str:
    """Numbers that a constant picture wins are no merit of the row that is wrong more often."""
    if column.key in TIMED and (base.row.flags["busy"] or other.row.flags["busy"]):
        return WAS_BUSY
    if column.key == "tc_ratio":
        return NO_DIRECTION
    if column.role in ("companion", "unsorted") and verdict in ("better", "worse"):
        winner, loser = (other, base) if verdict == "better" else (base, other)
        if is_greyed(winner.row.means.get("miou"), loser.row.means.get("miou")):
            return NOT_STEADIER
        if winner.row.details.get("greyed") == STANDS_STILL:
            return f"steadier only because {STANDS_STILL}"
    return ""


def _sign(value: float, better: str | None) -> Verdict:
    if better is None:
        return "open"
    return "better" if (value > 0) == (better == "higher") else "worse"


def _are_alike(base: Contender, other: Contender) -> bool:
    setting = base.row.texts["setting"]
    return bool(setting) and setting == other.row.texts["setting"]
