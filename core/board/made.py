"""Made rows for measuring the leaderboard and for tests: random numbers with gaps, no model."""

import random
from collections.abc import Iterator

from core.board.columns import METRICS, RATIO
from core.board.row import Row, group
from core.board.run import Run

_KINDS = ("trial", "cell", "static")
_BASE = {"miou": 50.0, "aba_flicker": 1.0}


def made_runs(number: int, *, seed: int = 0) -> list[Run]:
    """The runs of one made row: one to five seeds, a tenth of the metrics missing.

    The same number and seed give the same runs.
    """
    chance = random.Random(f"{seed} {number}")
    kind = chance.choice(_KINDS)
    level = {column.key: chance.uniform(1, 99) for column in METRICS}
    measured = [column.key for column in METRICS if chance.random() < 0.9]
    texts = {
        "name": f"cell {chance.randrange(10**6)}",
        "kind": kind,
        "key": f"{chance.getrandbits(64):016x}",
        "dataset": chance.choice(("camvid", "streets")),
        "split": "val",
        "static": chance.choice(("camvid-static", "wide", "Ünïcode 'quoted'")),
        "timed_on": "made cpu, 1 thread, 480x360",
    }
    return [
        Run(
            id=f"{chance.getrandbits(64):016x}",
            subject=f"made {seed} {number}",
            setting=f"{number % 5:08x}",
            seed=each,
            texts=texts,
            flags={
                "cell": kind != "static",
                "light": kind != "static" and number % 2 == 0,
                "failed": False,
            },
            nodes=None if kind == "static" else 1 + number % 6,
            values={key: _near(chance, level[key], ratio=key.endswith(RATIO)) for key in measured},
            otherwise="it was made without it",
            base=_BASE,
            source={"name": f"cell seed {each}"},
            created_at=1.7e9 + number,
        )
        for each in range(chance.choice((1, 1, 2, 3, 3, 5)))
    ]


def made_rows(count: int, *, seed: int = 0) -> Iterator[Row]:
    """Rows of made runs, one after another."""
    for number in range(count):
        yield group(made_runs(number, seed=seed))


def _near(chance: random.Random, level: float, *, ratio: bool) -> float:
    """A value near the level; rounded, so that rows have equal ones."""
    value = level + chance.gauss(0, 0.5)
    return round(value / 50 if ratio else value, 2)
