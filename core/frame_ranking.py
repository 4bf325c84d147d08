"""Which frames are the worst: by their own scores, by a class, by a mistake, by their flicker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Self, get_args

from core.errors import BadInput
from core.frame_scores import FrameScore

FrameMetric = Literal["miou", "pixel_accuracy", "iou", "mistake", "pcr", "aba_flicker"]
"""What frames are ranked by: `iou` of one class, `mistake` pixels of a class taken for another."""

FRAME_METRICS: tuple[FrameMetric, ...] = get_args(FrameMetric)

METRIC_NAMES: dict[FrameMetric, str] = {
    "miou": "mIoU",
    "pixel_accuracy": "Pixel accuracy",
    "iou": "IoU of a class",
    "mistake": "A class taken for another",
    "pcr": "Pixel change rate",
    "aba_flicker": "ABA flicker",
}

_HIGH_IS_BAD = ("mistake", "pcr", "aba_flicker")
_STEADINESS = ("pcr", "aba_flicker")


@dataclass(frozen=True)
class Ranking:
    """An order of frames, the worst first.

    Attributes:
        metric: What they are ranked by.
        truth: The class of `iou`, or the true one of `mistake`.
        predicted: What `mistake` took it for.
    """

    metric: FrameMetric = "miou"
    truth: int | None = None
    predicted: int | None = None

    @classmethod
    def of(cls, metric: str, names: Sequence[str], *, truth: str = "", predicted: str = "") -> Self:
        """The ranking that is asked for, classes by their names.

        Raises:
            BadInput: There is no such metric or class, or one is missing or too many.
        """
        known = next((each for each in FRAME_METRICS if each == metric), None)
        if known is None:
            raise BadInput(f"There is no metric {metric!r}; frames are ranked by {_listed()}.")
        wanted = {"iou": 1, "mistake": 2}.get(known, 0)
        if [bool(truth), bool(predicted)] != [wanted > 0, wanted > 1]:
            needs = ("no class", "one class", "a class and what it was taken for")[wanted]
            raise BadInput(f"The metric {known} needs {needs}.")
        return cls(
            known,
            _class(truth, names) if truth else None,
            _class(predicted, names) if predicted else None,
        )

    @property
    def is_of_steadiness(self) -> bool:
        """Whether neighbouring frames are bad for the same reason."""
        return self.metric in _STEADINESS

    def value(self, frame: FrameScore) -> float | None:
        """What a frame has: percent, or pixels of a mistake; None where it has none."""
        if self.metric == "iou":
            hits, union = frame.overlap(self.truth or 0)
            return 100 * hits / union if union else None
        if self.metric == "mistake":
            return float(frame.pixels(self.truth or 0, self.predicted or 0)) or None
        value: float | None = getattr(frame, self.metric)
        return value

    def class_text(self, names: Sequence[str]) -> str:
        """The classes in words: `Tree`, `Tree taken for Building`; empty without."""
        if self.truth is None:
            return ""
        if self.predicted is None:
            return names[self.truth]
        return f"{names[self.truth]} taken for {names[self.predicted]}"

    def value_text(self, value: float | None) -> str:
        """A value in words: `41.2 %`, `3,120 pixels`."""
        if value is None:
            return "n/a"
        return f"{value:,.0f} pixels" if self.metric == "mistake" else f"{value:.1f} %"

    def key(self, frame: FrameScore) -> tuple[float, int, int]:
        """Sorts the worst first; of equals the one with more wrong pixels of what is meant."""
        value = self.value(frame) or 0.0
        wrong = frame.wrong
        if self.metric == "iou":
            hits, union = frame.overlap(self.truth or 0)
            wrong = union - hits
        return (-value if self.metric in _HIGH_IS_BAD else value), -wrong, frame.position


def worst_first(frames: Iterable[FrameScore], ranking: Ranking) -> list[FrameScore]:
    """The frames that have a value, the worst first."""
    return sorted((f for f in frames if ranking.value(f) is not None), key=ranking.key)


def why_none(frames: Sequence[FrameScore], ranking: Ranking) -> str:
    """Why no frame has a value."""
    if ranking.metric in _STEADINESS:
        return (
            "No frame has it: the split is no video with a label on every frame, or was judged "
            "before this was kept per frame; evaluate its model again with --again."
        )
    if ranking.metric == "mistake":
        return "No frame has such pixels."
    return "No frame has a scored pixel of it." if frames else "No frame was evaluated."


def _class(name: str, names: Sequence[str]) -> int:
    if name in names:
        return list(names).index(name)
    alike = [n for n, each in enumerate(names) if each.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    raise BadInput(f"There is no class {name!r}; the classes are {', '.join(names)}.")


def _listed() -> str:
    return ", ".join(FRAME_METRICS)
