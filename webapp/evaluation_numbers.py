"""The scores of an evaluation: what each is called, what it means, what it must not be read as."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_CONSTANT = (
    " A picture that never changes would have the best value, so it is never read or sorted by "
    "alone: look at it beside the mIoU and, where shown, beside the ground truth's own."
)


@dataclass(frozen=True)
class Score:
    """One score.

    Attributes:
        key: Its key in `Evaluation.scores`.
        label: What it is called.
        meaning: What it says, for somebody who never heard of it.
        truth: Key of the same number of the ground truth, where there is one.
        digits: Digits shown behind the point.
        unit: What it is counted in.
    """

    key: str
    label: str
    meaning: str
    truth: str = ""
    digits: int = 1
    unit: str = "%"

    def text(self, scores: Mapping[str, Any], *, key: str = "") -> str:
        """The number with its unit; `n/a` where it could not be measured."""
        value = scores.get(key or self.key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "n/a"
        return f"{value:,.{self.digits}f} {self.unit}".rstrip()


ACCURACY = (
    Score(
        "miou",
        "mIoU",
        "Intersection over union of truth and prediction, pooled over all frames, as the mean over "
        "the classes that the ground truth has.",
    ),
    Score("fwiou", "fwIoU", "The same, each class weighted with its share of the pixels."),
    Score("pixel_accuracy", "Pixel accuracy", "Pixels labelled right, of those with a class."),
    Score("mean_accuracy", "Mean accuracy", "Pixels of a class labelled right, mean of classes."),
    Score(
        "boundary_miou",
        "Boundary mIoU",
        "IoU within a narrow band along the outlines of the classes: how exact the edges are.",
    ),
)
"""How right the labels are."""

STABILITY = (
    Score(
        "vcacc8",
        "VCacc 8",
        "Over all windows of 8 frames: of the pixels whose true label stays the same, the share "
        "that is labelled right in all 8. Still pixels are easy: a frozen picture scores high too.",
    ),
    Score("vcacc16", "VCacc 16", "The same over windows of 16 frames."),
    Score(
        "tc_ratio",
        "TC-m / TC-GT",
        "Agreement of consecutive predictions along the motion of the picture, divided by that of "
        "the ground truth. Above 1 the labels move less than the world does.",
        digits=2,
        unit="",
    ),
    Score(
        "aba_flicker",
        "ABA flicker",
        "Pixels that change their class for one frame and change back; the ground truth flickers "
        "too." + _CONSTANT,
        truth="gt_aba_flicker",
        digits=2,
    ),
)
"""How steady the labels are, on labelled video: the numbers that stand on their own beside mIoU."""

EXACT = (
    Score(
        "tvacc8",
        "TVacc 8",
        "Of the points followed by the exact motion of rendered data over 8 frames, the share that "
        "is labelled right in all 8.",
    ),
    Score("tvacc16", "TVacc 16", "The same over 16 frames."),
)
"""What only data with exact motion can tell."""

GREYED = (
    Score(
        "pcr",
        "Pixel change rate",
        "Pixels whose class differs from the frame before." + _CONSTANT,
        truth="gt_pcr",
        digits=2,
    ),
    Score(
        "static_flicker",
        "Static flicker",
        "Changes of class where the picture itself stands still." + _CONSTANT,
        digits=2,
    ),
    Score("vc8", "VC 8", "Pixels with a steady label whose prediction is steady." + _CONSTANT),
    Score("vc16", "VC 16", "The same over windows of 16 frames." + _CONSTANT),
    Score(
        "tc_m",
        "TC-m",
        "mIoU of a prediction with the one before it, moved along the optical flow." + _CONSTANT,
        truth="tc_gt",
    ),
    Score("tc_agreement", "TC agreement", "The same as a share of pixels." + _CONSTANT),
)
"""Numbers that a constant picture wins: shown in grey, never a column to sort by."""

_OTHER_LABELS = {
    "tc_exact": "TC-m along exact motion",
    "tc_gt": "TC-GT",
    "tc_gt_exact": "TC-GT along exact motion",
    "tc_coverage": "pixels followed",
    "static_coverage": "still pixels",
    "gt_pcr": "change rate of the ground truth",
    "gt_aba_flicker": "flicker of the ground truth",
    "miou_interval": "interval of mIoU",
    "boundary_d": "boundary band",
}

COVERAGE = (
    Score("static_coverage", "still pixels", "The share of pixels that static flicker is about."),
    Score("tc_coverage", "pixels followed", "The share of pixels that TC-m is about."),
)
"""What shares of the pixels the others speak of."""


def has_any(scores: Mapping[str, Any], chosen: Iterable[Score]) -> bool:
    """Whether at least one of the scores was measured."""
    return any(scores.get(score.key) is not None for score in chosen)


def reasons(scores: Mapping[str, Any]) -> dict[str, list[str]]:
    """Why numbers are missing: sentence -> the names of the scores it is about."""
    known = (*ACCURACY, *STABILITY, *EXACT, *GREYED)
    labels = _OTHER_LABELS | {score.key: score.label for score in known}
    found: dict[str, list[str]] = {}
    for key, sentence in dict(scores.get("notes") or {}).items():
        found.setdefault(str(sentence), []).append(labels.get(key, str(key)))
    return found


def classes_counted(scores: Mapping[str, Any]) -> str:
    """Over how many classes the mean goes: `11 of 11 classes`."""
    total = len(scores.get("classes") or {})
    return f"over {scores.get('classes_present', total)} of {total} classes"
