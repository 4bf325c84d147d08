"""The static network of a search: a named one, one of the registry that fits, or one trained."""

from dataclasses import dataclass
from pathlib import Path

from core.artifacts import artifact_id
from core.errors import NotFound
from core.model_file import ModelHeader, read_header
from core.names import free_name
from core.records import Model
from core.registry import described, find_model_row, resolve_model
from core.search.config import AUTO, SearchConfig
from core.search.material import PartData
from core.search.static_fit import (
    IMAGES,
    STATIC_STEPS,
    has_learnt_exactly,
    part_s_training,
    refuse_unfit,
)
from core.search_preparation import SCORING, TRAINING
from core.search_records import Search
from core.store import jobs, models
from core.train.static_run import train_to_file
from tasks.context import JobContext
from tasks.timing import Timing
from tasks.training import THREADS, report_step, stage_reporter, stop_wish

_ALL = 1_000_000
_NOTE = "Trained on part S of a search, for cells to be searched on it; not meant for use."


@dataclass(frozen=True)
class Static:
    """A static network that a search may build on.

    Attributes:
        path: Its weights file.
        name: What people call it.
        model_id: Its row; None where it lies at a path.
        is_own: Whether this search trained it.
    """

    path: Path
    name: str
    model_id: str | None
    is_own: bool = False


def chosen_static(
    context: JobContext, search: Search, parts: PartData, *, checkpoints: Path
) -> Static:
    """The static network that the search asks for; with `AUTO` one that learnt part S alone.

    Args:
        context: The job.
        search: The search.
        parts: The frames of its parts.
        checkpoints: Where a training keeps its checkpoint.

    Raises:
        DyncellError: The named one has a cell, other classes, or has seen frames of C or M.
        Paused: Somebody asked for a rest.
    """
    config = SearchConfig.from_dict(search.config)
    if config.static != AUTO:
        return _named(context, search, config, parts)
    own_id = str(context.job.payload["model_id"])
    known = _fitting(context, parts)
    if known is None:
        _train(context, search, parts, model_id=own_id, checkpoints=checkpoints)
        known = find_model_row(context.folder, own_id)
    if known is None:
        raise NotFound("The static network was deleted as soon as it was trained; resume.")
    context.log(f"the static network is {known.name}")
    path = context.folder.artifacts.local_copy(known.artifact)
    return Static(path, known.name, known.id, is_own=known.id == own_id)


def _named(context: JobContext, search: Search, config: SearchConfig, parts: PartData) -> Static:
    path = resolve_model(context.folder, search.static_id or config.static)
    header = read_header(path)
    refuse_unfit(
        config.static,
        has_cell=header.kind != "static",
        classes=header.palette.names,
        training=header.provenance.training,
        dataset=config.dataset,
        wanted=parts.cells.palette.names,
        held_out=(*parts.cells.images, *parts.reward.images),
    )
    return Static(path, config.static, search.static_id)


def _fitting(context: JobContext, parts: PartData) -> Model | None:
    """The newest model of the registry that has learnt part S and nothing else of the dataset."""
    with context.folder.database.reading() as session:
        known = models.list_models(session, limit=_ALL)
    for model in known:
        training = model.provenance.get("training", {})
        is_fitting = (
            model.kind == "static"
            and model.classes == parts.static.palette.names
            and IMAGES in training
            and has_learnt_exactly(training, parts.static.images)
        )
        if is_fitting:
            return model
    return None


def _train(
    context: JobContext, search: Search, parts: PartData, *, model_id: str, checkpoints: Path
) -> None:
    """Trains one on part S, from its checkpoint where there is one, and registers it."""
    config = SearchConfig.from_dict(search.config)
    data = parts.static
    training = part_s_training(
        data.palette.num_classes,
        seed=config.seed,
        steps=context.job.payload.get("static_steps") or STATIC_STEPS,
    )
    context.log(f"training a static network: {training.steps} steps on {len(data)} frames")
    file = context.work / "weights.safetensors"
    detail: dict[str, object] = {}
    header = train_to_file(
        training,
        data,
        file,
        command=f"dyncell search run {config.dataset} --static auto --seed {config.seed}",
        unseen=parts.reward,
        note=_NOTE,
        images=data.images,
        checkpoint_dir=checkpoints,
        device=config.device,
        threads=THREADS,
        progress=lambda at: report_step(context, at, detail, stage=TRAINING),
        scored=stage_reporter(context, SCORING, detail),
        should_stop=lambda: stop_wish(context),
    )
    _register(context, file, header, model_id=model_id, name=f"{search.name}-static")


def _register(
    context: JobContext, file: Path, header: ModelHeader, *, model_id: str, name: str
) -> None:
    """Puts the model into the registry under the job's fence, while the job goes on."""
    job = context.job
    artifact = artifact_id(model_id, job.fence, "weights.safetensors")
    context.folder.artifacts.put(file, artifact)
    values = described(file)
    with context.folder.database.writing() as session:
        jobs.heartbeat(session, job.id, job.fence, lease_seconds=Timing().lease)
        taken = {model.name for model in models.list_models(session, limit=_ALL)}
        free = free_name(name, taken.__contains__)
        models.add(session, model_id, name=free, artifact=artifact, **values)
    context.log(f"mIoU {header.metrics['miou']}% on {header.metrics['scored_on']}")
