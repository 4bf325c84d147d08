"""A comparison as plain JSON: what the command prints, the API answers and the page can save."""

from dataclasses import asdict
from typing import Any

from core.board.class_comparison import (
    ConfusionChange,
    Shift,
    class_lines,
    confusion_change,
    no_classes,
    no_confusion,
)
from core.board.comparison import Comparison, MetricLine, Standing
from core.board.contender import Contender
from core.board.curve_comparison import distance_curve, no_curve
from core.genotype_diff import diff_genotypes
from core.metrics.difference import Difference

Json = dict[str, Any]

LETTERS = "ABCD"
"""What rows are called within one comparison, in the order in which they were named."""


def comparison_document(comparison: Comparison) -> Json:
    """The comparison as plain JSON; every number that is missing has its reason beside it.

    `base` is the letter of the row that the others are compared with; `metrics`, `classes`,
    `confusion` and `distance` (mIoU@d) have one entry per row under its letter. A `difference` is
    the row minus the base.
    """
    letters = LETTERS[: len(comparison.contenders)]
    others = [place for place in range(len(letters)) if place != comparison.base]
    return {
        "base": letters[comparison.base],
        "rows": {
            letter: _row(comparison, place, contender)
            for place, (letter, contender) in enumerate(
                zip(letters, comparison.contenders, strict=True)
            )
        },
        "metrics": {line.metric: _line(line, letters) for line in comparison.lines},
        "classes": _classes(comparison, letters),
        "confusion": {letters[place]: _confusion(comparison, place) for place in others},
        "distance": {letter: _distance(comparison, place) for place, letter in enumerate(letters)},
        "cells": {letters[place]: _cells(comparison, place) for place in others},
    }


def _row(comparison: Comparison, place: int, contender: Contender) -> Json:
    row = contender.row
    known = ("name", "kind", "key", "dataset", "split", "frames", "static", "setting", "timed_on")
    return {
        "id": row.id,
        **{key: row.texts[key] for key in known},
        "light": row.flags["light"],
        "seeds": [run.seed for run in contender.runs],
        "is_alike": comparison.is_alike(place),
    }


def _line(line: MetricLine, letters: str) -> Json:
    column = line.column
    return {
        "label": column.label,
        "unit": column.unit,
        "better": column.better,
        "rows": {
            letter: _standing(standing)
            for letter, standing in zip(letters, line.standings, strict=True)
        },
    }


def _standing(standing: Standing) -> Json:
    return {
        "mean": standing.mean,
        "interval": _ends(standing.interval),
        "seeds": standing.seeds,
        "missing": standing.missing or None,
        "difference": _difference(standing.difference),
        "verdict": standing.verdict,
        "reason": standing.reason or None,
    }


def _difference(found: Difference | None) -> Json | None:
    if found is None:
        return None
    return {"value": found.value, "interval": _ends(found.interval), "method": found.method}


def _ends(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _classes(comparison: Comparison, letters: str) -> Json:
    why_not = {letter: no_classes(comparison, place) for place, letter in enumerate(letters)}
    return {
        "iou": {
            line.name: {
                "share": round(line.share, 4),
                "rows": {
                    letter: _standing(standing)
                    for letter, standing in zip(letters, line.standings, strict=True)
                },
            }
            for line in class_lines(comparison)
        },
        "missing": {letter: why for letter, why in why_not.items() if why},
    }


def _confusion(comparison: Comparison, place: int) -> Json:
    change = confusion_change(comparison, place)
    if change is None:
        return {"missing": no_confusion(comparison, place)}
    return {
        "missing": None,
        "classes": list(change.classes),
        "change": change.change.round(4).tolist(),
        "shifts": [_shift(change, shift) for shift in change.shifts[:10]],
    }


def _shift(change: ConfusionChange, shift: Shift) -> Json:
    return {
        "truth": change.classes[shift.truth],
        "predicted": change.classes[shift.predicted],
        "before": round(shift.before, 4),
        "after": round(shift.after, 4),
        "of_all_pixels": round(shift.of_all, 4),
        "difference": _difference(shift.difference),
        "verdict": shift.verdict,
    }


def _distance(comparison: Comparison, place: int) -> Json:
    """MIoU@d, where it was measured on the frames that the row was judged on."""
    curve = distance_curve(comparison, place)
    if curve is None:
        return {"missing": no_curve(comparison, place)}
    return {"missing": None, **asdict(curve)}


def _cells(comparison: Comparison, place: int) -> Json:
    base, other = comparison.base_contender, comparison.contenders[place]
    if base.genotype is None or other.genotype is None:
        missing = base if base.genotype is None else other
        return {"missing": f"{missing.row.texts['name']}: {missing.no_genotype}"}
    found = diff_genotypes(base.genotype, other.genotype)
    return {
        "missing": None,
        "same": [[i, j] for i, j in found.same],
        "only_base": list(found.only_a),
        "only_row": list(found.only_b),
        "nodes_base": [str(node) for node in base.genotype.nodes],
        "nodes_row": [str(node) for node in other.genotype.nodes],
    }
