"""How far the preparation of a search is: its steps in their order, and the one at work."""

from dataclasses import dataclass

from core.records import Job, JobState, Progress
from core.search.split import Part

DATASET = "making the dataset ready"
FRAMES = "decoding frames"
TRAINING = "training the static network"
SCORING = "scoring the static network"
FEATURES: dict[Part, str] = {
    "C": "computing features of clips to learn from",
    "M": "computing features of clips to judge on",
}
"""What the job that prepares says it is doing."""


@dataclass(frozen=True)
class PreparationStep:
    """A step of the preparation; one whose result is there already takes no time.

    Attributes:
        title: What it makes.
        stages: What its job says meanwhile.
    """

    title: str
    stages: tuple[str, ...]


STEPS = (
    PreparationStep("dataset", (DATASET,)),
    PreparationStep("frames", (FRAMES,)),
    PreparationStep("static network", (TRAINING, SCORING)),
    PreparationStep("features to learn from", (FEATURES["C"],)),
    PreparationStep("features to judge on", (FEATURES["M"],)),
)
"""In their order; trials begin after the last one."""


def step_number(progress: Progress) -> int | None:
    """The step at work, from 1; None before the job has said what it does."""
    numbers = (n for n, step in enumerate(STEPS, 1) if progress.stage in step.stages)
    return next(numbers, None)


def whole_share(progress: Progress) -> float:
    """The share of the whole preparation that is done, 0..1: it grows from step to step."""
    number = step_number(progress)
    if number is None:
        return 0.0
    stages = STEPS[number - 1].stages
    within = (stages.index(progress.stage) + progress.share) / len(stages)
    return (number - 1 + within) / len(STEPS)


def step_text(job: Job | None) -> str:
    """What is prepared and how far that is: `step 3 of 5, static network 12 %`."""
    if job is None:
        return "its job is gone"
    if job.state is not JobState.RUNNING:
        return "waits for a worker" if job.state is JobState.QUEUED else str(job.state)
    number = step_number(job.progress)
    if number is None:
        return "begins"
    title = STEPS[number - 1].title
    far = f" {100 * job.progress.share:.0f} %" if job.progress.total else ""
    return f"step {number} of {len(STEPS)}, {title}{far}"
