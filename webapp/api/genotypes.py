"""Genotypes: the known ones, what they cost, how they differ, and whether a new one is a cell."""

import random
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel

from core.cell_cost import CellCost, cell_cost
from core.cell_description import CellConfig, model_static
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_size import parse_frame_size
from core.genotype import MAX_NODES, Genotype
from core.genotype_document import cost_document, diff_document, genotype_document
from core.known_genotypes import KnownGenotype, known_genotype, list_genotypes
from core.model_file import DEFAULT_STATIC, SHIPPED, read_header
from core.named_genotypes import DESCRIPTIONS, NAMED
from core.space import CellClass, Space, SpaceName, sample
from core.store import models
from tasks import queue
from webapp.api.access import OpenedFolder
from webapp.api.documents import JobDocument, Page
from webapp.api.paging import Paged
from webapp.api.problems import Problem

router = APIRouter(prefix="/genotypes", tags=["genotypes"])

Static = Annotated[
    str, Query(description="The static network it is costed with: a model's name or id.")
]
Size = Annotated[
    str, Query(description="The frame it is costed for, as the network sees it: WIDTHxHEIGHT.")
]
Document = Annotated[
    dict[str, Any],
    Body(
        description="`version` and `nodes`, as genotypes are answered with.",
        examples=[NAMED["clockwork"].to_dict()],
    ),
]


class NodeDocument(BaseModel):
    """Two things that are read, an operation on each, and how they are joined."""

    left: str
    right: str
    left_op: str
    right_op: str
    combine: str


class GenotypeDocument(BaseModel):
    """A cell as data; `key` is that of its canonical form, however its nodes are numbered."""

    version: int
    key: str
    light: bool
    nodes: list[NodeDocument]


class KnownDocument(GenotypeDocument):
    """A genotype that is known here: by a name, as the cell of models, or from trials."""

    names: list[str]
    models: list[str]
    trials: int
    description: str

    @classmethod
    def of(cls, known: KnownGenotype) -> Self:
        """The document of what is known."""
        return cls(
            **genotype_document(known.genotype),
            names=list(known.names),
            models=list(known.models),
            trials=known.trials,
            description=DESCRIPTIONS[known.names[0]] if known.names else "",
        )


class CostedDocument(GenotypeDocument):
    """A genotype with its canonical form and what it costs on a static network.

    `macs_steady` are multiply-accumulates of a frame of the cell, `macs_key` of a key frame.
    """

    canonical: list[NodeDocument]
    params: int
    macs_steady: int
    macs_key: int

    @classmethod
    def of(cls, genotype: Genotype, cost: CellCost) -> Self:
        """The document of a genotype."""
        canonical = genotype.canonical.to_dict()["nodes"]
        told: dict[str, Any] = genotype_document(genotype) | cost_document(cost)
        return cls(canonical=canonical, **told)


class DiffDocument(BaseModel):
    """Nodes that two genotypes have in common or only one has, by their numbers."""

    a: str
    b: str
    same: list[dict[str, Any]]
    only_a: list[dict[str, Any]]
    only_b: list[dict[str, Any]]


class TimingRequest(BaseModel):
    """The static network and the frame that a cell is timed on."""

    static: str = DEFAULT_STATIC
    size: str = "480x360"


_TOLD = ("canonical", "names", "models", "trials", "description")


def brought_genotype(document: dict[str, Any]) -> Genotype:
    """The genotype of a document that somebody sends; what the API itself tells besides is fine.

    Raises:
        InvalidGenotype: It is none.
    """
    return Genotype.from_dict({key: value for key, value in document.items() if key not in _TOLD})


@router.get("")
def list_known(folder: OpenedFolder, paging: Paged) -> Page[KnownDocument]:
    """Known genotypes: those with a name, then those of models, then those of trials."""
    found, total = list_genotypes(folder, limit=paging.limit, offset=paging.offset)
    items = [KnownDocument.of(each) for each in found]
    return paging.page(items, total)


@router.get("/sample")
def draw(
    folder: OpenedFolder,
    space: SpaceName = "paper",
    nodes: Annotated[int, Query(ge=1, le=MAX_NODES)] = 4,
    cell: CellClass = "any",
    seed: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    static: Static = DEFAULT_STATIC,
    size: Size = "480x360",
) -> CostedDocument:
    """Draws a genotype from a space; the same seed draws the same one everywhere."""
    drawn = sample(Space(space, nodes, cell), random.Random(seed))
    return _costed(folder, drawn, static, size)


@router.post("/check")
def check(
    document: Document,
    folder: OpenedFolder,
    static: Static = DEFAULT_STATIC,
    size: Size = "480x360",
) -> CostedDocument:
    """Says whether a document is a cell, and which one; nothing is kept of it."""
    return _costed(folder, brought_genotype(document), static, size)


@router.get("/{name}")
def show(
    name: str, folder: OpenedFolder, static: Static = DEFAULT_STATIC, size: Size = "480x360"
) -> CostedDocument:
    """One genotype by its name, its key, or the name or id of a model that has it as its cell."""
    return _costed(folder, known_genotype(folder, name), static, size)


@router.get("/{name}/diff/{other}")
def diff(name: str, other: str, folder: OpenedFolder) -> DiffDocument:
    """Which nodes two genotypes have in common, and which only one of them has."""
    found = diff_document(known_genotype(folder, name), known_genotype(folder, other))
    return DiffDocument(**found)


@router.post("/{name}/timings", status_code=202)
def time(name: str, asked: TimingRequest, folder: OpenedFolder) -> JobDocument:
    """Orders a timing of the cell and of each of its nodes; the job's result tells it."""
    width, height = _sides(asked.size)
    config = CellConfig.of(known_genotype(folder, name))
    job = queue.add_cell_timing(
        folder, config=config, static=asked.static, width=width, height=height
    )
    return JobDocument.of(job)


def _costed(folder: DataFolder, genotype: Genotype, static: str, size: str) -> CostedDocument:
    width, height = _sides(size)
    if static in SHIPPED:  # known before anything is in the registry
        network = read_header(SHIPPED[static]).config
    else:
        with folder.database.reading() as session:
            network = model_static(models.get(session, static))
    cost = cell_cost(network, genotype, height=height, width=width)
    return CostedDocument.of(genotype, cost)


def _sides(size: str) -> tuple[int, int]:
    try:
        return parse_frame_size(size)
    except DyncellError as error:
        raise Problem(422, str(error)) from error
