"""What every number is called, counted in and means: the one source for pages, tables and files."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Direction = Literal["higher", "lower"]
"""Which values are the better ones."""

_CONSTANT = (
    " A picture that never changes would have the best value, so it is never read or sorted by "
    "alone: look at it beside the mIoU and, where shown, beside the ground truth's own."
)


@dataclass(frozen=True)
class Description:
    """One number.

    Attributes:
        key: Its key wherever it is stored or printed.
        label: What it is called.
        meaning: What it says, for somebody who never heard of it.
        better: Which values are better.
        unit: What it is counted in; empty for a ratio.
        digits: Digits shown behind the point.
    """

    key: str
    label: str
    meaning: str
    better: Direction = "higher"
    unit: str = "%"
    digits: int = 1


_ALL = (
    Description(
        "miou",
        "mIoU",
        "Intersection over union of truth and prediction, pooled over all frames, as the mean over "
        "the classes that the ground truth has.",
    ),
    Description("fwiou", "fwIoU", "The same, each class weighted with its share of the pixels."),
    Description(
        "pixel_accuracy", "Pixel accuracy", "Pixels labelled right, of those with a class."
    ),
    Description(
        "mean_accuracy", "Mean accuracy", "Pixels of a class labelled right, mean of classes."
    ),
    Description(
        "accuracy_half",
        "Accuracy A",
        "(mIoU * mean accuracy * fwIoU)^(1/3): the accuracy half of a search's reward.",
    ),
    Description(
        "boundary_miou",
        "Boundary mIoU",
        "IoU within a narrow band along the outlines of the classes: how exact the edges are.",
    ),
    Description(
        "gain",
        "Gain",
        "mIoU minus that of the static network the cell lives in, judged alike.",
        unit="points",
        digits=2,
    ),
    Description(
        "reward",
        "Reward",
        "What the search told its strategy: sqrt(A * S), after a short training on simulated "
        "clips. A proxy; compare it within one setting only.",
        digits=2,
    ),
    Description(
        "stability",
        "Stability S",
        "Points of the scene labelled right in all frames of a roll-out: the stability half of a "
        "search's reward.",
    ),
    Description(
        "tvacc8",
        "TVacc 8",
        "Of the points followed by the exact motion of rendered data over 8 frames, the share that "
        "is labelled right in all 8.",
    ),
    Description("tvacc16", "TVacc 16", "The same over 16 frames."),
    Description(
        "vcacc8",
        "VCacc 8",
        "Over all windows of 8 frames: of the pixels whose true label stays the same, the share "
        "that is labelled right in all 8. Still pixels are easy: a frozen picture scores high too.",
    ),
    Description("vcacc16", "VCacc 16", "The same over windows of 16 frames."),
    Description(
        "vc8", "VC 8", "Pixels with a steady label whose prediction is steady." + _CONSTANT
    ),
    Description("vc16", "VC 16", "The same over windows of 16 frames." + _CONSTANT),
    Description(
        "tc_m",
        "TC-m",
        "mIoU of a prediction with the one before it, moved along the optical flow." + _CONSTANT,
    ),
    Description("tc_agreement", "TC agreement", "The same as a share of pixels." + _CONSTANT),
    Description(
        "tc_ratio",
        "TC-m / TC-GT",
        "Agreement of consecutive predictions along the motion of the picture, divided by that of "
        "the ground truth. Above 1 the labels move less than the world does.",
        unit="",
        digits=2,
    ),
    Description(
        "aba_flicker",
        "ABA flicker",
        "Pixels that change their class for one frame and change back; the ground truth flickers "
        "too." + _CONSTANT,
        better="lower",
        digits=2,
    ),
    Description(
        "pcr",
        "Pixel change rate",
        "Pixels whose class differs from the frame before." + _CONSTANT,
        better="lower",
        digits=2,
    ),
    Description(
        "static_flicker",
        "Static flicker",
        "Changes of class where the picture itself stands still." + _CONSTANT,
        better="lower",
        digits=2,
    ),
    Description(
        "latency_p50",
        "Latency p50",
        "Median time per frame, batch 1, on the machine named beside it.",
        better="lower",
        unit="ms",
    ),
    Description(
        "latency_p95",
        "Latency p95",
        "The time that 95 of 100 frames stay under.",
        better="lower",
        unit="ms",
    ),
    Description(
        "fps_model",
        "fps of the network",
        "1000 / the network's median milliseconds: without decoding, scaling and drawing.",
        unit="fps",
    ),
    Description("params", "Parameters", "As deployed.", better="lower", unit="", digits=0),
    Description(
        "macs_steady",
        "MACs, steady",
        "Multiply-adds of a frame between key frames (a static network's frames are all key "
        "frames): of a trial at the size of its frames, of a model at the size it was made for.",
        better="lower",
        unit="",
        digits=0,
    ),
    Description(
        "macs_key",
        "MACs, key frame",
        "Multiply-adds of a frame on which the static network runs.",
        better="lower",
        unit="",
        digits=0,
    ),
)

DESCRIPTIONS: Mapping[str, Description] = MappingProxyType({each.key: each for each in _ALL})
"""Every number that is compared, by key, in the order in which they are listed."""

_BEHAVIOUR = (
    Description(
        "miou_d_min",
        "mIoU@d, least",
        "The lowest mIoU at any distance d of 0 to 30 frames from the last key frame, when none "
        "comes in between.",
    ),
    Description(
        "miou_d_mean",
        "mIoU@d, mean",
        "The mean of the mIoU over all distances d of 0 to 30 frames from the last key frame.",
    ),
    Description(
        "lag",
        "Lag",
        "How many frames ago the ground truth was what a prediction fits best: 0 is wanted, 1 or "
        "more means that the labels trail behind the picture.",
        better="lower",
        unit="frames",
        digits=0,
    ),
    Description(
        "cut_recovery",
        "Cut recovery",
        "Frames after a spliced scene cut until the mIoU is within 1 point of the static network's "
        "on the same frames, with scene cuts looked for as in use.",
        better="lower",
        unit="frames",
        digits=0,
    ),
    Description(
        "cut_recovery_blind",
        "Cut recovery, blind",
        "The same where no cut is looked for: only the cell itself and its key frames help.",
        better="lower",
        unit="frames",
        digits=0,
    ),
    Description(
        "use_of_past",
        "Use of the past",
        "Points of mIoU that a full cell loses when all it reads of the frame before is replaced "
        "by the same of this frame; under 0.2 it does not use the past.",
        unit="points",
        digits=2,
    ),
    Description(
        "state_drift",
        "State drift",
        "The largest factor by which the strength of the state leaves that of frame 10 within "
        "1,000 frames without a key frame, of a still image, of noise and of a real clip: 1 is "
        "wanted, beyond 2 it has drifted.",
        better="lower",
        unit="",
        digits=2,
    ),
)

BEHAVIOUR: Mapping[str, Description] = MappingProxyType({each.key: each for each in _BEHAVIOUR})
"""The numbers of a model's behaviour over time (`core.dynamics`), by key."""
