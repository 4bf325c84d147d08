"""What the good cells share: the effect of every feature on a score, with intervals."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.insight.features import FEATURES, Feature
from core.insight.slopes import Slope, Vector, holm, slopes

FEWEST_CELLS = 20
"""Cells below which nothing is said."""

FEWEST_EACH = 5
"""Cells with a feature, and without it, below which nothing is said of it."""

_CELLS_PER_FEATURE = 2
_RIDGE = 1.0


@dataclass(frozen=True)
class JudgedCell:
    """A cell and its score.

    Attributes:
        key: The genotype's key.
        setting: What it was judged on and how; scores of two settings are not compared.
        has: Feature key -> how much of it the cell has; `macs` may be missing.
        score: Its score.
    """

    key: str
    setting: str
    has: dict[str, float]
    score: float


@dataclass(frozen=True)
class Finding:
    """What is known of one feature.

    Attributes:
        feature: The feature.
        having: Cells that have it; of a size, cells that differ from the most common one.
        cells: Cells that were looked at.
        span: The least and the most of a size; None of what is there or not.
        alone: Cells with it against cells without it; None where that cannot be told.
        beside: The same while all other choices are held; None where that cannot be told.
        holds: Whether `beside` (else `alone`) is apart from 0 though so many were looked at.
        reason: Why `alone` cannot be told; empty where it can.
    """

    feature: Feature
    having: int
    cells: int
    alone: Slope | None
    span: tuple[float, float] | None = None
    beside: Slope | None = None
    holds: bool = False
    reason: str = ""

    @property
    def shown(self) -> Slope | None:
        """What is sorted and drawn by: the effect beside the others, else alone."""
        return self.beside or self.alone


@dataclass(frozen=True)
class Insight:
    """What the cells of one or several settings share.

    Attributes:
        cells: Cells that were looked at.
        settings: Settings they are of; the scores of several are in standard deviations.
        findings: One per feature, the greatest effect first, those that cannot be told last.
        reason: Why nothing can be told; empty where something can.
        no_beside: Why nothing is told beside the others; empty where it is.
    """

    cells: int
    settings: int
    findings: tuple[Finding, ...]
    reason: str = ""
    no_beside: str = ""

    @property
    def is_standardised(self) -> bool:
        """Whether effects are in standard deviations of the scores of a setting."""
        return self.settings > 1


def find_insight(judged: Sequence[JudgedCell]) -> Insight:
    """The effect of every feature on the score.

    Cells of one setting that are equal count once, with the mean of their scores; scores that are
    no finite numbers are left out. With several settings scores are standardised within each, and
    cells are compared within each only.
    """
    cells = _standardised(_once(judged))
    settings = len({cell.setting for cell in cells})
    if reason := _why_nothing(cells):
        return Insight(len(cells), settings, (), reason=reason)
    alone = {each.key: _alone(cells, each) for each in FEATURES}
    told = [each for each in FEATURES if each.is_choice and alone[each.key].alone is not None]
    no_beside = ""
    if len(cells) < _CELLS_PER_FEATURE * len(told):
        no_beside = (
            f"{len(cells)} cells are too few to hold the other {len(told) - 1} choices; "
            f"{_CELLS_PER_FEATURE * len(told)} would do"
        )
    elif told:
        values = np.array([[cell.has[each.key] for each in told] for cell in cells])
        together = slopes(values, _scores(cells), _settings(cells), penalty=_RIDGE)
        for feature, slope in zip(told, together, strict=True):
            alone[feature.key] = replace(alone[feature.key], beside=slope)
    found = sorted(_corrected(list(alone.values())), key=_order)
    return Insight(len(cells), settings, tuple(found), no_beside=no_beside)


def _once(judged: Sequence[JudgedCell]) -> list[JudgedCell]:
    alike: dict[tuple[str, str], list[JudgedCell]] = {}
    for cell in judged:
        if math.isfinite(cell.score):
            alike.setdefault((cell.setting, cell.key), []).append(cell)
    return [
        JudgedCell(key, setting, found[0].has, math.fsum(each.score for each in found) / len(found))
        for (setting, key), found in alike.items()
    ]


def _standardised(cells: list[JudgedCell]) -> list[JudgedCell]:
    """Several settings in standard deviations; those of one cell or one score alone fall out."""
    counts = Counter(cell.setting for cell in cells)
    if len(counts) < 2:
        return cells
    found: list[JudgedCell] = []
    for setting in counts:
        own = [cell for cell in cells if cell.setting == setting]
        scores = [cell.score for cell in own]
        mean, sd = float(np.mean(scores)), float(np.std(scores, ddof=1)) if len(own) > 1 else 0.0
        if sd > 0:
            found += [
                JudgedCell(cell.key, setting, cell.has, (cell.score - mean) / sd) for cell in own
            ]
    return found


def _why_nothing(cells: Sequence[JudgedCell]) -> str:
    if len(cells) < FEWEST_CELLS:
        count = f"{len(cells)} {'cell has' if len(cells) == 1 else 'cells have'} a score"
        return f"{count}: with fewer than {FEWEST_CELLS} nothing can be told"
    if len({cell.score for cell in cells}) == 1:
        return "all cells have the same score: there is nothing to tell them apart by"
    return ""


def _alone(cells: Sequence[JudgedCell], feature: Feature) -> Finding:
    known = [cell for cell in cells if feature.key in cell.has]
    amounts = [cell.has[feature.key] for cell in known]
    usual = Counter(amounts).most_common(1)[0][0] if feature.is_size and amounts else 0.0
    having = sum(amount != usual for amount in amounts)
    span = (min(amounts), max(amounts)) if feature.is_size and amounts else None
    finding = Finding(feature, having, len(known), None, span)
    if reason := _why_not(finding):
        return replace(finding, reason=reason)
    slope = slopes(np.array(amounts)[:, None], _scores(known), _settings(known))[0]
    if slope is None:
        return replace(finding, reason="within a setting all cells have it, or none")
    return replace(finding, alone=slope)


def _why_not(finding: Finding) -> str:
    having, count = finding.having, finding.cells
    if finding.feature.is_size:
        if having == 0:
            return "all cells have the same" if count else "it is not known of any cell"
        return f"only {having} differ from the rest" if having < FEWEST_EACH else ""
    if having in (0, count):
        return "all cells have it" if having else "no cell has it"
    few, what = min((having, "have it"), (count - having, "lack it"))
    return f"only {few} {what}" if few < FEWEST_EACH else ""


def _corrected(findings: list[Finding]) -> list[Finding]:
    """Holm's correction over everything that is told of choices; what follows from them apart."""
    asked = [n for n, each in enumerate(findings) if each.shown and each.feature.is_choice]
    p_values = [slope.p for n in asked if (slope := findings[n].shown) is not None]
    holds = dict(zip(asked, holm(p_values), strict=True))
    return [replace(each, holds=holds.get(n, False)) for n, each in enumerate(findings)]


def _order(finding: Finding) -> tuple[bool, float]:
    return finding.shown is None, -finding.shown.effect if finding.shown else 0.0


def _scores(cells: Sequence[JudgedCell]) -> Vector:
    return np.array([cell.score for cell in cells], dtype=np.float64)


def _settings(cells: Sequence[JudgedCell]) -> list[str]:
    return [cell.setting for cell in cells]
