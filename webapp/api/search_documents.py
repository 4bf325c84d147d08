"""The documents about searches and their trials that the API answers with; rewards in percent."""

from pathlib import PurePath
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from sqlalchemy.orm import Session

from core.search.config import (
    AUTO,
    USUAL_OBJECTIVES,
    Device,
    Objective,
    SearchConfig,
    Strategy,
)
from core.search_document import front_document, percent, summary_document, trial_document
from core.search_front import SearchFront, search_fronts
from core.search_records import Search, SearchState, Trial, TrialState
from core.search_summary import SearchSummary, seconds_left
from core.space import CellClass, SpaceName
from core.store import trials

TrialOrder = Literal["number", "newest", "reward"]

_AS_IT_IS = (
    *("id", "name", "state", "message", "strategy", "prepared", "dataset_id", "static_id"),
    *("twin_of", "job_id", "asked", "told", "created_at", "started_at", "finished_at"),
)


class RungDocument(BaseModel):
    """A point at which a trial is judged early; below `threshold` it stops there."""

    epochs: int
    reward: float | None
    threshold: float | None


class TrialDocument(BaseModel):
    """One genotype evaluated inside a search.

    `same_as` is the number of the earlier trial whose result an equal genotype shares; `cause` is
    one of oom, nan, timeout and crash; `rungs` are where it was judged early. `latency_ms` is a
    steady frame on `latency_device`, `static_ms` one of the static network, timed in turns.
    """

    number: int
    key: str
    state: TrialState
    reward: float | None
    cause: str | None
    seconds: float
    same_as: int | None
    is_stopped: bool
    epochs: int | None
    rungs: list[RungDocument]
    accuracy: float | None
    stability: float | None
    miou: float | None
    macs: int | None
    params: int | None
    latency_ms: float | None
    static_ms: float | None
    latency_device: str | None
    batch: int | None
    cpu_seconds: float | None
    stage_seconds: dict[str, float]
    device: str | None
    seed: int
    job_id: str | None
    genotype: dict[str, Any]
    created_at: float
    started_at: float | None
    finished_at: float | None

    @classmethod
    def of(cls, trial: Trial) -> Self:
        """The document of a record."""
        return cls(**trial_document(trial))


class SearchDocument(BaseModel):
    """One run of a strategy over a space.

    `message` says why it rests where nobody asked for that; `ordered` trials were asked for,
    `asked` were proposed, `finished` have their result, failures (by cause in `failed`) included.
    """

    id: str
    name: str
    state: SearchState
    message: str
    strategy: str
    seed: int
    config: dict[str, Any]
    prepared: dict[str, Any]
    dataset_id: str | None
    static_id: str | None
    twin_of: str | None
    job_id: str
    ordered: int
    asked: int
    told: int
    finished: int
    running: int
    failed: dict[str, int]
    best_reward: float | None
    best_trial: int | None
    created_at: float
    started_at: float | None
    finished_at: float | None

    @classmethod
    def of(cls, session: Session, search: Search) -> Self:
        """The document of a record, with what became of its trials."""
        return cls(**_values(session, search))


class CostDocument(BaseModel):
    """Seconds that a process was at work, by device and stage; `cpu` means one thread."""

    seconds: dict[str, dict[str, float]]
    cpu_seconds: float
    gpu_seconds: float
    gpu_days: float


class FrontDocument(BaseModel):
    """The trials that none beats in all `objectives` together.

    `hypervolume` is what they reach, in percent of what lies between the fixed `reference` and a
    cell that is always right and costs nothing; costs are in percent of the static network's.
    """

    objectives: list[Objective]
    reference: dict[Objective, float]
    latency_device: str | None
    trials: list[int]
    hypervolume: float


class SearchDetailDocument(SearchDocument):
    """A search with its random twin, its cost and its pace.

    `stopped` trials ended at a rung, `shared` ones took the result of an equal one;
    `running_seconds` leaves out rests; `seconds_left` is a guess for both together.
    """

    stopped: int
    shared: int
    running_seconds: float
    trials_per_hour: float | None
    seconds_left: float | None
    cost: CostDocument
    front: FrontDocument
    twin: "SearchDetailDocument | None"

    @classmethod
    def of_summaries(cls, session: Session, together: list[SearchSummary]) -> Self:
        """The document of a search and its twins, as `read_with_twins` gives them."""
        fronts = search_fronts(together)
        twin = None
        if len(together) > 1:
            left = seconds_left(together[1:])
            twin = cls._of(session, together[1], fronts[1], left=left, twin=None)
        left = seconds_left(together)
        return cls._of(session, together[0], fronts[0], left=left, twin=twin)

    @classmethod
    def _of(
        cls,
        session: Session,
        summary: SearchSummary,
        front: SearchFront,
        *,
        left: float | None,
        twin: Self | None,
    ) -> Self:
        known = summary_document(summary)
        names = ("stopped", "shared", "running_seconds", "trials_per_hour", "cost")
        return cls(
            **_values(session, summary.search),
            **{name: known[name] for name in names},
            front=FrontDocument(**front_document(front)),
            seconds_left=left,
            twin=twin,
        )


class SearchRequest(BaseModel):
    """What a search is asked for; the dataset and the static network by name or id.

    `budget` may hold any of the values that a search's document shows there. Without `name` it is
    called after the dataset, the strategy and the seed.
    """

    model_config = ConfigDict(extra="forbid")

    dataset: str
    name: str | None = None
    split: str = "train"
    static: str = AUTO
    space: SpaceName = "paper"
    nodes: int = 4
    cell: CellClass = "light"
    strategy: Strategy = "ppo"
    trials: int = 80
    hours: FiniteFloat | None = None
    seed: int = 0
    parallelism: int = 2
    macs_share: FiniteFloat | None = None
    budget: dict[str, Any] = Field(default_factory=dict)
    device: Device = "cpu"
    objectives: list[Objective] = Field(default_factory=lambda: list(USUAL_OBJECTIVES))
    twin: bool = True
    static_steps: int | None = Field(default=None, ge=1, le=1_000_000)

    @property
    def values(self) -> dict[str, Any]:
        """The values of a `SearchConfig`."""
        return self.model_dump(exclude={"name", "twin", "static_steps"})


class ExtensionRequest(BaseModel):
    """How many trials or hours more."""

    trials: int = 0
    hours: FiniteFloat = 0.0


class ResumeRequest(BaseModel):
    """Another static network, where the search is not prepared yet; by name or id."""

    static: str | None = None


class CloneRequest(BaseModel):
    """A name for the new search, and what is different: any values of `SearchRequest`."""

    name: str
    changes: dict[str, Any] = Field(default_factory=dict)


def _values(session: Session, search: Search) -> dict[str, Any]:
    states = trials.count_states(session, search.id)
    best = trials.best(session, search.id)
    return {
        **{name: getattr(search, name) for name in _AS_IT_IS},
        "seed": search.config["seed"],
        "config": _without_paths(search.config),
        "ordered": search.trials,
        "finished": sum(count for state, count in states.items() if state.is_finished),
        "running": states[TrialState.RUNNING],
        "failed": trials.count_causes(session, search.id),
        "best_reward": None if best is None else percent(best.reward),
        "best_trial": None if best is None else best.number,
    }


def _without_paths(config: dict[str, Any]) -> dict[str, Any]:
    """What a command was given as a path is told by its last name only."""
    shown = SearchConfig.from_dict(config).to_dict()
    return shown | {name: PurePath(shown[name]).name for name in ("dataset", "static")}
