"""How long a training will take, said only where a former one lets it be said."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.records import Job


@dataclass(frozen=True)
class Estimate:
    """A guess with its ground.

    Attributes:
        seconds: How long it will take.
        name: The model whose training it was read from.
        step_seconds: What a step took there, everything around the steps included.
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
    finished: Iterable[Job], *, width: float, steps: int, precision: str
) -> Estimate | None:
    """The guess from the newest comparable training; None where there was none.

    Comparable is one of the same width and precision that ran in one go: of a job that was paused
    or lost its worker only the last stretch is timed. The size of the data does not matter, since
    every step takes crops of the same size.
    """
    for job in finished:
        payload = job.payload
        is_alike = (
            payload.get("width") == width
            and payload.get("precision", precision) == precision
            and job.fence == 1
        )
        done = payload.get("steps")
        if not is_alike or not isinstance(done, int) or done < 1:
            continue
        if job.started_at is None or job.finished_at is None:
            continue
        step = (job.finished_at - job.started_at) / done
        if step > 0:
            return Estimate(step * steps, str(payload.get("name", "")), step)
    return None
