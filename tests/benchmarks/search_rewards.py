"""`python -m tests.benchmarks.search_rewards [--out FILE.json] [--picture FILE.png]`

Do the strategies of a search learn? Each one proposes 500 light genotypes of the space `paper` with
four nodes under a real search's limit on MACs, and is told a made reward in which the worth of a
choice depends on the choices beside it. Five seeds, each with a draw of the reward of its own, with
one trial at a time and with four under way. Printed: the best reward so far, in the mean over seeds
(and the least and the largest), the mean reward of the last 50 proposals, how many of the proposals
are different cells, and from which evaluation on the mean stays above that of chance.
"""

import argparse
import json
import time
from itertools import accumulate
from pathlib import Path
from statistics import mean
from typing import Any

import plotly.graph_objects as go

from core.genotype import Genotype
from core.nn.config import StaticConfig
from core.search.config import SearchConfig
from core.search.limit import cost_limit
from core.search.static_fit import STATIC_WIDTH
from core.search.strategies import STRATEGIES, build_searcher
from tests.benchmarks.figures import save_figure
from tests.core.search.made_search import rewards_of
from tests.core.search.rewards import PairwiseReward

SEEDS = range(5)
TRIALS = 500
SHOWN = (20, 40, 80, 160, 320, 500)
COLOURS = {"ppo": "#1f77b4", "evolution": "#d95f02", "random": "#777777"}
CONFIG = SearchConfig(dataset="made", space="paper", nodes=4, cell="light")
IS_CHEAP = cost_limit(
    CONFIG, StaticConfig(num_classes=11, width=STATIC_WIDTH), height=360, width=480
)


def main() -> None:
    """Runs all strategies and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="Write the runs as JSON.")
    parser.add_argument("--picture", type=Path, help="Draw the curves with one trial at a time.")
    options = parser.parse_args()
    runs = {}
    for parallelism in (1, 4):
        runs[parallelism] = {
            strategy: [searched(strategy, seed, parallelism) for seed in SEEDS]
            for strategy in STRATEGIES
        }
        show(runs[parallelism], parallelism)
    if options.out:
        options.out.write_text(document(runs))
    if options.picture:
        draw(runs[1], options.picture)


def searched(strategy: str, seed: int, parallelism: int) -> dict[str, Any]:
    """One search: `best` so far after each evaluation, `last` (mean of 50), `cells`, `seconds`."""
    assert IS_CHEAP is not None
    made, keys = PairwiseReward(CONFIG.genotypes, seed=seed), set()

    def reward(genotype: Genotype) -> float:
        keys.add(genotype.key)
        return made(genotype)

    begun = time.process_time()
    searcher = build_searcher(strategy, space=CONFIG.genotypes, seed=seed, accepts=IS_CHEAP)
    rewards = rewards_of(searcher, reward, trials=TRIALS, parallelism=parallelism)
    return {
        "best": list(accumulate(rewards, max)),
        "last": mean(rewards[-50:]),
        "cells": len(keys),
        "seconds": time.process_time() - begun,
    }


def mean_best(runs: list[dict[str, Any]]) -> list[float]:
    """The best reward so far after each evaluation, in the mean over seeds."""
    return [mean(each) for each in zip(*(run["best"] for run in runs), strict=True)]


def beats_from(curve: list[float], chance: list[float]) -> int | None:
    """The number of evaluations from which the curve stays above that of chance to the end."""
    not_above = [
        n for n, pair in enumerate(zip(curve, chance, strict=True), 1) if pair[0] <= pair[1]
    ]
    first = max(not_above, default=0) + 1
    return first if first <= len(curve) else None


def show(runs: dict[str, list[dict[str, Any]]], parallelism: int) -> None:
    """Prints one line per strategy."""
    print(f"{parallelism} under way; best reward so far after {SHOWN} evaluations")
    chance = mean_best(runs["random"])
    for strategy, of_seeds in runs.items():
        curve, ends = mean_best(of_seeds), [run["best"][-1] for run in of_seeds]
        print(
            f"{strategy:<10}",
            *(f"{curve[shown - 1]:.3f}" for shown in SHOWN),
            f"({min(ends):.3f}..{max(ends):.3f})",
            f"last 50: {mean(run['last'] for run in of_seeds):.3f}",
            f"cells: {mean(run['cells'] for run in of_seeds):.0f}",
            f"above chance from {beats_from(curve, chance)}",
            f"{1000 * mean(run['seconds'] for run in of_seeds) / TRIALS:.1f} ms CPU an evaluation",
            flush=True,
        )


def document(runs: dict[int, dict[str, list[dict[str, Any]]]]) -> str:
    """The runs as JSON, of every curve only its steps: [evaluation, best reward]."""
    return json.dumps(
        {
            "config": {key: CONFIG.to_dict()[key] for key in ("space", "nodes", "cell")}
            | {"most_macs_share": CONFIG.most_macs_share, "trials": TRIALS, "seeds": list(SEEDS)},
            "parallelism": {
                parallelism: {
                    strategy: [
                        {
                            "steps": steps(run["best"]),
                            "last": round(run["last"], 4),
                            "cells": run["cells"],
                        }
                        for run in of_seeds
                    ]
                    for strategy, of_seeds in strategies.items()
                }
                for parallelism, strategies in runs.items()
            },
        }
    )


def steps(best: list[float]) -> list[tuple[int, float]]:
    """The evaluations, from 1 on, that were better than all before, and their rewards."""
    return [
        (number, round(reward, 4))
        for number, reward in enumerate(best, 1)
        if number == 1 or reward > best[number - 2]
    ]


def draw(runs: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Draws the mean curves over thin ones of the seeds, by the browser of the browser tests."""
    figure = go.Figure()
    evaluations = list(range(1, TRIALS + 1))
    for strategy, of_seeds in runs.items():
        line = {"color": COLOURS[strategy], "shape": "hv"}
        for run in of_seeds:
            figure.add_scatter(
                x=evaluations,
                y=run["best"],
                line=line | {"width": 1},
                opacity=0.3,
                showlegend=False,
            )
        figure.add_scatter(
            x=evaluations, y=mean_best(of_seeds), line=line | {"width": 3}, name=strategy
        )
    figure.update_layout(
        template="plotly_white",
        width=720,
        height=420,
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        legend={"x": 0.98, "y": 0.04, "xanchor": "right", "yanchor": "bottom"},
        xaxis_title="evaluations",
        yaxis_title="best made reward so far",
    )
    figure.update_traces(mode="lines")
    save_figure(figure, path)


if __name__ == "__main__":
    main()
