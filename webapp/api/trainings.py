"""Trainings: jobs that end with a model, ordered for static networks, cells and best cells."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from core.baselines.random_cells import drawn_cells
from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.known_genotypes import known_genotype
from core.model_file import DEFAULT_STATIC
from core.store import jobs, searches
from tasks import queue
from tasks.queue import TRAININGS
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import JobDocument, Page
from webapp.api.genotypes import brought_genotype
from webapp.api.paging import Paged
from webapp.api.problems import Problem
from webapp.usual_training import (
    CELL_STEPS,
    LENGTH,
    LONGEST_CLIP,
    SHORTEST_CLIP,
    STATIC_STEPS,
)

router = APIRouter(tags=["trainings"])

Splits = Annotated[list[str], Field(min_length=1, max_length=100)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Steps = Annotated[int, Field(ge=1, le=1_000_000)]


class StaticTrainingRequest(BaseModel):
    """A static network that shall be trained; dataset and `start` by name or id.

    `score` is what it is scored on (`val`, `val:52..100`; null: `val` where nothing was learnt
    from it), `extra` the share of crops from synthetic streets (null: the usual one).
    """

    model_config = ConfigDict(extra="forbid")

    dataset: str
    name: str
    splits: Splits = ["train"]
    steps: Steps = STATIC_STEPS
    seed: Seed = 0
    width: float = Field(default=0.5, ge=0.1, le=2.0)
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    score: str | None = None
    extra: float | None = Field(default=None, ge=0.0, le=0.8)
    start: str | None = None


class ClipOptions(BaseModel):
    """How a cell is trained on simulated clips."""

    model_config = ConfigDict(extra="forbid")

    splits: Splits = ["train"]
    steps: Steps = CELL_STEPS
    length: int = Field(default=LENGTH, ge=SHORTEST_CLIP, le=LONGEST_CLIP)
    variants: int = Field(default=1, ge=1, le=20)
    precision: Literal["fp32", "bf16"] = "fp32"
    own_head: bool = False


class CellTrainingRequest(ClipOptions):
    """A cell that shall be trained: a genotype by name or key, or its document.

    `streets` is how many synthetic streets are learnt beside the dataset, three clips of each.
    """

    genotype: str | dict[str, Any]
    dataset: str
    name: str
    static: str = DEFAULT_STATIC
    seed: Seed = 0
    streets: int = Field(default=0, ge=0, le=2000)
    key_interval: int | None = Field(default=None, ge=0, le=1000)
    memoryless: bool = False


class BestCellsRequest(ClipOptions):
    """The best cells of a search, each with every seed; dataset and network by name or id."""

    dataset: str
    static: str
    top: int = Field(default=3, ge=1, le=20)
    seeds: list[Seed] = Field(default=[0, 1, 2], min_length=1, max_length=20)


class BaselinesRequest(ClipOptions):
    """The trivial baselines of a static network, judged on `judged` (`val`, `val:52..100`).

    `seeds` is how many seeds of the named cells and the memoryless control are trained, and
    `random_cells` how many random cells; with 0 nothing is trained.
    """

    dataset: str
    judged: str
    seeds: int = Field(default=0, ge=0, le=20)
    random_cells: int = Field(default=0, ge=0, le=100)


@router.get("/trainings")
def list_trainings(folder: OpenedFolder, paging: Paged) -> Page[JobDocument]:
    """The jobs that train, the newest first; `result` names the model of one that is done."""
    with folder.database.reading() as session:
        found = jobs.list_jobs(session, kinds=TRAININGS, limit=paging.limit, offset=paging.offset)
        total = jobs.count(session, kinds=TRAININGS)
    items = [JobDocument.of(job) for job in found]
    return paging.page(items, total)


@router.post("/trainings/static", status_code=202)
def train_static(asked: StaticTrainingRequest, folder: OpenedFolder) -> JobDocument:
    """Orders the training of a static network; the job's result names the model."""
    if asked.score:
        _frames(asked.score)
    options = asked.model_dump(exclude={"dataset", "name"})
    made = queue.add_training(folder, dataset=asked.dataset, name=asked.name, options=options)
    return JobDocument.of(made)


@router.post("/trainings/cell", status_code=202)
def train_cell(asked: CellTrainingRequest, folder: OpenedFolder) -> JobDocument:
    """Orders the training of a cell on a static network; the job's result names the model."""
    if isinstance(asked.genotype, str):
        genotype, title = known_genotype(folder, asked.genotype), asked.genotype
    else:
        genotype = brought_genotype(asked.genotype)
        title = str(asked.genotype.get("name") or genotype.key)
    if asked.memoryless and genotype.is_light:
        raise Problem(422, "memoryless is for full cells; this one never reads high.")
    made = queue.add_cell_training(
        folder,
        genotype=genotype,
        title=title,
        static=asked.static,
        dataset=asked.dataset,
        name=asked.name,
        options=asked.model_dump(exclude={"genotype", "static", "dataset", "name"}),
    )
    return JobDocument.of(made)


@router.get("/searches/{item_id}/final-trainings", tags=["searches"])
def list_final_trainings(item_id: ItemId, folder: OpenedFolder, paging: Paged) -> Page[JobDocument]:
    """The trainings that were ordered for the best cells of a search, the oldest first."""
    with folder.database.reading() as session:
        found = queue.final_trainings(session, searches.get(session, item_id).id)
    return paging.cut([JobDocument.of(job) for job in found])


@router.post("/searches/{item_id}/final-trainings", status_code=202, tags=["searches"])
def train_best_cells(
    item_id: ItemId, asked: BestCellsRequest, folder: OpenedFolder
) -> list[JobDocument]:
    """Orders the training of the best cells of a search; what is trained alike is left out."""
    options = asked.model_dump(exclude={"dataset", "static", "top", "seeds"})
    made = queue.add_final_trainings(
        folder,
        search=item_id,
        top=asked.top,
        seeds=asked.seeds,
        static=asked.static,
        dataset=asked.dataset,
        options=options | {"memoryless": False},
    )
    return [JobDocument.of(job) for job in made]


@router.post("/models/{item_id}/baselines", status_code=202, tags=["models"])
def add_baselines(item_id: ItemId, asked: BaselinesRequest, folder: OpenedFolder) -> JobDocument:
    """Orders the trivial baselines of a static network: what every cell on it must beat."""
    options = asked.model_dump(exclude={"dataset", "judged", "seeds", "random_cells"})
    if not asked.seeds and not asked.random_cells:
        options["splits"] = []
    made = queue.add_baselines(
        folder,
        static=item_id,
        dataset=asked.dataset,
        judged=_frames(asked.judged),
        seeds=asked.seeds,
        cohort=drawn_cells(asked.random_cells) if asked.random_cells else None,
        options=options,
    )
    return JobDocument.of(made)


def _frames(text: str) -> FrameChoice:
    try:
        return FrameChoice.parse(text)
    except DyncellError as error:
        raise Problem(422, str(error)) from error
