"""What the trials of a search say in numbers; plain data in and out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.genotype import COMBINES, INPUTS, OPS
from core.search.config import SearchConfig
from core.search_records import Trial, TrialState
from core.search_summary import best_cells, is_stopped

Fate = Literal["done", "stopped", "shared", "failed"]
"""How a trial ended: trained to the end, stopped at a rung, with an equal one's result, not."""

FATES: tuple[Fate, ...] = ("done", "stopped", "shared", "failed")

_BEST = 10  # cells at most that stand for what is good; never more than a quarter of all

Choice = Literal["ops", "combines", "inputs"]


def fate(trial: Trial) -> Fate | None:
    """How a trial ended; None while it has not."""
    if not trial.state.is_finished:
        return None
    if trial.state is TrialState.FAILED:
        return "failed"
    if trial.same_as is not None:
        return "shared"
    return "stopped" if is_stopped(trial) else "done"


def best_so_far(trials: Iterable[Trial]) -> tuple[list[int], list[float]]:
    """The incumbent: numbers of the finished trials, and the best reward up to each."""
    numbers, best = list[int](), list[float]()
    highest: float | None = None
    for trial in trials:
        if not trial.state.is_finished:
            continue
        if trial.reward is not None:
            highest = trial.reward if highest is None else max(highest, trial.reward)
        if highest is not None:
            numbers.append(trial.number)
            best.append(highest)
    return numbers, best


@dataclass(frozen=True)
class Frequencies:
    """How often each word is chosen, window after window.

    Attributes:
        windows: What each column is: `0-9`, ..., at last `best 10`.
        words: The rows.
        shares: Per word the share of each column in percent; a column adds up to 100.
    """

    windows: tuple[str, ...]
    words: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]


def frequencies(
    trials: Sequence[Trial], config: SearchConfig, choice: Choice, *, columns: int = 8
) -> Frequencies:
    """Which operations, combines or inputs are chosen in the course of a search, and by the best.

    Args:
        trials: In number order; at least one.
        config: The search.
        choice: What is counted.
        columns: Windows at most, of equal length.
    """
    length = max(5, -(-len(trials) // columns))
    groups = {
        _window(first, min(first + length, len(trials)) - 1): list(trials[first : first + length])
        for first in range(0, len(trials), length)
    }
    best = best_cells(trials, most=min(_BEST, max(1, len(trials) // 4)))
    if best:
        groups[f"best {len(best)}"] = best
    words = _words(config)[choice]
    counts = [
        Counter(word for t in group for word in _chosen(t, choice)) for group in groups.values()
    ]
    totals = [max(1, sum(each[word] for word in words)) for each in counts]
    shares = tuple(
        tuple(100 * each[word] / total for each, total in zip(counts, totals, strict=True))
        for word in words
    )
    return Frequencies(tuple(groups), words, shares)


def _window(first: int, last: int) -> str:
    return f"{first}-{last}" if last > first else str(first)


def _words(config: SearchConfig) -> dict[Choice, tuple[str, ...]]:
    inputs = tuple(name for name in INPUTS if config.cell != "light" or name != "high")
    return {"ops": OPS[config.space], "combines": COMBINES[config.space], "inputs": inputs}


def _chosen(trial: Trial, choice: Choice) -> list[str]:
    pick: dict[Choice, Callable[[dict[str, Any]], list[str]]] = {
        "ops": lambda node: [node["left_op"], node["right_op"]],
        "combines": lambda node: [node["combine"]],
        "inputs": lambda node: [str(node["left"]), str(node["right"])],
    }
    return [word for node in trial.genotype["nodes"] for word in pick[choice](node)]
