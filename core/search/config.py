"""What a search is asked to do, and what a trial of it gives, as plain data: imports no torch."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self, get_args

from core.errors import DyncellError
from core.genotype import MAX_NODES
from core.space import CellClass, Space, SpaceName

Strategy = Literal["ppo", "random", "evolution"]
"""How the next genotype is chosen."""

AUTO = "auto"
"""The static network is found in the registry, or trained on the search's own part S first."""

LIGHT_SHARE = 0.5
"""Most MACs of a steady frame that a light cell may cost, as a share of the static network's."""

Device = Literal["cpu", "cuda"]

Objective = Literal["accuracy", "stability", "macs", "latency"]
"""What cells are compared by besides their reward: accuracy and stability as a trial measures them,
MACs and time of a steady frame as shares of the static network's."""

USUAL_OBJECTIVES: tuple[Objective, ...] = ("accuracy", "stability", "macs")


@dataclass(frozen=True, kw_only=True)
class TrialBudget:
    """How one genotype is trained and judged; the same for all trials of a search.

    Attributes:
        epochs: Times every clip of part C is learnt.
        rungs: Epochs after which a trial is judged early, so that it may be stopped.
        length: Frames of a training clip, the first one being the key frame.
        variants: Simulated clips per frame of part C.
        batch: Clips per step.
        crop: Height and width, in places of `high`, of the part of each clip that a step sees;
            (0, 0) = all of it.
        learning_rate: Peak of the cosine schedule.
        judge_length: Frames of a judged roll-out, the first one being the key frame.
        judge_variants: Simulated clips per frame of part M.
    """

    epochs: int = 5
    rungs: tuple[int, ...] = (2,)
    length: int = 4
    variants: int = 4
    batch: int = 12
    crop: tuple[int, int] = (24, 32)
    learning_rate: float = 3e-3
    judge_length: int = 6
    judge_variants: int = 1

    def __post_init__(self) -> None:
        for name in ("epochs", "variants", "batch", "judge_variants"):
            _check_whole(name, getattr(self, name), 1, 10_000)
        _check_whole("length", self.length, 3, 64)
        _check_whole("judge_length", self.judge_length, 2, 64)
        if not 0 < self.learning_rate <= 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; above 0 up to 1 is possible")
        if list(self.rungs) != sorted({r for r in self.rungs if 1 <= r < self.epochs}):
            raise ValueError(
                f"rungs is {self.rungs}; rising epochs from 1 to below {self.epochs} are possible"
            )
        if len(self.crop) != 2 or min(self.crop) < 0:
            raise ValueError(f"crop is {self.crop}; a height and a width are needed")

    def to_dict(self) -> dict[str, Any]:
        """The budget as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the budget from what `to_dict` gave.

        Raises:
            ValueError: A key is unknown or a value out of range.
        """
        _check_keys(cls, document)
        values = dict(document)
        for name in ("rungs", "crop"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """Everything that decides the sequence of genotypes and rewards of a search.

    Attributes:
        dataset: Name or path of the dataset.
        split: The split that is divided into the parts S, C and M.
        static: Name or path of the static network, or `AUTO`.
        space: Which operations and combines there are.
        nodes: Nodes of every genotype.
        cell: `light`, `full`, or `any`.
        strategy: How genotypes are chosen.
        trials: How many trials there shall be.
        hours: Hours of running after which no trial is asked any more; None = no such limit.
        seed: Decides all chance.
        parallelism: Trials that may be under way before the first result is told.
        macs_share: Most MACs of a steady frame of a genotype, as a share of the static network's;
            None = no limit.
        budget: How each genotype is trained and judged.
        device: `cpu` or `cuda`.
        objectives: What the Pareto front and its hypervolume are over; they decide no genotype and
            no reward.

    Raises:
        DyncellError: There is no budget at all, or fewer than two objectives.
        ValueError: A value is unknown or out of range.
    """

    dataset: str
    split: str = "train"
    static: str = AUTO
    space: SpaceName = "paper"
    nodes: int = 4
    cell: CellClass = "light"
    strategy: Strategy = "ppo"
    trials: int = 80
    hours: float | None = None
    seed: int = 0
    parallelism: int = 2
    macs_share: float | None = None
    budget: TrialBudget = field(default_factory=TrialBudget)
    device: Device = "cpu"
    objectives: tuple[Objective, ...] = USUAL_OBJECTIVES

    def __post_init__(self) -> None:
        for name, choices in (
            ("space", get_args(SpaceName)),
            ("cell", get_args(CellClass)),
            ("strategy", get_args(Strategy)),
            ("device", get_args(Device)),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name} is {getattr(self, name)!r}; one of {', '.join(choices)} is possible"
                )
        if self.trials == 0 or self.hours == 0:
            raise DyncellError(
                "A search without a budget finds nothing: give it at least 1 trial, and more than "
                "0 hours where hours limit it."
            )
        _check_whole("trials", self.trials, 1, 1_000_000)
        _check_whole("nodes", self.nodes, 1, MAX_NODES)
        _check_whole("seed", self.seed, 0, 2**63 - 1)
        _check_whole("parallelism", self.parallelism, 1, 1024)
        for name in ("hours", "macs_share"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is {value}; above 0 is possible, or none")
        known = get_args(Objective)
        if set(self.objectives) - set(known):
            raise ValueError(f"objectives is {self.objectives!r}; {', '.join(known)} are possible")
        if len(set(self.objectives)) < max(2, len(self.objectives)):
            raise DyncellError(
                f"A Pareto front needs at least two different objectives of {', '.join(known)}."
            )

    @property
    def genotypes(self) -> Space:
        """The space that genotypes come from."""
        return Space(self.space, self.nodes, self.cell)

    @property
    def most_macs_share(self) -> float | None:
        """The share of the static network's MACs that is not to be exceeded; None = no limit."""
        if self.macs_share is None and self.cell == "light":
            return LIGHT_SHARE
        return self.macs_share

    def to_dict(self) -> dict[str, Any]:
        """The config as plain JSON."""
        budget, objectives = self.budget.to_dict(), list(self.objectives)
        return {**asdict(self), "budget": budget, "objectives": objectives}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the config from what `to_dict` gave.

        Raises:
            ValueError: A key is unknown or a value out of range.
        """
        _check_keys(cls, document)
        budget = TrialBudget.from_dict(document.get("budget", {}))
        objectives = tuple(document.get("objectives", USUAL_OBJECTIVES))
        return cls(**{**document, "budget": budget, "objectives": objectives})


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """What a trial gives. Scores are shares in 0..1.

    Attributes:
        reward: sqrt(accuracy * stability) at the end, or at the rung where the trial was stopped.
        accuracy: A = (mIoU * mean class accuracy * fwIoU)^(1/3) over the cell's frames.
        stability: TVacc over the whole roll-out: moving points labelled right in all frames.
        miou: Mean IoU over the cell's frames.
        epochs: Epochs learnt.
        rungs: (epochs, reward) at each rung that was passed or at which the trial was stopped.
        is_stopped: Whether it was stopped at its last rung.
        macs: MACs of a steady frame.
        params: Parameters of the deployed model.
        batch: Clips per step; smaller than asked where memory was short.
        latency_ms: Median milliseconds of a steady frame, see `core.search.frame_time`; 0 where it
            was not measured.
        static_ms: The same of a frame of the static network, timed in turns with it.
        latency_device: What they were timed on: the name of the processor or GPU.
        seconds: Wall seconds per stage: `load`, `train`, `judge`, `time`.
        cpu_seconds: Seconds of processor time of all of them.
    """

    reward: float
    accuracy: float
    stability: float
    miou: float
    epochs: int
    rungs: tuple[tuple[int, float], ...] = ()
    is_stopped: bool = False
    macs: int = 0
    params: int = 0
    batch: int = 0
    latency_ms: float = 0.0
    static_ms: float = 0.0
    latency_device: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the result from what `to_dict` gave."""
        rungs = tuple((int(epochs), float(reward)) for epochs, reward in document["rungs"])
        return cls(**{**document, "rungs": rungs})


def trial_seed(search_seed: int, key: str) -> int:
    """The seed of a trial: equal genotypes of a search are trained alike."""
    digest = hashlib.sha256(f"{search_seed} {key}".encode()).digest()
    return int.from_bytes(digest[:4], "little")


def _check_whole(name: str, value: object, lowest: int, highest: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}; it must be a whole number")
    if not lowest <= value <= highest:
        raise ValueError(f"{name} is {value}; {lowest} to {highest} are possible")


def _check_keys(cls: Any, document: dict[str, Any]) -> None:
    known = {each.name for each in fields(cls)}
    if unknown := sorted(set(document) - known):
        raise ValueError(f"unknown keys {unknown}; known are {sorted(known)}")
