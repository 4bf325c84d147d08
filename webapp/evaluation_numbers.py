"""The scores of an evaluation: what each is called, what it means, what it must not be read as."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.metrics.descriptions import DESCRIPTIONS


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


def _described(key: str, *, truth: str = "") -> Score:
    known = DESCRIPTIONS[key]
    return Score(key, known.label, known.meaning, truth=truth, digits=known.digits, unit=known.unit)


ACCURACY = tuple(
    map(_described, ("miou", "fwiou", "pixel_accuracy", "mean_accuracy", "boundary_miou"))
)
"""How right the labels are."""

STABILITY = (
    *map(_described, ("vcacc8", "vcacc16", "tc_ratio")),
    _described("aba_flicker", truth="gt_aba_flicker"),
)
"""How steady the labels are, on labelled video: the numbers that stand on their own beside mIoU."""

EXACT = tuple(map(_described, ("tvacc8", "tvacc16")))
"""What only data with exact motion can tell."""

GREYED = (
    _described("pcr", truth="gt_pcr"),
    *map(_described, ("static_flicker", "vc8", "vc16")),
    _described("tc_m", truth="tc_gt"),
    _described("tc_agreement"),
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
