"""Which trials an insight is drawn from; on a real search on CamVid, and on odd documents."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInput
from core.insight.document import basis_line, insight_document, insight_of, lines
from core.insight.reading import facts_of_document, search_facts
from core.insight.trials import TrialFacts, choose_trials
from core.named_genotypes import NAMED
from core.search_summary import SearchSummary
from tests.core.searches_of_tests import a_summary, a_trial

CAMVID = Path(__file__).parents[3] / "core" / "examples" / "search-camvid.json"


@pytest.fixture(scope="module")
def camvid() -> list[TrialFacts]:
    return facts_of_document(json.loads(CAMVID.read_text(encoding="utf-8")))


def test_the_twin_is_what_chance_proposed(camvid: list[TrialFacts]) -> None:
    by_chance = choose_trials(camvid, choice="random", score="reward")
    assert (by_chance.trials, by_chance.searches) == (80, ("camvid-extended-twin",))
    own = choose_trials(camvid, choice="strategy", score="reward")
    assert (own.trials, own.searches) == (80, ("camvid-extended",))
    assert choose_trials(camvid, choice="all", score="reward").trials == 160


def test_the_real_search_says_what_the_docs_say(camvid: list[TrialFacts]) -> None:
    material = choose_trials(camvid, choice="random", score="reward")
    document = insight_document(material, insight_of(material))
    json.dumps(document, allow_nan=False)
    holding = [each["told"] for each in document["features"] if each["holds"]]
    assert holding == [
        "cells that read prev_high: +1.42 [0.78, 2.07], 69 of 80 cells",
        "cells that see motion by correlate: -1.23 [-1.85, -0.61], 33 of 80 cells",
    ]
    text = "\n".join(lines(material, insight_of(material)))
    assert "38 of 80 trials ended early" in text
    assert "cells that read low: cannot be told, all cells have it" in text


def test_the_first_rung_is_the_same_learning_for_all(camvid: list[TrialFacts]) -> None:
    material = choose_trials(camvid, choice="all", score="rung")
    assert material.trials == 160
    assert "ended early" not in basis_line(material, insight_of(material))


def test_failed_shared_and_unread_trials_are_left_out_and_counted() -> None:
    genotype = NAMED["propagate"].to_dict()
    result = {"miou": 0.5, "accuracy": float("nan"), "rungs": [[2, 0.4]]}
    summary = a_summary(
        a_trial(0, 0.6, genotype=genotype, result=result),
        a_trial(1, 0.6, genotype=genotype, same_as=0, result=result),
        a_trial(2, genotype=genotype, cause="nan"),
        a_trial(3),
        a_trial(4, 0.6, genotype={"version": 9}, result=result),
        strategy="random",
    )
    facts = search_facts(summary.search, summary.trials)
    material = choose_trials(facts, choice="random", score="reward")
    assert material.trials == 1
    assert material.left_out == {
        "shares the result of an equal cell": 1,
        "failed": 1,
        "has no such score yet": 1,
        "has a genotype that this version cannot read": 1,
    }
    assert facts[0].scores == {"reward": 60.0, "miou": 50.0, "rung": 40.0}
    assert choose_trials(facts, choice="random", score="accuracy").trials == 0
    told = "\n".join(lines(material, insight_of(material)))
    assert "1 cell has a score: with fewer than 20 nothing can be told." in told


def test_without_trials_of_chance_it_says_how_to_go_on(camvid: list[TrialFacts]) -> None:
    own = [replace(each, is_random=False) for each in camvid]
    material = choose_trials(own, choice="random", score="reward")
    assert "look at all trials" in "\n".join(lines(material, insight_of(material)))


def test_trials_that_have_not_ended_are_not_blamed_on_the_twin() -> None:
    def told(*summaries: SearchSummary) -> str:
        facts = [fact for each in summaries for fact in search_facts(each.search, each.trials)]
        material = choose_trials(facts, choice="random", score="reward")
        return "\n".join(lines(material, insight_of(material)))

    own = a_summary(a_trial(0, 0.5))
    twin = a_summary(a_trial(0), strategy="random")
    assert "No trial drawn by chance has such a score yet" in told(own, twin)
    assert "No trial drawn by chance has such a score yet" in told()
    failed = a_summary(a_trial(0, cause="nan"), strategy="random")
    assert "No trial drawn by chance has such a score." in told(failed)
    assert "or give the search a random twin" in told(own)


@pytest.mark.parametrize("document", [[], {}, {"trials": 3}, {"twin": 1}, None, {"trials": [1]}])
def test_what_is_no_search_is_refused(document: Any) -> None:
    with pytest.raises(BadInput, match="search show NAME --json"):
        facts_of_document(document)
