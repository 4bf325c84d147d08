"""The training config of a static network as plain data: imports neither torch nor OpenCV."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from core.nn.config import MIN_SIDE, StaticConfig

Precision = Literal["fp32", "bf16"]


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of the schedule with one batch size and one crop size.

    Attributes:
        share: Share of all steps, 0..1.
        height: Height of the crops in pixels.
        width: Width of the crops in pixels.
        batch: Crops per step.
        strength: Share of the augmentation that is applied, 0..1: late in the schedule milder
            views bring the network back to the pictures it will see.
        extra: Share of the crops taken from the extra data where a training has some, 0..1.
    """

    share: float
    height: int
    width: int
    batch: int
    strength: float = 1.0
    extra: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share}; above 0 up to 1 is possible")
        for name in ("strength", "extra"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; 0 to 1 is possible")
        # Batch norm needs more than one value per channel at stride 32.
        if min(self.height, self.width) < 2 * MIN_SIDE or self.batch < 2:
            raise ValueError(
                f"a phase of {self.batch} crops of {self.height}x{self.width}; at least 2 crops "
                f"of {2 * MIN_SIDE}x{2 * MIN_SIDE} are needed"
            )


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How far random views may go from the image.

    Attributes:
        scale: Smallest and largest enlargement of the image before the crop.
        windows: How many windows are drawn for a crop, of which the one with the most class
            borders is taken: most of a street is plain road and sky.
        focus: Probability that a window is laid around a pixel of a class drawn evenly from
            the classes of the image, instead of among `windows`.
        paste: Probability that the rare classes of a second view are pasted over the first
            (after ClassMix, Olsson et al., WACV 2021, arXiv 2007.07936, with labels).
        flip: Probability of a left-right flip.
        colour: Largest relative change of brightness, contrast and saturation.
        blur: Probability of a Gaussian blur with sigma up to 1.2 pixels.
        noise: Largest standard deviation of additive noise, in grey levels of 255.
        compression: Probability of JPEG compression (quality 25..90), for codec artefacts.
    """

    scale: tuple[float, float] = (0.7, 1.5)
    windows: int = 3
    focus: float = 0.0
    paste: float = 0.0
    flip: float = 0.5
    colour: float = 0.3
    blur: float = 0.25
    noise: float = 8.0
    compression: float = 0.4

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", tuple(float(value) for value in self.scale))
        if len(self.scale) != 2 or not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale is {self.scale}; two rising positive numbers are wanted")
        if self.windows < 1:
            raise ValueError(f"windows is {self.windows}; at least one is needed")
        for name in ("flip", "blur", "compression", "focus", "paste"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; a probability is wanted")
        if not 0 <= self.colour < 1 or not 0 <= self.noise <= 255:
            raise ValueError(f"colour {self.colour} or noise {self.noise} is out of range")

    def weakened(self, strength: float) -> Self:
        """The same with every change of the picture reduced to `strength`; flips stay."""
        return replace(
            self,
            scale=(self.scale[0] ** strength, self.scale[1] ** strength),
            paste=self.paste * strength,
            colour=self.colour * strength,
            blur=self.blur * strength,
            noise=self.noise * strength,
            compression=self.compression * strength,
        )


DEFAULT_PHASES = (
    Phase(share=0.6, height=192, width=256, batch=5),
    Phase(share=0.4, height=256, width=320, batch=5, strength=0.3),
)


@dataclass(frozen=True, kw_only=True)
class StaticTraining:
    """Everything that decides the result of training a static network, besides the data.

    Attributes:
        network: The network's sizes.
        seed: Seed of the random start, the order of samples and the augmentation.
        steps: Optimiser steps.
        phases: Crop and batch sizes over the schedule, shares adding up to 1.
        learning_rate: Peak of the cosine schedule.
        warmup_steps: Steps of linear warm-up to the peak.
        weight_decay: AdamW's decay of convolution weights.
        ema_decay: Decay of the averaged weights, which are the result.
        class_power: Class weights are frequency ** -class_power.
        label_smoothing: Share of the target spread over all classes.
        deep_supervision: Weight of a second loss at stride 16, whose classifier exists only
            while training.
        augmentation: How far random views go.
        precision: `bf16` runs the network under autocast.
        start: SHA-256 of the file the first weights come from; empty for chance alone.
        checkpoint_every: Steps between checkpoints.
    """

    network: StaticConfig
    seed: int = 0
    steps: int = 6000
    phases: tuple[Phase, ...] = DEFAULT_PHASES
    learning_rate: float = 8e-3
    warmup_steps: int = 200
    weight_decay: float = 0.03
    ema_decay: float = 0.997
    class_power: float = 0.2
    label_smoothing: float = 0.0
    deep_supervision: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    precision: Precision = "bf16"
    start: str = ""
    checkpoint_every: int = 250

    def __post_init__(self) -> None:
        if self.steps < 1 or self.checkpoint_every < 1 or self.warmup_steps < 0 or self.seed < 0:
            raise ValueError("steps and checkpoint_every start at 1, warmup_steps and seed at 0")
        if self.learning_rate <= 0 or self.weight_decay < 0 or not 0 <= self.ema_decay < 1:
            raise ValueError(
                f"learning_rate {self.learning_rate}, weight_decay {self.weight_decay} or "
                f"ema_decay {self.ema_decay} is out of range"
            )
        if not 0 <= self.label_smoothing < 1 or self.deep_supervision < 0:
            raise ValueError(
                f"label_smoothing {self.label_smoothing} or deep_supervision "
                f"{self.deep_supervision} is out of range"
            )
        if self.precision not in ("fp32", "bf16"):
            raise ValueError(f"precision is {self.precision!r}; it must be fp32 or bf16")
        if not self.phases or abs(sum(phase.share for phase in self.phases) - 1) > 1e-6:
            raise ValueError("the shares of the phases must add up to 1")

    def phase_at(self, step: int) -> Phase:
        """The phase that step number `step` (from 0) belongs to."""
        end = 0.0
        for phase in self.phases:
            end += phase.share * self.steps
            if step < round(end):
                return phase
        return self.phases[-1]

    def to_dict(self) -> dict[str, Any]:
        """The config as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the config from what `to_dict` gave."""
        values = dict(document)
        values["network"] = StaticConfig.from_dict(values["network"])
        if "phases" in values:
            values["phases"] = tuple(Phase(**phase) for phase in values["phases"])
        if "augmentation" in values:
            values["augmentation"] = Augmentation(**values["augmentation"])
        return cls(**values)

    @property
    def digest(self) -> str:
        """SHA-256 of the config's canonical JSON."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()
