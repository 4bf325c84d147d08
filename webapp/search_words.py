"""A search in words: what it was asked, how its parts are called."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from core.genotype import Genotype
from core.search.config import AUTO, Objective, SearchConfig
from core.search_front import COSTS
from core.search_records import Search
from webapp.wording import count, duration

STRATEGIES = {
    "ppo": "A controller network writes cells word by word and learns from their rewards.",
    "evolution": "The best of a few recent cells is changed in one place, again and again.",
    "random": "Cells are drawn by chance: the yardstick of the others.",
}
"""Strategy -> what it does."""

SPACES = {
    "paper": "The operations and combines of the method's paper.",
    "extended": "Besides those pooling, a channel gate, and the combines that see motion: "
    "correlate and align.",
}

CELLS = {
    "light": "Never reads the deep features of this frame, so that the deep encoder rests.",
    "full": "Reads them, on every frame: steadier labels, nothing spared.",
    "any": "Both are allowed.",
}

CAUSES = {
    "oom": "out of memory",
    "nan": "training diverged",
    "timeout": "no sign of life",
    "crash": "crashed",
}
"""Why trials fail -> in words."""

OBJECTIVES: dict[Objective, str] = {
    "accuracy": "Accuracy",
    "stability": "Stability",
    "macs": "MACs",
    "latency": "Latency",
}
"""What cells are compared by -> its name."""

STAGES = {
    "static": "Static network",
    "features": "Features",
    "controller": "Strategy",
    "load": "Loading features",
    "train": "Training cells",
    "judge": "Judging cells",
    "time": "Timing frames",
    "other": "Failed trials",
}


def percent(share: float) -> str:
    """A share in percent: `63.2 %`."""
    return f"{100 * share:.1f} %"


def objective_words(objectives: Sequence[Objective]) -> list[str]:
    """Objectives within a sentence: `accuracy`, `MACs`."""
    return ["MACs" if each == "macs" else OBJECTIVES[each].lower() for each in objectives]


def axis_title(objective: Objective, *, short: bool = False) -> str:
    """An objective with its unit: `Accuracy, %`, `MACs, % of static`."""
    name = OBJECTIVES[objective]
    if objective in COSTS:
        return f"{name} of static" if short else f"{name}, % of static"
    return name if short else f"{name}, %"


def cell_lines(genotype: dict[str, Any]) -> list[str]:
    """The nodes of a genotype as people read them, one line each."""
    nodes = Genotype.from_dict(genotype).nodes
    return [f"{number}: {node}" for number, node in enumerate(nodes)]


def asked_line(search: Search, config: SearchConfig) -> str:
    """What a search was asked, on one line."""
    static = search.prepared.get("static_name") or config.static
    dataset, static = PurePath(config.dataset).name, PurePath(static).name
    its = f"static network {static}"
    if static == AUTO:
        its = "a static network that fits, trained first where there is none"
    share = config.most_macs_share
    parts = [
        f"on {dataset} / {config.split}",
        its,
        f"{config.cell} cells of {count(config.nodes, 'node')} in the space {config.space}",
    ]
    if share is not None:
        parts.append(f"at most {100 * share:.0f} % of the static network's MACs")
    parts.append(f"seed {config.seed}")
    parts.append(f"parallelism {config.parallelism}")
    if config.hours is not None:
        parts.append(f"at most {config.hours:g} h")
    return " · ".join(parts)


def budget_line(config: SearchConfig) -> str:
    """How each cell is trained and judged, on one line."""
    budget = config.budget
    rungs = ", ".join(map(str, budget.rungs))
    early = f", poor ones stopped after {rungs}" if rungs else ""
    return (
        f"Each cell learns {count(budget.epochs, 'epoch')} of clips of {budget.length} frames"
        f"{early}; rewards come from roll-outs of {budget.judge_length} frames"
    )


def left_text(seconds: float) -> str:
    """A time that is still needed: `about 3 h`, `about 12 min`, `0:40`."""
    if seconds >= 48 * 3600:
        return f"{seconds / 86400:.1f} days"
    if seconds >= 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else duration(seconds)


def work_text(days: float) -> str:
    """An amount of work: `1.24 days`, `3.1 h`, `12 min`, `40 s`."""
    if days >= 1:
        return f"{days:.2f} days"
    if days >= 1 / 24:
        return f"{24 * days:.1f} h"
    return f"{1440 * days:.0f} min" if days >= 1.5 / 1440 else f"{86400 * days:.0f} s"
