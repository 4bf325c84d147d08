"""`python -m tests.benchmarks.search_signal ../shared/camvid --static FILE --out FILE.json`

Can the reward of a search tell genotypes apart? Random light genotypes, each trained and judged
with several seeds under the usual budget of a search, without early stops. Printed: the variance
between genotypes (of their means, less what seeds add to it), that within (of seeds), their ratio,
and how well one ranking agrees with that of another seed (Kendall). Trials that are in the file
already are not run again; `--share 0/2` and `--share 1/2` divide them between two processes.
`--cells NAME...` takes these cells instead of random ones, and prints their rewards, too.
"""

import argparse
import json
import random
import time
from itertools import combinations, product
from pathlib import Path
from statistics import mean, variance
from typing import Any

import torch

from core.datasets.resolve import open_path
from core.durable import replace_file
from core.host_lock import host_lock
from core.metrics.statistics import kendall_tau
from core.model_file import read_header
from core.named_genotypes import NAMED
from core.search.config import SearchConfig, TrialBudget, trial_seed
from core.search.limit import cost_limit
from core.search.material import TrialMaterial, open_material, part_data
from core.search.trial import run_trial
from core.space import sample


def main() -> None:
    """Runs what is missing, then prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("--static", type=Path, required=True, help="Has learnt part S only.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("~/.dyncell/cache").expanduser())
    parser.add_argument("--space", default="paper", choices=["paper", "extended"])
    parser.add_argument("--genotypes", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cells", nargs="*", help="Named cells instead of random ones.")
    parser.add_argument("--share", default="0/1", help="K/N: this process takes every Nth trial.")
    options = parser.parse_args()
    torch.set_num_threads(1)
    config = SearchConfig(dataset="camvid", space=options.space, budget=TrialBudget(rungs=()))
    material = opened(options, config)
    named = {NAMED[name].key: name for name in options.cells or ()}
    genotypes = [NAMED[name] for name in named.values()]
    genotypes = genotypes or drawn(config, material, options.genotypes)
    number, shares = map(int, options.share.split("/"))
    wanted = list(product(range(options.seeds), genotypes))[number::shares]
    for seed, genotype in wanted:
        if any(row["key"] == genotype.key and row["seed"] == seed for row in rows(options.out)):
            continue
        begun = time.monotonic()
        result = run_trial(
            genotype,
            budget=config.budget,
            seed=trial_seed(seed, genotype.key),
            thresholds={},
            material=material,
        )
        row = {"key": genotype.key, "genotype": genotype.to_dict(), "seed": seed}
        add(options.out, row | result.to_dict(), config)
        print(f"{genotype.key} seed {seed}: {result.reward:.4f}, {time.monotonic() - begun:.0f} s")
    show(rows(options.out))
    for key, name in named.items():
        seeds = [100 * row["reward"] for row in rows(options.out) if row["key"] == key]
        print(f"{name}: reward {mean(seeds):.2f}, {min(seeds):.2f} to {max(seeds):.2f}")


def opened(options: argparse.Namespace, config: SearchConfig) -> TrialMaterial:
    """The material of the trials, as a search opens it."""
    data = part_data(
        open_path(options.camvid, cache_dir=options.cache / "datasets"),
        split=config.split,
        input_size=read_header(options.static).config.input_size,
        cache_dir=options.cache / "datasets",
        name="camvid",
    )
    return open_material(
        config,
        options.static,
        cells=data.cells,
        reward=data.reward,
        cache_dir=options.cache / "features",
        threads=1,
    )


def drawn(config: SearchConfig, material: TrialMaterial, count: int) -> list[Any]:
    """Different random genotypes that the search would allow."""
    height, width = material.learn[0].labels.shape[-2:]
    is_cheap = cost_limit(config, material.static, height=height, width=width)
    rng, found = random.Random(0), {}
    while len(found) < count:
        genotype = sample(config.genotypes, rng)
        if is_cheap is None or is_cheap(genotype):
            found.setdefault(genotype.key, genotype)
    return list(found.values())


def rows(path: Path) -> list[dict[str, Any]]:
    """The trials of the file."""
    return json.loads(path.read_text())["trials"] if path.exists() else []


def add(path: Path, row: dict[str, Any], config: SearchConfig) -> None:
    """Writes one more trial into the file."""
    with host_lock(path.with_suffix(".lock")), replace_file(path) as temporary:
        document = {"config": config.to_dict(), "trials": [*rows(path), row]}
        temporary.write_text(json.dumps(document, indent=1))


def show(trials: list[dict[str, Any]]) -> None:
    """Prints the variances of the genotypes that have all seeds."""
    seeds = sorted({row["seed"] for row in trials})
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in trials:
        found.setdefault(row["key"], {})[row["seed"]] = row
    whole = {key: row for key, row in found.items() if len(row) == len(seeds)}
    print(f"{len(whole)} genotypes, {len(seeds)} seeds each; percent")
    if len(whole) < 2 or len(seeds) < 2:
        return
    for score in ("reward", "accuracy", "stability", "miou"):
        table = [[100 * row[seed][score] for seed in seeds] for row in whole.values()]
        within = mean(variance(line) for line in table)
        between = max(0.0, variance([mean(line) for line in table]) - within / len(seeds))
        taus = [
            kendall_tau([line[a] for line in table], [line[b] for line in table]) or 0.0
            for a, b in combinations(range(len(seeds)), 2)
        ]
        print(
            f"{score:<10} mean {mean(mean(line) for line in table):6.2f}  between {between:.4f}  "
            f"within {within:.4f}  ratio {between / within if within else float('inf'):6.2f}  "
            f"tau between seeds {mean(taus):.2f}"
        )


if __name__ == "__main__":
    main()
