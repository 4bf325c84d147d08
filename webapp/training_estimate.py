"""How long a training will take, said only where a former one lets it be said."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.records import Job
from webapp.training_curve import TrainingCurve

ENOUGH_STEPS = 200
"""Steps before a rate says something about a long run."""


@dataclass(frozen=True)
class Estimate:
    """A guess with its ground.

    Attributes:
        seconds: How long it will take.
        name: The model whose training it was read from.
        step_seconds: What a step took there; start-up and scoring are not in it.
    """

    seconds: float
    name: str
    step_seconds: float


def about(seconds: float) -> str:
    """A length of time no finer than a guess is: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 100:
        return f"{max(1, round(seconds, -1 if seconds >= 20 else 0)):.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def estimate(
    trainings: Iterable[Job], *, width: float, steps: int, precision: str
) -> Estimate | None:
    """The guess from the first comparable training; None where there is none.

    Comparable is one of the same width and precision that measured its own rate over enough
    steps. The size of the data does not matter, since every step takes crops of the same size.

    Args:
        trainings: Under way or done, the most telling first.
        width: Width of the network.
        steps: How many shall be trained.
        precision: What is asked, `auto` included.
    """
    for job in trainings:
        payload = job.payload
        if payload.get("width") != width or payload.get("precision", precision) != precision:
            continue
        rate = measured_rate(job)
        if rate is not None:
            return Estimate(steps / rate, str(payload.get("name", "")), 1 / rate)
    return None


def measured_rate(job: Job) -> float | None:
    """Steps per second as the training itself measured them; None before `ENOUGH_STEPS`.

    The report says it while there are steps left; a training that is done has it in the detail.
    """
    progress = job.progress
    curve = TrainingCurve.of(progress.detail)
    if curve is None or curve.steps[-1] < ENOUGH_STEPS:
        return None
    kept = progress.detail.get("rate")
    if isinstance(kept, int | float) and kept > 0:
        return float(kept)
    return progress.rate if progress.rate > 0 and progress.unit == "steps" else None
