"""What the Evaluate page reads: one short transaction each, closed before anything is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.natural_order import natural_key
from core.protocol import Protocol
from core.records import Dataset, Evaluation, Job, JobState, Model
from core.store import datasets, evaluations, jobs, models
from webapp.class_colours import class_colours
from webapp.listing import Listing

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)


@dataclass(frozen=True)
class EvaluationState:
    """An evaluation with its job, and with its model and dataset as far as they are there.

    Attributes:
        names: Every name that its weights have now; that of then where no model has them.
    """

    evaluation: Evaluation
    job: Job | None
    model: Model | None
    dataset: Dataset | None
    names: tuple[str, ...] = ()

    @property
    def is_busy(self) -> bool:
        """Whether anything about it may change by itself."""
        is_active = self.job is not None and self.job.state in _ACTIVE
        return is_active and not self.evaluation.is_ready

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes the scores are about."""
        named: list[Any] = self.evaluation.scores.get("classes_list") or []
        return tuple(str(name) for name in named)

    @property
    def colours(self) -> tuple[tuple[int, int, int], ...]:
        """One colour per class; grey levels where dataset and model are gone."""
        for known in (self.dataset, self.model):
            if known is not None and known.classes == self.classes:
                return class_colours(known.colours)
        count = max(1, len(self.classes))
        levels = [40 + 200 * number // count for number in range(len(self.classes))]
        return tuple((level, level, level) for level in levels)


def read_evaluation(folder: DataFolder, evaluation_id: str) -> EvaluationState:
    """An evaluation with what belongs to it.

    Raises:
        NotFound: There is no such evaluation.
    """
    with folder.database.reading() as session:
        return _state(session, evaluations.get(session, evaluation_id), _names(session))


def find_evaluations(
    folder: DataFolder, listing: Listing, *, limit: int, offset: int
) -> list[EvaluationState]:
    """Evaluations that were asked for."""
    with folder.database.reading() as session:
        found = evaluations.list_evaluations(
            session, find=listing.find, order=listing.order, limit=limit, offset=offset
        )
        names = _names(session)
        return [_state(session, each, names) for each in found]


def count_evaluations(folder: DataFolder, listing: Listing) -> int:
    """How many evaluations were asked for."""
    with folder.database.reading() as session:
        return evaluations.count(session, find=listing.find)


def read_scores(folder: DataFolder) -> dict[str, list[Evaluation]]:
    """The finished evaluations by the hash of their weights, the newest first.

    By weights, not by model: the same file under two names has the same scores.
    """
    with folder.database.reading() as session:
        found = evaluations.list_evaluations(session, limit=1000)
    by_weights: dict[str, list[Evaluation]] = {}
    for each in found:
        if each.is_ready:
            by_weights.setdefault(each.model_key, []).append(each)
    return by_weights


def read_names(folder: DataFolder) -> dict[str, tuple[str, ...]]:
    """The names of models by the hash of their weights: the same file may have several."""
    with folder.database.reading() as session:
        return _names(session)


def find_evaluation(
    folder: DataFolder, *, model: Model, dataset: Dataset, split: str, protocol: Protocol
) -> Evaluation | None:
    """The finished evaluation that asking for this would return; None where it must be made."""
    with folder.database.reading() as session:
        found = evaluations.find(
            session,
            model_key=model.sha256,
            data_key=str(dataset.splits[split]["digest"]),
            protocol_key=protocol.key,
        )
    return found if found is not None and found.is_ready else None


def read_datasets(folder: DataFolder) -> list[Dataset]:
    """Datasets, the newest first."""
    with folder.database.reading() as session:
        return datasets.list_datasets(session)


def labelled_splits(dataset: Dataset) -> list[str]:
    """The splits of a dataset that have labels; none while it is not imported."""
    if not dataset.is_ready:
        return []
    return [name for name, split in dataset.splits.items() if split["labelled"]]


def _names(session: Session) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for model in sorted(
        models.list_models(session, limit=100_000), key=lambda each: natural_key(each.name)
    ):
        found[model.sha256] = (*found.get(model.sha256, ()), model.name)
    return found


def _state(
    session: Session, evaluation: Evaluation, names: Mapping[str, tuple[str, ...]]
) -> EvaluationState:
    return EvaluationState(
        evaluation,
        job=_or_none(jobs.get, session, evaluation.job_id),
        model=_or_none(models.get, session, evaluation.model_id),
        dataset=_or_none(datasets.get, session, evaluation.dataset_id),
        names=names.get(evaluation.model_key, (evaluation.model_name,)),
    )


def _or_none(get: Any, session: Session, row_id: str | None) -> Any:
    try:
        return get(session, row_id) if row_id else None
    except NotFound:
        return None
