"""The columns of the leaderboard: what each holds, and whether rows may be sorted by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.metrics.descriptions import DESCRIPTIONS, Direction
from core.metrics.ranking import COMPANION_KEYS, RANKING_KEYS

ColumnKind = Literal["text", "flag", "number"]

Role = Literal["ranking", "companion", "plain", "unsorted"]
"""How rows may be put in order by a column: with ranks and ties; by its ratio to the row's own
static base, the greyed behind; as they are; not at all."""

RATIO = "_ratio"
"""Ends the key of a companion's ratio to the row's own static base."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: Its name in filters, sorts and files.
        kind: What its values are; a number may be missing, the others never are.
        label: What it is called.
        meaning: What it says, in one sentence.
        better: Which values are better; None where neither is.
        unit: What a number is counted in.
        digits: Digits shown behind the point.
        role: How rows may be sorted by it.
    """

    key: str
    kind: ColumnKind
    label: str
    meaning: str
    better: Direction | None = None
    unit: str = ""
    digits: int = 0
    role: Role = "plain"


_TEXTS = (
    Column("name", "text", "Name", "Of the model without its seed; of a trial its cell's key."),
    Column(
        "kind",
        "text",
        "Kind",
        "static, baseline, cell, trial, cells (the mean of several), or file where the model is "
        "not kept.",
    ),
    Column("key", "text", "Genotype", "The key of the cell's genotype; equal cells, equal keys."),
    Column("inputs", "text", "Inputs", 'What the cell reads; find one by inputs ~ " prev_low ".'),
    Column("ops", "text", "Operations", 'Each of the cell once; find one by ops ~ " sep3x3 ".'),
    Column(
        "combines", "text", "Combines", 'Each of the cell once; find one by combines ~ " blend ".'
    ),
    Column("dataset", "text", "Dataset", "What it was judged on."),
    Column("split", "text", "Split", "Which split of it."),
    Column("frames", "text", "Frames", "Which frames of the split, as 52..100; all where empty."),
    Column("static", "text", "Static network", "The static network that the cell lives in."),
    Column("search", "text", "Search", "The searches that tried the cell."),
    Column("timed_on", "text", "Timed on", "Where and how the latency was measured."),
    Column(
        "setting",
        "text",
        "Setting",
        "Data, protocol and, for trials, static network and budget: only rows of one setting can "
        "be compared.",
    ),
)

_FLAGS = (
    Column("cell", "flag", "Has a cell", "It is more than a static network."),
    Column("light", "flag", "Light", "Its cell's frames run without the deep encoder."),
    Column(
        "baseline",
        "flag",
        "Baseline",
        "What every cell must beat: nothing of it was searched for.",
    ),
    Column("memoryless", "flag", "Memoryless", "A control: it was trained without the past."),
    Column("shipped", "flag", "Shipped", "It is part of dyncell."),
    Column("archived", "flag", "Archived", "Somebody put it out of sight."),
    Column("ranked", "flag", "Ranked", "At least 3 seeds: fewer have no rank."),
    Column(
        "greyed",
        "flag",
        "Greyed",
        "Its steadiness says nothing: its mIoU is more than 1 point or a twentieth below its own "
        "static base, no base is known, or it changes less than half as often as the hand labels.",
    ),
    Column("stopped", "flag", "Stopped", "Every trial of it ended early, at a rung."),
    Column("failed", "flag", "Failed", "Every trial of it failed."),
    Column("busy", "flag", "Busy", "Other work ran while it was timed."),
    Column("deleted", "flag", "Deleted", "All its models were deleted; the scores stay."),
)

_COUNTS = (
    Column("seeds", "number", "Seeds", "Trainings that differ in their seed alone.", "higher"),
    Column("nodes", "number", "Nodes", "Nodes of the cell.", "lower"),
    Column("created", "number", "Made", "When the newest of its results came, seconds since 1970."),
)

_SHOWN_ONLY = ("tc_ratio", "tc_agreement")
"""A constant picture wins these too, and TC-m is there to sort by."""


def _metric(key: str) -> Column:
    known = DESCRIPTIONS[key]
    role: Role = "plain"
    if key in RANKING_KEYS:
        role = "ranking"
    elif key in COMPANION_KEYS:
        role = "companion"
    elif key in _SHOWN_ONLY:
        role = "unsorted"
    return Column(
        key, "number", known.label, known.meaning, known.better, known.unit, known.digits, role
    )


def _ratio(key: str) -> Column:
    known = DESCRIPTIONS[key]
    return Column(
        key + RATIO,
        "number",
        f"{known.label} / base",
        f"{known.label} as a multiple of that of the static network the cell lives in, judged "
        "alike; never read without the mIoU.",
        known.better,
        digits=2,
        role="companion",
    )


METRICS: tuple[Column, ...] = (*map(_metric, DESCRIPTIONS), *map(_ratio, COMPANION_KEYS))
"""What is measured, once per run; the mean over seeds is the row's value."""

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {each.key: each for each in (*_TEXTS, *_FLAGS, *_COUNTS, *METRICS)}
)
"""Every column by its key: the only names that a filter or a sort may use."""

MODEL_COLUMNS = (
    "name",
    "kind",
    "seeds",
    "miou",
    "gain",
    "aba_flicker_ratio",
    "latency_p50",
    "macs_steady",
    "params",
)
"""What is shown of models unless somebody chooses."""

TRIAL_COLUMNS = (
    "name",
    "seeds",
    "reward",
    "miou",
    "stability",
    "latency_p50",
    "macs_steady",
    "params",
    "nodes",
    "search",
)
"""The same of trials."""

_OF_TRIALS = frozenset(("reward", "stability", "search", "stopped", "failed"))
_MEASURED_IN_TRIALS = frozenset(
    ("reward", "accuracy_half", "stability", "miou", "latency_p50", "macs_steady", "params")
)
_OF_MODELS = frozenset(("frames", "shipped", "memoryless", "busy", "greyed", "deleted"))


def usual_columns(*, trials: bool) -> tuple[str, ...]:
    """What is shown of trials, or of models, unless somebody chooses."""
    return TRIAL_COLUMNS if trials else MODEL_COLUMNS


def usual_sort(*, trials: bool) -> str:
    """The column that trials, or models, are sorted by unless somebody chooses."""
    return "reward" if trials else "miou"


def possible_columns(*, trials: bool) -> tuple[str, ...]:
    """The columns in which trials, or models, can have something."""
    measured = {column.key for column in METRICS}
    if trials:
        return tuple(
            key
            for key in COLUMNS
            if key not in _OF_MODELS and (key not in measured or key in _MEASURED_IN_TRIALS)
        )
    return tuple(key for key in COLUMNS if key not in _OF_TRIALS)


def sort_column(key: str) -> str | None:
    """The column that rows are put in order by where somebody sorts by `key`.

    A companion is sorted by its ratio to the row's own static base; None = not to be sorted by.
    """
    column = COLUMNS[key]
    if column.kind == "flag" or column.role == "unsorted":
        return None
    return key + RATIO if key in COMPANION_KEYS else key


def nearest(name: str, *, among: tuple[str, ...] | None = None) -> str:
    """Column names that look like `name`, for an error: `miou, tc_m`; some of all otherwise."""
    from difflib import get_close_matches

    known = list(among or COLUMNS)
    found = get_close_matches(name.lower()[:64], known, n=3, cutoff=0.5)
    return ", ".join(found or [*known[:8], "..."])
