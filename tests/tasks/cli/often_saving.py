"""`dyncell` as it is, but trainings write a checkpoint every other step: for tests that kill it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import tasks.train_cell
import tasks.train_static
from core.train.cell_config import cell_training
from core.train.recipe import static_training
from tasks.cli import main


def _often(build: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **options: replace(build(*given, **options), checkpoint_every=2)


if __name__ == "__main__":
    tasks.train_static.static_training = _often(static_training)
    tasks.train_cell.cell_training = _often(cell_training)
    sys.exit(main())
