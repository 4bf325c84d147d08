"""Effects that were planted are found, with intervals that cover them as often as they say."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from core.genotype import Genotype
from core.insight.features import FEATURES, depth, has
from core.insight.insight import FEWEST_CELLS, JudgedCell, find_insight
from core.named_genotypes import NAMED
from core.space import Space, sample

SPACE = Space("extended", nodes=4, cell="light")
PLANTED = {"op conv3x3": 2.0, "combine correlate": -1.5, "input prev_high": 1.0}


def _cells(
    count: int, *, seed: int, planted: dict[str, float], setting: str = "s", level: float = 60.0
) -> list[JudgedCell]:
    """Cells drawn by chance whose score is the planted effects and noise, noisier for some."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    found = []
    for _ in range(count):
        genotype = sample(SPACE, rng)
        features = has(genotype)
        sd = 2.0 if features["op identity"] else 1.0
        score = level + sum(effect * features[key] for key, effect in planted.items())
        score += float(noise.normal(0, sd))
        found.append(JudgedCell(genotype.key, setting, features, score))
    return found


def test_planted_effects_are_covered_at_about_the_stated_rate() -> None:
    """60 searches of 80 cells, 3 planted effects each: 180 intervals, 95% of them right."""
    covered = told = 0
    for seed in range(60):
        findings = find_insight(_cells(80, seed=seed, planted=PLANTED)).findings
        for each in findings:
            if each.feature.key in PLANTED and each.beside is not None:
                told += 1
                covered += each.beside.low <= PLANTED[each.feature.key] <= each.beside.high
    assert told >= 170
    assert 0.90 <= covered / told <= 0.99


def test_where_nothing_has_an_effect_intervals_cover_zero_and_nothing_holds() -> None:
    covered = told = false_alarms = 0
    for seed in range(60):
        findings = find_insight(_cells(80, seed=1000 + seed, planted={})).findings
        false_alarms += any(each.holds for each in findings)
        for each in findings:
            for slope in (each.beside, each.alone):
                if slope is not None:
                    told += 1
                    covered += slope.low <= 0 <= slope.high
    assert 0.93 <= covered / told <= 0.97
    assert false_alarms <= 8  # 5% of 60 are 3; 9 or more have a chance of 0.4%


def test_strong_effects_hold_and_come_first_and_last() -> None:
    found = find_insight(_cells(200, seed=3, planted=PLANTED)).findings
    by_key = {each.feature.key: each for each in found}
    assert all(by_key[key].holds for key in ("op conv3x3", "combine correlate"))
    told = [each for each in found if each.shown is not None]
    assert told[0].feature.key == "op conv3x3"
    assert told[-1].feature.key == "combine correlate"
    assert not any(each.holds for each in found if each.feature.key not in PLANTED)


def test_beside_the_others_tells_an_effect_from_what_goes_along_with_it() -> None:
    """Whoever reads prev_low here mostly has conv3x3, which is all that helps."""
    rng, noise = random.Random(1), np.random.default_rng(1)
    cells = []
    while len(cells) < 300:
        genotype = sample(SPACE, rng)
        features = has(genotype)
        if features["input prev_low"] != features["op conv3x3"] and rng.random() < 0.85:
            continue
        score = 3 * features["op conv3x3"] + float(noise.normal())
        cells.append(JudgedCell(genotype.key, "s", features, score))
    found = {each.feature.key: each for each in find_insight(cells).findings}
    reads = found["input prev_low"]
    assert reads.alone is not None
    assert reads.alone.low > 1
    assert reads.beside is not None
    assert reads.beside.low < 0 < reads.beside.high


def test_settings_are_standardised_and_compared_within_each_only() -> None:
    """The second setting lies 30 higher and has correlate in all its cells."""
    first = _cells(100, seed=5, planted={"op conv3x3": 2.0})
    second = [
        replace(cell, has=cell.has | {"combine correlate": 1.0}, score=10 * cell.score)
        for cell in _cells(100, seed=6, planted={"op conv3x3": 2.0}, setting="other", level=90.0)
    ]
    insight = find_insight([*first, *second])
    found = {each.feature.key: each for each in insight.findings}
    assert insight.is_standardised
    assert found["op conv3x3"].holds
    assert not found["combine correlate"].holds
    conv = found["op conv3x3"].beside
    assert conv is not None
    assert 0.8 < conv.effect < 1.4


def test_too_few_cells_tell_nothing_and_say_so() -> None:
    for count in (0, 1, FEWEST_CELLS - 1):
        insight = find_insight(_cells(count, seed=0, planted=PLANTED))
        assert insight.findings == ()
        assert f"fewer than {FEWEST_CELLS}" in insight.reason


def test_equal_scores_tell_nothing() -> None:
    cells = [replace(cell, score=60.0) for cell in _cells(40, seed=0, planted={})]
    assert "same score" in find_insight(cells).reason


def test_scores_that_are_no_numbers_are_left_out() -> None:
    cells = _cells(40, seed=0, planted=PLANTED)
    odd = [replace(cell, key=f"odd {n}", score=math.nan) for n, cell in enumerate(cells)]
    assert find_insight([*cells, *odd]) == find_insight(cells)


def test_equal_cells_count_once_with_their_mean() -> None:
    cells = _cells(60, seed=2, planted=PLANTED)
    twice = [replace(cell, score=cell.score + shift) for cell in cells for shift in (-1.0, 1.0)]
    one, two = find_insight(cells), find_insight(twice)
    assert two.cells == one.cells
    assert [each.feature.key for each in two.findings] == [
        each.feature.key for each in one.findings
    ]


def test_a_feature_of_too_few_cells_says_how_many() -> None:
    cells = _cells(60, seed=4, planted={})
    few = [
        replace(cell, has=cell.has | {"op conv3x3": float(n < 3), "op identity": 1.0})
        for n, cell in enumerate(cells)
    ]
    found = {each.feature.key: each for each in find_insight(few).findings}
    assert found["op conv3x3"].reason == "only 3 have it"
    assert found["op identity"].reason == "all cells have it"
    assert found["input high"].reason == "no cell has it"
    assert found["nodes"].reason == "all cells have the same"
    assert found["macs"].reason == "it is not known of any cell"


def test_few_cells_are_told_of_alone_only() -> None:
    insight = find_insight(_cells(24, seed=8, planted=PLANTED))
    assert "too few to hold" in insight.no_beside
    assert all(each.beside is None for each in insight.findings)
    assert any(each.alone is not None for each in insight.findings)


def test_macs_follow_from_choices_and_are_told_alone() -> None:
    cells = [
        replace(cell, has=cell.has | {"macs": 3 + cell.has["op conv3x3"]})
        for cell in _cells(80, seed=9, planted={"op conv3x3": 2.0})
    ]
    found = {each.feature.key: each for each in find_insight(cells).findings}
    macs, conv = found["macs"].alone, found["op conv3x3"].alone
    assert macs is not None
    assert conv is not None
    assert (macs.effect, macs.low) == pytest.approx((conv.effect, conv.low))
    assert found["macs"].beside is None
    assert not found["macs"].holds


@pytest.mark.parametrize("genotype", NAMED.values(), ids=list(NAMED))
def test_every_feature_but_the_macs_is_known_of_every_cell(genotype: Genotype) -> None:
    features = has(genotype)
    assert set(features) == {each.key for each in FEATURES} - {"macs"}
    assert 1 <= features["depth"] == depth(genotype) <= features["nodes"]
