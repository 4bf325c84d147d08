"""The training config of a cell as plain data: imports neither torch nor OpenCV."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from core.nn.cell_config import CellConfig
from core.train.config import Precision

STEPS = 600
"""Steps of a usual training."""

LENGTH = 5
"""Frames of a usual clip: a light cell's way from one key frame to the next."""

SHORTEST_CLIP = 3
"""Frames of a clip: of two a cell learns no recurrence."""


@dataclass(frozen=True, kw_only=True)
class CellTraining:
    """Everything that decides the result of training a cell, besides clips and static network.

    Attributes:
        cell: The cell's sizes.
        seed: Seed of the random start and of the order of clips.
        steps: Optimiser steps.
        batch: Clips per step.
        length: Frames a clip is unrolled over, the first one being the key frame.
        learning_rate: Peak of the cosine schedule.
        warmup_steps: Steps of linear warm-up to the peak.
        weight_decay: AdamW's decay of weights of more than one dimension.
        ema_decay: Decay of the averaged weights, which are the result.
        class_power: Class weights are frequency ** -class_power.
        distillation: Weight of the static network's own answer on the same frame as a target.
        consistency: Weight of a loss that wants a moving point's answer to stay as it was.
        memoryless: The control of a full cell: everything of the frame before is replaced by the
            same of this frame.
        precision: `bf16` runs the cell and the head under autocast.
        checkpoint_every: Steps between checkpoints.
    """

    cell: CellConfig
    seed: int = 0
    steps: int = STEPS
    batch: int = 6
    length: int = LENGTH
    learning_rate: float = 3e-3
    warmup_steps: int = 50
    weight_decay: float = 0.01
    ema_decay: float = 0.995
    class_power: float = 0.2
    distillation: float = 1.0
    consistency: float = 0.0
    memoryless: bool = False
    precision: Precision = "fp32"
    checkpoint_every: int = 100

    def __post_init__(self) -> None:
        if self.cell.genotype is None:
            raise ValueError("copy has no weights to train; name a genotype")
        if self.memoryless and self.cell.is_light:
            raise ValueError("a light cell without the frame before is none; choose a full one")
        if self.steps < 1 or self.checkpoint_every < 1 or self.warmup_steps < 0 or self.seed < 0:
            raise ValueError("steps and checkpoint_every start at 1, warmup_steps and seed at 0")
        if self.batch < 1 or self.length < SHORTEST_CLIP:
            raise ValueError(
                f"batches of {self.batch} clips of {self.length} frames; at least 1 clip of "
                f"{SHORTEST_CLIP} is needed"
            )
        if self.learning_rate <= 0 or self.weight_decay < 0 or not 0 <= self.ema_decay < 1:
            raise ValueError(
                f"learning_rate {self.learning_rate}, weight_decay {self.weight_decay} or "
                f"ema_decay {self.ema_decay} is out of range"
            )
        if self.distillation < 0 or self.consistency < 0:
            raise ValueError(
                f"distillation {self.distillation} or consistency {self.consistency} is negative"
            )
        if self.precision not in ("fp32", "bf16"):
            raise ValueError(f"precision is {self.precision!r}; it must be fp32 or bf16")

    def to_dict(self) -> dict[str, Any]:
        """The config as plain JSON."""
        document = {name: value for name, value in asdict(self).items() if name != "cell"}
        plain: dict[str, Any] = json.loads(json.dumps(document | {"cell": self.cell.to_dict()}))
        return plain

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the config from what `to_dict` gave."""
        return cls(**{**document, "cell": CellConfig.from_dict(document["cell"])})

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of everything that decides the result."""
        document = self.to_dict()
        del document["checkpoint_every"]
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def cell_training(
    cell: CellConfig,
    *,
    seed: int = 0,
    steps: int = STEPS,
    length: int = LENGTH,
    memoryless: bool = False,
    precision: Precision = "fp32",
) -> CellTraining:
    """The usual config: a light cell learns the static network's answers, a full one steadiness."""
    settings: dict[str, Any] = (
        {"distillation": 1.0}
        if cell.is_light
        else {
            "distillation": 0.5,
            "consistency": 2.0,
        }
    )
    return CellTraining(
        cell=cell,
        seed=seed,
        steps=steps,
        warmup_steps=min(50, steps // 10),
        length=length,
        memoryless=memoryless,
        precision=precision,
        **settings,
    )
