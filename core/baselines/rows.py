"""The rows of the table of baselines: what is judged as it is, and what is trained for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.baselines.config import BaselineConfig
from core.baselines.random_cells import Cohort
from core.genotype import Genotype
from core.named_genotypes import COPY, NAMED
from core.nn.cell_config import DEFAULT_KEY_INTERVAL

_AVERAGES = (
    BaselineConfig("ema", 0.7),
    BaselineConfig("ema", 0.5),
    BaselineConfig("dis-ema", 0.5),
    BaselineConfig("dis-ema", 0.3),
    BaselineConfig("homography", 0.5),
    BaselineConfig("homography", 0.3),
)

_LONGEST_STATIC = 30  # characters of the static network's name in that of a cell


@dataclass(frozen=True, kw_only=True)
class CellRow:
    """One training whose model is a baseline: a row, or one seed of it.

    Attributes:
        row: The row.
        called: What people call the cell: a name or its key.
        genotype: The cell.
        seed: Seed of the training.
        memoryless: Whether it is the control that never sees the past.
        cohort: The cells whose mean is the row; empty where seeds are its mean.
    """

    row: str
    called: str
    genotype: Genotype
    seed: int
    memoryless: bool = False
    cohort: str = ""

    def model_name(self, static: str) -> str:
        """What its model is called in the registry, unless somebody has taken the name."""
        what = "random" if self.cohort else "memoryless" if self.memoryless else ""
        words = f"{what} {self.called} on {static[:_LONGEST_STATIC]} seed {self.seed}"
        return words.strip()

    def key_interval(self, light: int) -> int:
        """Every how many frames the network runs: `light` for a light cell, 0 for a full one."""
        return light if self.genotype.is_light else 0


def untrained_rows(key_interval: int = DEFAULT_KEY_INTERVAL) -> tuple[str, ...]:
    """Baselines that learn nothing, as `core.fresh_cell` reads them, without their network."""
    copy = COPY if key_interval == DEFAULT_KEY_INTERVAL else f"{COPY}-{key_interval}"
    carried = BaselineConfig("dis-labels", key_interval)
    return (*map(str, _AVERAGES), copy, str(carried))


def cell_rows(*, seeds: int, cohort: Cohort | None) -> Iterator[CellRow]:
    """Baselines that are trained, in an order in which a part of it is of use, too.

    Args:
        seeds: Seeds 0, 1, ... of every named cell and of the memoryless control.
        cohort: The random cells, one seed each; None for none.
    """
    full = {name: genotype for name, genotype in NAMED.items() if not genotype.is_light}
    for seed in range(seeds):
        for name, genotype in NAMED.items():
            yield CellRow(row=name, called=name, genotype=genotype, seed=seed)
        for name, genotype in full.items():
            row = f"memoryless {name}"
            yield CellRow(row=row, called=name, genotype=genotype, seed=seed, memoryless=True)
    if cohort is None:
        return
    for genotype in cohort.genotypes:
        called, row = genotype.key, cohort.name
        yield CellRow(row=row, called=called, genotype=genotype, seed=0, cohort=row)
