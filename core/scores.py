"""What judging a split gave, as plain records; light, so that pages and commands can read them."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

Percent = float | None
"""0..100, or None where it is undefined; `notes` then has the reason."""

BY_WINDOW = ("vc", "vcacc", "tvacc")
"""Scores that exist once per window length n; in JSON `vc8`, `vc16`, ..."""

SAME_JUDGE = "it warps with DIS, the flow that would be its judge"
"""Why there is no TC-m of what warps with the flow."""

_WINDOW_KEY = re.compile(f"({'|'.join(BY_WINDOW)})([0-9]+)")


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A model's scores on a split; shares in percent, defined in METRICS.md.

    Attributes:
        split: Name of the split.
        frames: Labelled frames that were scored.
        frames_seen: All frames in the protocol's range, labelled or not.
        miou: Mean IoU over the classes present in the ground truth.
        fwiou: IoU weighted by the classes' share of the ground truth.
        pixel_accuracy: Share of pixels labelled right.
        mean_accuracy: Mean recall over the classes present.
        accuracy_half: A = (mIoU * mAcc * fwIoU)^(1/3).
        classes: IoU per class name; None for classes that never appear.
        classes_present: How many classes the means are over.
        boundary_miou: Mean boundary IoU over the classes present.
        boundary: Boundary IoU per class name.
        boundary_d: Width of the band in pixels; None where frames differ in size.
        pcr: Pixel change rate of the prediction, over consecutive frames.
        aba_flicker: Pixels that change and come straight back.
        static_flicker: Pixels standing still whose label changes.
        static_coverage: Pixels that stand still.
        gt_pcr: The pixel change rate of the hand labels themselves, void counted as class 0.
        gt_aba_flicker: Their flicker.
        tc_m: Pooled mIoU of the prediction with itself along estimated motion.
        tc_gt: The same of the hand labels.
        tc_ratio: tc_m / tc_gt, no percentage: above 1 is over-smoothed.
        tc_agreement: Share of pixels whose prediction agrees along estimated motion.
        tc_coverage: Share of pixels that could be followed.
        tc_exact: tc_m along exact motion; rendered or simulated data only.
        tc_gt_exact: tc_gt along exact motion.
        vc: VC_n per window length n.
        vcacc: VCacc_n per window length n.
        tvacc: TVacc_n per window length n.
        blocks: Separate blocks of time in the split; None where the frame rate is unknown.
        miou_interval: 95% interval of mIoU over resampled blocks; None for one clip.
        sequences: Per sequence `frames dense miou fwiou pixel_accuracy mean_accuracy
            classes_present`.
        notes: Why a score is None, one sentence by its key.
    """

    split: str
    frames: int
    frames_seen: int
    miou: Percent
    fwiou: Percent
    pixel_accuracy: Percent
    mean_accuracy: Percent
    accuracy_half: Percent
    classes: dict[str, Percent]
    classes_present: int
    boundary_miou: Percent
    boundary: dict[str, Percent]
    boundary_d: int | None
    pcr: Percent
    aba_flicker: Percent
    static_flicker: Percent
    static_coverage: Percent
    gt_pcr: Percent
    gt_aba_flicker: Percent
    tc_m: Percent
    tc_gt: Percent
    tc_ratio: float | None
    tc_agreement: Percent
    tc_coverage: Percent
    tc_exact: Percent
    tc_gt_exact: Percent
    vc: dict[int, Percent]
    vcacc: dict[int, Percent]
    tvacc: dict[int, Percent]
    blocks: int | None
    miou_interval: tuple[float, float] | None
    sequences: dict[str, dict[str, Any]]
    notes: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """The scores as plain JSON, windows spelled out as `vc8`."""
        document = asdict(self)
        for name in BY_WINDOW:
            document |= {f"{name}{n}": score for n, score in document.pop(name).items()}
        if self.miou_interval is not None:
            document["miou_interval"] = list(self.miou_interval)
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the scores from what `to_dict` gave.

        Raises:
            ValueError: A key is missing or unknown.
        """
        values: dict[str, Any] = {name: {} for name in BY_WINDOW}
        for key, value in document.items():
            window = _WINDOW_KEY.fullmatch(key)
            if window:
                values[window[1]][int(window[2])] = value
            else:
                values[key] = value
        known = {field.name for field in fields(cls)}
        if set(values) != known:
            raise ValueError(f"scores with the keys {sorted(set(values) ^ known)} missing or extra")
        if values["miou_interval"] is not None:
            values["miou_interval"] = tuple(values["miou_interval"])
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class FrameResult:
    """How one frame was judged.

    Attributes:
        name: The frame's name.
        sequence: Its sequence's name.
        position: Its number within the split, from 0.
        miou: mIoU over the classes in the frame's own ground truth, percent; None without any.
        counts: `(truth, prediction, pixels)` of every pair of class ids that occurs, ascending.
        follows: Whether it is the next frame of video after the one that was judged before it.
    """

    name: str
    sequence: str
    position: int
    miou: Percent
    counts: tuple[tuple[int, int, int], ...]
    follows: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON."""
        return asdict(self) | {"counts": [list(entry) for entry in self.counts]}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the result from what `to_dict` gave."""
        counts = tuple((truth, said, pixels) for truth, said, pixels in document["counts"])
        return cls(**{**document, "counts": counts})


def pooled_confusion(results: Iterable[FrameResult], *, num_classes: int) -> list[list[int]]:
    """The confusion matrix of all frames: `matrix[truth][prediction]` pixels."""
    matrix = [[0] * num_classes for _ in range(num_classes)]
    for result in results:
        for truth, said, pixels in result.counts:
            matrix[truth][said] += pixels
    return matrix
