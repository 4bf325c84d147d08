"""What has still to be measured over time for the compared rows: models, frames, jobs."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.board.comparison import Comparison
from core.data_folder import DataFolder
from core.dynamics.protocol import DynamicsProtocol
from core.errors import NotFound
from core.records import Dataset, Job, JobState, Model
from core.store import datasets, evaluations, jobs, models
from core.store.comparisons import dynamics_protocol
from webapp.dynamics_data import expected_seconds

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)
_LOOKED_THROUGH = 200


@dataclass(frozen=True)
class Ground:
    """What is measured on: the frames that the base was judged on."""

    dataset: Dataset
    split: str
    protocol: DynamicsProtocol


@dataclass(frozen=True)
class Missing:
    """What is not measured yet.

    Attributes:
        ground: What would be measured on; None where that cannot be.
        models: The models that nobody ordered to be measured.
        jobs: The jobs that measure others.
        seconds: How long the models will take.
        is_known: Whether a former measurement says so.
        why_not: Why nothing can be measured; empty where it can.
    """

    ground: Ground | None = None
    models: tuple[Model, ...] = ()
    jobs: tuple[Job, ...] = ()
    seconds: float = 0.0
    is_known: bool = False
    why_not: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether one of them waits or runs."""
        return bool(self.jobs)


def read_missing(folder: DataFolder, comparison: Comparison, places: Sequence[int]) -> Missing:
    """What has to be measured so that the rows at `places` have curves."""
    if not places:
        return Missing()
    ground, why_not = _ground(folder, comparison)
    if ground is None:
        return Missing(why_not=why_not)
    found = _models(folder, comparison, places)
    payloads = {
        str(job.payload.get("model_id")): job
        for job in _active(folder)
        if job.payload.get("protocol") == ground.protocol.to_dict()
        and job.payload.get("dataset_id") == ground.dataset.id
        and job.payload.get("split") == ground.split
    }
    waiting = [model for model in found if model.id not in payloads]
    if not found:
        why_not = "The models of these rows are not in the registry, so nothing can be measured."
    waits = [
        expected_seconds(folder, model, ground.dataset, ground.split, ground.protocol)
        for model in waiting
    ]
    return Missing(
        ground,
        tuple(waiting),
        tuple(payloads[model.id] for model in found if model.id in payloads),
        sum(seconds for seconds, _ in waits),
        any(is_known for _, is_known in waits),
        why_not,
    )


def _ground(folder: DataFolder, comparison: Comparison) -> tuple[Ground | None, str]:
    scores = comparison.base_contender.scores
    if not scores:
        return None, ""
    with folder.database.reading() as session:
        evaluation = evaluations.get(session, scores[0].evaluation_id)
        try:
            dataset = datasets.get(session, evaluation.dataset_id or "")
        except NotFound:
            return None, "Their dataset is gone, so nothing can be measured on it."
    split = dataset.splits.get(evaluation.split)
    if split is None or split["digest"] != evaluation.data_key:
        return None, "Their dataset has changed since, so nothing can be measured on it."
    if not split["dense"]:
        return None, (
            "Their frames are no video with ground truth, so nothing can be measured over time."
        )
    return Ground(dataset, evaluation.split, dynamics_protocol(evaluation)), ""


def _models(folder: DataFolder, comparison: Comparison, places: Sequence[int]) -> list[Model]:
    """The models of the rows' counted runs, each once, as far as they are in the registry."""
    runs = [run for place in places for run in comparison.contenders[place].runs]
    found: dict[str, Model] = {}
    with folder.database.reading() as session:
        for run in runs:
            try:
                model = models.get(session, run.source.get("model_id") or "")
            except NotFound:
                continue
            found[model.sha256] = model
    return list(found.values())


def _active(folder: DataFolder) -> list[Job]:
    with folder.database.reading() as session:
        return jobs.list_jobs(
            session, kinds=["measure_dynamics"], states=list(_ACTIVE), limit=_LOOKED_THROUGH
        )
