"""Which trials an insight is drawn from, and what becomes of each of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from core.genotype import Genotype, InvalidGenotype
from core.insight.features import has
from core.insight.insight import JudgedCell

TrialChoice = Literal["random", "strategy", "all"]
"""Trials that chance alone proposed (random twins and random searches); those that a strategy
proposed, which are many of what it liked; both."""

ScoreName = Literal["reward", "accuracy", "stability", "miou", "rung"]
"""`rung` is the reward at the first rung, after equally many epochs for stopped trials and others;
the rest is what the trial came to."""

TRIALS_TOLD: dict[TrialChoice, str] = {
    "random": "drawn by chance: the random twin and random searches",
    "strategy": "proposed by a strategy, which are many of what it liked",
    "all": "drawn by chance and proposed by a strategy, which are many of what it liked",
}
"""Which trials, behind the word cells."""

NOT_YET = "has no such score yet"
"""Why a trial that has not ended has no part in an insight."""

SCORES_TOLD: dict[ScoreName, str] = {
    "reward": "reward",
    "accuracy": "accuracy A",
    "stability": "stability S",
    "miou": "mIoU",
    "rung": "reward at the first rung",
}
"""What scores are called."""


@dataclass(frozen=True)
class TrialFacts:
    """A trial of a search, as far as an insight needs it.

    Attributes:
        setting: What it was judged on and how.
        search: The search's name.
        is_random: Whether chance alone proposed it.
        key: The genotype's key.
        genotype: The genotype as JSON.
        is_shared: Whether it took the result of an equal one.
        is_stopped: Whether it ended early, at a rung.
        is_failed: Whether it failed.
        scores: What it came to, in percent, by `ScoreName`.
        macs_tenths: MACs of a steady frame in tenths of the static network's; None where unknown.
    """

    setting: str
    search: str
    is_random: bool
    key: str
    genotype: dict[str, object]
    is_shared: bool = False
    is_stopped: bool = False
    is_failed: bool = False
    scores: dict[str, float] = field(default_factory=dict)
    macs_tenths: float | None = None


@dataclass(frozen=True)
class Material:
    """The cells an insight is drawn from.

    Attributes:
        choice: Which trials were asked for.
        score: Which score.
        cells: The cells of those trials.
        searches: Names of the searches they are of.
        trials: Trials that have such a score, shared results left out.
        left_out: Why trials have no part in it -> how many; empty counts left out.
        stopped: Those of `trials` that ended early.
        passed_over: Trials that were not asked for: those of a strategy, or of chance.
    """

    choice: TrialChoice
    score: ScoreName
    cells: tuple[JudgedCell, ...]
    searches: tuple[str, ...]
    trials: int
    left_out: dict[str, int]
    stopped: int
    passed_over: int = 0


def choose_trials(
    facts: Iterable[TrialFacts], *, choice: TrialChoice, score: ScoreName
) -> Material:
    """The cells of the trials that were asked for."""
    cells: list[JudgedCell] = []
    searches: dict[str, None] = {}
    left_out: Counter[str] = Counter()
    trials = stopped = passed_over = 0
    for each in facts:
        if choice != "all" and each.is_random != (choice == "random"):
            passed_over += 1
            continue
        reason, cell = _cell(each, score)
        if cell is None:
            left_out[reason] += 1
            continue
        cells.append(cell)
        searches[each.search] = None
        trials += 1
        stopped += each.is_stopped
    return Material(
        choice,
        score,
        tuple(cells),
        tuple(searches),
        trials,
        dict(left_out),
        stopped,
        passed_over,
    )


def settings_of(facts: Sequence[TrialFacts]) -> dict[str, int]:
    """Setting -> its trials, the fullest first."""
    return dict(Counter(each.setting for each in facts).most_common())


def _cell(facts: TrialFacts, score: ScoreName) -> tuple[str, JudgedCell | None]:
    if facts.is_shared:
        return "shares the result of an equal cell", None
    if facts.is_failed:
        return "failed", None
    if score not in facts.scores:
        return NOT_YET, None
    features = _features(_Written(facts.key, facts.genotype))
    if features is None:
        return "has a genotype that this version cannot read", None
    if facts.macs_tenths is not None:
        features = {**features, "macs": facts.macs_tenths}
    return "", JudgedCell(facts.key, facts.setting, features, facts.scores[score])


@dataclass(frozen=True)
class _Written:
    """A genotype as JSON, known by its key."""

    key: str
    genotype: dict[str, object] = field(compare=False)


@lru_cache(maxsize=100_000)
def _features(written: _Written) -> dict[str, float] | None:
    """What the cell has; None where this version cannot read it. Nobody changes the answer."""
    try:
        return has(Genotype.from_dict(written.genotype))
    except InvalidGenotype:
        return None
