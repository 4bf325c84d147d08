"""`python -m tests.benchmarks.search_finals ../shared/camvid --search FILE.json --out FILE.json`

Is what a search found worth its proxy reward? `--search` is what `dyncell search show NAME --json`
printed. Its three best cells and the named light cells are trained to the end with three seeds, the
first 20 different cells of its random twin with one, on the simulated clips of the whole split in
the static network that is shipped. All are judged on the report frames of the val clip with the
given key interval, as in `tests.benchmarks.cells`. Printed: the groups with 95% intervals (over
seeds; of random cells over cells), and how well rewards and final scores agree (Kendall).

What was measured is kept in `--out` by cell and seed: the same command trains only what is not
there yet, and `--share 0/2` and `--share 1/2` divide the work between two processes.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from core.datasets.resolve import open_path
from core.datasets.training import DatasetData
from core.genotype import Genotype
from core.metrics.statistics import kendall_tau, spread
from core.model_file import read_header
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.train.cell_config import cell_training
from core.train.cell_file import train_cell_to_file
from core.video.simulate import Motion
from tests.benchmarks.cells import Clip, add, judge, loaded, read_clip, rows

TOP, SEEDS, CHANCE = 3, 3, 20
"""Best cells of the search, seeds of each, and random cells with one seed each."""

STATIC = Path("core/weights/camvid-static.safetensors")


@dataclass(frozen=True)
class Case:
    """A cell to be trained with one seed; `reward` is what the search gave it, in percent."""

    row: str
    genotype: Genotype
    seed: int
    reward: float | None

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.genotype.key} seed {self.seed}"


def main() -> None:
    """Trains and judges what is missing, then prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("--search", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--static", type=Path, default=STATIC)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--length", type=int, default=5)
    parser.add_argument("--key-interval", type=int, default=5)
    parser.add_argument("--cache", type=Path, default=Path("~/.dyncell/cache").expanduser())
    parser.add_argument("--models", type=Path, help="A folder that keeps the trained models.")
    parser.add_argument("--share", default="0/1", help="K/N: take every Nth training.")
    options = parser.parse_args()
    torch.set_num_threads(1)
    number, shares = map(int, options.share.split("/"))
    data = learnt(options)
    clip: list[Clip] = []
    for case in list(cases(json.loads(options.search.read_text())))[number::shares]:
        if not any(row["key"] == case.key for row in rows(options.out)):
            clip = clip or [read_clip(options.camvid)]
            add(options.out, measured(case, data, clip[0], options))
    show(rows(options.out))


def cases(search: dict[str, Any]) -> Iterator[Case]:
    """Everything that is trained, groups and seeds mixed so that a part of it is of use, too."""
    best = distinct(sorted(search["trials"], key=lambda trial: -(trial["reward"] or 0)))[:TOP]
    groups = [
        [
            Case(f"found {place}", Genotype.from_dict(trial["genotype"]), seed, trial["reward"])
            for seed in range(SEEDS)
            for place, trial in enumerate(best, 1)
        ],
        [
            Case(name, genotype, seed, None)
            for seed in range(SEEDS)
            for name, genotype in NAMED.items()
            if genotype.is_light
        ],
        [
            Case("random", Genotype.from_dict(trial["genotype"]), 0, trial["reward"])
            for trial in distinct(search["twin"]["trials"])[:CHANCE]
        ],
    ]
    return (case for case in chain(*zip_longest(*groups)) if case is not None)


def distinct(trials: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first trial of every cell that has a reward."""
    found: dict[str, dict[str, Any]] = {}
    for trial in trials:
        if trial["reward"] is not None:
            found.setdefault(trial["key"], trial)
    return list(found.values())


def learnt(options: argparse.Namespace) -> DatasetData:
    """The labelled frames of the train split."""
    return DatasetData(
        open_path(options.camvid, cache_dir=options.cache / "datasets"),
        splits=["train"],
        name="camvid",
        input_size=read_header(options.static).config.input_size,
        cache_dir=options.cache / "datasets",
    )


def measured(
    case: Case, data: DatasetData, clip: Clip, options: argparse.Namespace
) -> dict[str, Any]:
    """Trains one cell as `dyncell train cell` does, and judges it."""
    training = cell_training(
        CellConfig.of(case.genotype, key_interval=options.key_interval),
        seed=case.seed,
        steps=options.steps,
        length=options.length,
    )
    with TemporaryDirectory() as folder:
        file = (options.models or Path(folder)) / f"{case.key.replace(' ', '-')}.safetensors"
        train_cell_to_file(
            training,
            options.static,
            data,
            file,
            motion=Motion.for_palette(data.palette, length=options.length),
            cache_dir=options.cache / "features",
            command="python -m tests.benchmarks.search_finals",
            threads=1,
        )
        phases = options.key_interval
        start = partial(loaded, str(file), options.key_interval)
        scores = judge(clip, start, phases=phases)
    known = {"row": case.row, "key": case.key, "seed": case.seed, "reward": case.reward}
    setting = {"steps": options.steps, "length": options.length, "key_interval": phases}
    return known | setting | scores.to_dict() | {"genotype": case.genotype.to_dict()}


def show(found: Sequence[dict[str, Any]]) -> None:
    """Prints every group, and how rewards and final scores agree."""
    for name in sorted({row["row"] for row in found}):
        of_group = [row for row in found if row["row"] == name]
        texts = []
        for score in ("miou", "aba", "vcacc16", "tc"):
            seen = spread([row[score] for row in of_group])
            interval = "" if seen.low is None else f" [{seen.low:.2f}, {seen.high:.2f}]"
            texts.append(f"{score} {seen.mean:.2f}{interval}")
        print(f"{name:<12} {len(of_group):>2} x  " + "  ".join(texts))
    judged = [row for row in found if row["seed"] == 0 and row["reward"] is not None]
    chance = [row for row in judged if row["row"] == "random"]
    for title, some in (("random cells", chance), ("random and found cells", judged)):
        rewards = [row["reward"] for row in some]
        for score in ("miou", "tc"):
            tau = kendall_tau(rewards, [row[score] for row in some])
            shown = "none" if tau is None else f"{tau:.2f}"
            print(f"Kendall of reward and final {score}, {len(some)} {title}, seed 0: {shown}")


if __name__ == "__main__":
    main()
