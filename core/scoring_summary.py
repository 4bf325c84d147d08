"""Turns the counts of a judged split into its record of scores, with a reason for every gap."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.metrics.accuracy import AccuracyScores, compute_accuracy, empty_confusion
from core.metrics.statistics import BootstrapInterval, block_bootstrap, block_length
from core.palette import Palette
from core.protocol import Protocol
from core.scores import Percent, Scores
from core.scoring_tally import SequenceTally, Tally

NOT_DENSE = "no sequence of the split is made of consecutive frames"
NO_MOTION = "exact motion is known for rendered data only"
NO_FLOW = "the protocol leaves the flow out"
BOOTSTRAP_SEED = 0


def percent(share: float | None) -> Percent:
    """A share as percent, to four decimals."""
    return None if share is None else round(100 * float(share), 4)


def summarise(tally: Tally, *, palette: Palette, protocol: Protocol, split: str) -> Scores:
    """The record of everything a tally has counted."""
    notes: dict[str, str] = {}
    names = palette.names
    accuracy = compute_accuracy(
        sum((s.confusion for s in tally.sequences.values()), empty_confusion(len(names)))
    )
    boundary = tally.boundary.compute()
    interval = _interval(tally)
    values: dict[str, Any] = {
        "split": split,
        "frames": tally.frames,
        "frames_seen": tally.frames_seen,
        **_accuracy(accuracy),
        "accuracy_half": percent(accuracy.half),
        "classes": dict(zip(names, map(percent, accuracy.iou), strict=True)),
        "boundary_miou": percent(boundary.miou),
        "boundary": dict(zip(names, map(percent, boundary.iou), strict=True)),
        "boundary_d": boundary.distances[0] if len(boundary.distances) == 1 else None,
        "blocks": None if interval is None else interval.blocks,
        "miou_interval": _ends(interval),
        **_stability(tally, notes),
        **_flow(tally, protocol, notes),
        **_windows(tally, notes),
        "sequences": {name: _sequence(sequence) for name, sequence in tally.sequences.items()},
    }
    if accuracy.reason is not None:
        unscored = accuracy.reason if tally.frames else "no labelled frame came"
        keys = ("miou", "fwiou", "pixel_accuracy", "mean_accuracy", "accuracy_half")
        notes |= dict.fromkeys((*keys, "boundary_miou"), unscored)
    if accuracy.classes_present < len(names):
        absent = [name for name, iou in values["classes"].items() if iou is None]
        notes["classes"] = (
            f"{len(absent)} of {len(names)} classes never appear in the ground truth and are in "
            f"no mean: {', '.join(absent)}"
        )
    if values["boundary_d"] is None:
        notes["boundary_d"] = _why_no_distance(boundary.distances)
    if interval is None:
        notes["blocks"] = "the frame rate is unknown"
    if values["miou_interval"] is None:
        reason = "the frame rate is unknown" if interval is None else interval.reason
        notes["miou_interval"] = reason or "no resample has a score"
    return Scores(**values, notes=notes)


def _accuracy(scores: AccuracyScores) -> dict[str, Any]:
    return {
        "miou": percent(scores.miou),
        "fwiou": percent(scores.fwiou),
        "pixel_accuracy": percent(scores.pixel_accuracy),
        "mean_accuracy": percent(scores.mean_accuracy),
        "classes_present": scores.classes_present,
    }


def _why_no_distance(distances: tuple[int, ...]) -> str:
    if not distances:
        return "no labelled frame came"
    return f"frames differ in size: the band is {distances[0]} to {distances[-1]} pixels wide"


def _sequence(sequence: SequenceTally) -> dict[str, Any]:
    return {
        "frames": len(sequence.counts),
        "dense": sequence.dense,
        **_accuracy(compute_accuracy(sequence.confusion)),
    }


def _stability(tally: Tally, notes: dict[str, str]) -> dict[str, Percent]:
    said, true = tally.stability.compute(), tally.truth_stability.compute()
    values = {
        "pcr": percent(said.pcr),
        "aba_flicker": percent(said.aba_flicker),
        "static_flicker": percent(said.static_flicker),
        "static_coverage": percent(said.static_coverage),
        "gt_pcr": percent(true.pcr),
        "gt_aba_flicker": percent(true.aba_flicker),
    }
    reasons = said.reasons | {f"gt_{key}": f"{why}, labelled" for key, why in true.reasons.items()}
    for key, value in values.items():
        if value is None:
            notes[key] = reasons[key] if tally.steps else NOT_DENSE
    return values


def _flow(tally: Tally, protocol: Protocol, notes: dict[str, str]) -> dict[str, float | None]:
    said, true = tally.followed.compute(), tally.truth_followed.compute()
    exact, true_exact = tally.moved.compute(), tally.truth_moved.compute()
    ratio = None if said.miou is None or not true.miou else round(said.miou / true.miou, 6)
    values = {
        "tc_m": percent(said.miou),
        "tc_gt": percent(true.miou),
        "tc_ratio": ratio,
        "tc_agreement": percent(said.agreement),
        "tc_coverage": percent(said.coverage),
        "tc_exact": percent(exact.miou),
        "tc_gt_exact": percent(true_exact.miou),
    }
    reasons = dict.fromkeys(("tc_m", "tc_agreement", "tc_coverage"), said.reason)
    reasons |= {"tc_gt": true.reason, "tc_ratio": said.reason or true.reason}
    if protocol.flow is None:
        reasons = dict.fromkeys(reasons, NO_FLOW)
    reasons |= dict.fromkeys(("tc_exact", "tc_gt_exact"), NO_MOTION)
    for key, value in values.items():
        if value is None:
            notes[key] = (reasons[key] or NOT_DENSE) if tally.steps else NOT_DENSE
    return values


def _windows(tally: Tally, notes: dict[str, str]) -> dict[str, dict[int, Percent]]:
    consistency, trajectories = tally.consistency.compute(), tally.trajectories.compute()
    by_key = {
        "vc": (consistency.vc, consistency.reasons),
        "vcacc": (consistency.vcacc, consistency.reasons),
        "tvacc": (trajectories.tvacc, trajectories.reasons),
    }
    is_moving = tally.moved.compute().pairs > 0
    for key, (shares, reasons) in by_key.items():
        for n, share in shares.items():
            if share is None:
                unknown = key == "tvacc" and not is_moving
                why = NO_MOTION if unknown else reasons[n]
                notes[f"{key}{n}"] = why if tally.steps else NOT_DENSE
    return {
        key: {n: percent(share) for n, share in shares.items()}
        for key, (shares, _) in by_key.items()
    }


def _interval(tally: Tally) -> BootstrapInterval | None:
    """None where some sequence's frame rate is unknown."""
    labelled = [sequence for sequence in tally.sequences.values() if sequence.counts]
    rates = [sequence.rate for sequence in labelled if sequence.rate is not None]
    if len(rates) < len(labelled) or not labelled:
        return None
    return block_bootstrap(
        [np.stack(sequence.counts).astype(np.int64) for sequence in labelled],
        _miou,
        lengths=[block_length(rate) for rate in rates],
        seed=BOOTSTRAP_SEED,
    )


def _miou(counts: NDArray[np.int64]) -> float | None:
    """Pooled mIoU of (3, K) hits, ground truth and prediction."""
    hits, truth, said = counts
    present = truth > 0
    if not present.any():
        return None
    return float((hits[present] / (truth + said - hits)[present]).mean())


def _ends(interval: BootstrapInterval | None) -> tuple[float, float] | None:
    if interval is None or interval.low is None or interval.high is None:
        return None
    return round(100 * interval.low, 4), round(100 * interval.high, 4)
