"""Timings of a cell: those that were measured, and the one that waits or runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.cell_description import CellDescription, canonical_places
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.records import Job, JobState, Model
from core.store import jobs

_LOOKED_THROUGH = 500
_CELL_SIZES = ("genotype", "reach", "own_head")


@dataclass(frozen=True)
class CellTimes:
    """One timing, its nodes in the order in which they are shown.

    Attributes:
        at: When it ended, seconds since 1970.
        setting: Where and how, see `core.time_cell`.
        measured: Milliseconds of the network and its stages.
        nodes: Median milliseconds of every node, hooks included.
        projections: The same of the projections.
        join: The same of what comes after the nodes.
    """

    at: float
    setting: Mapping[str, Any]
    measured: Mapping[str, Any]
    nodes: tuple[float, ...]
    projections: float
    join: float


@dataclass(frozen=True)
class CellTimings:
    """Everything about the times of one cell on one static network at one size.

    Attributes:
        found: The timings, the newest first.
        latest: The job that was asked last, where it is not done.
    """

    found: tuple[CellTimes, ...] = ()
    latest: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether one waits or runs."""
        states = (JobState.QUEUED, JobState.RUNNING)
        return self.latest is not None and self.latest.state in states


def read_timings(
    folder: DataFolder, cell: CellDescription, model: Model, *, width: int, height: int
) -> CellTimings:
    """What is known of a cell's times on a model's static network."""
    with folder.database.reading() as session:
        asked = jobs.list_jobs(session, kinds=["time_cell"], limit=_LOOKED_THROUGH)
    wanted = _sizes(cell.config.to_dict())
    about = [
        job
        for job in asked
        if (job.payload.get("width"), job.payload.get("height")) == (width, height)
        and _sizes(job.payload.get("cell", {})) == wanted
        and model.sha256 in (job.payload.get("static_sha256"), job.result.get("static_sha256"))
    ]
    done = [job for job in about if job.state is JobState.DONE]
    latest = about[0] if about and about[0] not in done else None
    return CellTimings(tuple(_times(job, cell.genotype) for job in done), latest)


def _sizes(config: Mapping[str, Any]) -> list[Any]:
    """What of a cell's config decides how long it takes."""
    return [config.get(key) for key in _CELL_SIZES]


def _times(job: Job, genotype: Genotype) -> CellTimes:
    result = job.result
    nodes = [float(node["p50_ms"]) for node in result["nodes"]]
    return CellTimes(
        at=job.finished_at or job.created_at,
        setting=result["setting"],
        measured=result["measured"],
        nodes=tuple(nodes[place] for place in canonical_places(genotype)),
        projections=float(result["projections_p50_ms"]),
        join=float(result["join_p50_ms"]),
    )
