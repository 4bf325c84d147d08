"""An insight in words and as JSON: what commands print, the API answers and the page draws."""

from collections.abc import Iterator
from typing import Any

from core.insight.insight import FEWEST_CELLS, Finding, Insight, find_insight
from core.insight.slopes import Slope
from core.insight.trials import NOT_YET, SCORES_TOLD, TRIALS_TOLD, Material, TrialChoice

Json = dict[str, Any]

_NONE: dict[TrialChoice, str] = {
    "random": "No trial drawn by chance",
    "strategy": "No trial that a strategy proposed",
    "all": "No trial",
}

HOW = (
    "Beside: while all other choices are held, by a linear model with a ridge. Alone: cells with "
    "it against cells without it, which also tells what goes along with it. Intervals: 95%, each "
    "for itself. *: apart from 0 though so many were looked at (Holm, 5% over all). Every cell "
    "counts alike, good or bad."
)
"""How the numbers are made, in a few sentences."""


def insight_of(material: Material) -> Insight:
    """The insight of the trials that were chosen."""
    return find_insight(material.cells)


def insight_document(material: Material, insight: Insight) -> Json:
    """An insight as plain JSON; effects in points of the score, or in standard deviations."""
    return {
        "score": material.score,
        "unit": unit(insight),
        "trials": material.choice,
        "searches": list(material.searches),
        "settings": insight.settings,
        "cells": insight.cells,
        "trials_counted": material.trials,
        "stopped": material.stopped,
        "left_out": material.left_out,
        "reason": why_nothing(material, insight) or None,
        "no_beside": insight.no_beside or None,
        "features": [_finding_document(each) for each in insight.findings],
    }


def unit(insight: Insight) -> str:
    """What effects are counted in."""
    return "standard deviations" if insight.is_standardised else "points"


def told(finding: Finding, slope: Slope | None) -> str:
    """A finding in words: `cells that read prev_low: +1.9 [1.1, 2.7], 34 of 80 cells`."""
    count = cells_text(finding)
    if slope is None:
        return f"{finding.feature.told}: cannot be told, {finding.reason}"
    return f"{finding.feature.told}: {slope_text(slope)}, {count}"


def cells_text(finding: Finding) -> str:
    """How many cells it is told of: `34 of 80 cells`, or of a size `80 cells with 1 to 4`."""
    if finding.span is None:
        return f"{finding.having} of {finding.cells} cells"
    least, most = finding.span
    digits = 0 if least == int(least) and most == int(most) else 1
    return f"{finding.cells} cells with {least:.{digits}f} to {most:.{digits}f}"


def slope_text(slope: Slope | None) -> str:
    """An effect with its interval: `+1.9 [1.1, 2.7]`."""
    if slope is None:
        return "-"
    return f"{slope.effect:+.2f} [{slope.low:.2f}, {slope.high:.2f}]"


def basis_line(material: Material, insight: Insight) -> str:
    """What it is drawn from, in one or two sentences."""
    text = (
        f"{SCORES_TOLD[material.score].capitalize() if material.score != 'miou' else 'mIoU'} of "
        f"{_count(insight.cells, 'cell')} {TRIALS_TOLD[material.choice]}"
    )
    if insight.is_standardised:
        text += (
            f"; {insight.settings} settings, whose scores were standardised within each: effects "
            "are in standard deviations of a setting"
        )
    if material.stopped and material.score != "rung":
        text += (
            f". {material.stopped} of {_count(material.trials, 'trial')} ended early and have the "
            "score of then, which is too low for cells that learn slowly"
        )
    if material.left_out:
        text += f". Left out: {', '.join(f'{n} {why}' for why, n in material.left_out.items())}"
    return f"{text}."


def why_nothing(material: Material, insight: Insight) -> str:
    """Why nothing can be told, and how to go on; empty where something can."""
    if not insight.reason:
        return ""
    text = insight.reason[:1].upper() + insight.reason[1:]
    if material.cells:
        more = " More trials are needed: extend a search." if insight.cells < FEWEST_CELLS else ""
        return f"{text}.{more}"
    if not material.left_out and material.passed_over:
        return (
            "Chance drew none of these trials: look at all trials, which are many of what the "
            "strategy liked, or give the search a random twin."
            if material.choice == "random"
            else "No strategy proposed any of these trials: look at those drawn by chance."
        )
    missing = f"{_NONE[material.choice]} has such a score"
    if material.left_out and not material.left_out.get(NOT_YET):
        return f"{missing}."
    return f"{missing} yet: what good cells share is told once enough of them have ended."


def lines(material: Material, insight: Insight) -> Iterator[str]:
    """An insight for a terminal."""
    yield basis_line(material, insight)
    if reason := why_nothing(material, insight):
        yield reason
        return
    if insight.no_beside:
        yield f"Alone only: {insight.no_beside}."
    shown = [each for each in insight.findings if each.alone is not None]
    width = max((len(each.feature.told) for each in shown), default=0)
    yield f"{'':{width}}  {'beside the others':<24}{'alone':<24}told of"
    for each in shown:
        mark = "*" if each.holds else " "
        beside = f"{slope_text(each.beside)}{mark if each.beside else ''}"
        alone = f"{slope_text(each.alone)}{'' if each.beside else mark}"
        yield (f"{each.feature.told:<{width}}  {beside:<24}{alone:<24}{cells_text(each)}")
    for each in insight.findings:
        if each.alone is None:
            yield told(each, None)
    yield HOW


def _finding_document(finding: Finding) -> Json:
    feature = finding.feature
    return {
        "key": feature.key,
        "kind": feature.kind,
        "word": feature.word,
        "told": told(finding, finding.shown),
        "having": finding.having,
        "cells": finding.cells,
        "beside": _slope_document(finding.beside),
        "alone": _slope_document(finding.alone),
        "span": None if finding.span is None else list(finding.span),
        "holds": finding.holds,
        "reason": finding.reason or None,
    }


def _slope_document(slope: Slope | None) -> Json | None:
    if slope is None:
        return None
    return {
        "effect": round(slope.effect, 6),
        "low": round(slope.low, 6),
        "high": round(slope.high, 6),
        "p": round(slope.p, 8),
    }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
