"""`dyncell` as it is, but trainings write a checkpoint every other step: for tests that kill it."""

import sys
from dataclasses import replace
from typing import Any

import tasks.train_static
from core.train.config import StaticTraining
from core.train.recipe import static_training
from tasks.cli import main


def _often(num_classes: int, **options: Any) -> StaticTraining:
    return replace(static_training(num_classes, **options), checkpoint_every=2)


if __name__ == "__main__":
    tasks.train_static.static_training = _often
    sys.exit(main())
