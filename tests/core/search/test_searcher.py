"""What every strategy holds: one contract, run by all of them."""

import json
import random
from collections import deque
from typing import Any, get_args

import pytest

from core.errors import DyncellError
from core.genotype import Genotype
from core.search.config import Strategy
from core.search.constraint import NothingAccepted
from core.search.searcher import BadSearcher, Searcher
from core.search.strategies import STRATEGIES, build_searcher, restore_searcher
from core.space import Space
from tests.core.search.rewards import PairwiseReward

LIGHT = Space("paper", 4, "light")
REWARD = PairwiseReward(LIGHT, seed=0)


def result(number: int, genotype: Genotype) -> float | None:
    """A trial's result; every seventh one fails."""
    return None if number % 7 == 3 else REWARD(genotype)


def searched(searcher: Searcher, trials: int, waiting: deque[Genotype], ahead: int) -> list[str]:
    """Goes on until so many trials are asked, `ahead` of them without a result."""
    found = []
    while searcher.asked < trials:
        waiting.append(searcher.ask())
        found.append(waiting[-1].to_json())
        if len(waiting) > ahead:
            told = waiting.popleft()
            searcher.tell(searcher.told, result(searcher.told, told))
    return found


def proposals(searcher: Searcher, trials: int, ahead: int = 0) -> list[str]:
    return searched(searcher, trials, deque(), ahead)


@pytest.mark.parametrize("strategy", STRATEGIES)
class TestEveryStrategy:
    @pytest.mark.parametrize("nodes", [1, 2, 3, 4])
    @pytest.mark.parametrize("cell", ["light", "full", "any"])
    @pytest.mark.parametrize("name", ["paper", "extended"])
    def test_it_proposes_genotypes_of_its_space_only(
        self, strategy: str, name: Any, cell: Any, nodes: int
    ) -> None:
        space = Space(name, nodes, cell)
        searcher = build_searcher(strategy, space=space, seed=nodes)
        for number in range(60):
            genotype = searcher.ask()
            assert space.contains(genotype)
            searcher.tell(number, result(number, genotype))

    def test_it_proposes_genotypes_of_a_narrowed_space_only(self, strategy: str) -> None:
        space = Space("paper", 1, "full", only_ops=("identity", "sep3x3"), only_combines=("blend",))
        searcher = build_searcher(strategy, space=space, seed=0)
        for number in range(80):
            assert space.contains(searcher.ask())
            searcher.tell(number, 0.5)

    def test_its_proposals_meet_the_constraint(self, strategy: str) -> None:
        def accepts(genotype: Genotype) -> bool:
            return len(genotype.outputs) == 1

        searcher = build_searcher(strategy, space=LIGHT, seed=0, accepts=accepts)
        restored = restore_searcher(searcher.to_bytes(), accepts=accepts)
        for number in range(60):
            genotype = restored.ask()
            assert accepts(genotype)
            restored.tell(number, REWARD(genotype))

    def test_a_constraint_that_nothing_meets_is_said_at_once(self, strategy: str) -> None:
        with pytest.raises(NothingAccepted, match=r"None of 10,000 genotypes .* raise the limit"):
            build_searcher(strategy, space=LIGHT, seed=0, accepts=lambda genotype: False)

    def test_its_proposals_follow_from_the_seed(self, strategy: str) -> None:
        first, second, other = (
            proposals(build_searcher(strategy, space=LIGHT, seed=seed), 70, ahead=3)
            for seed in (5, 5, 6)
        )
        assert first == second
        assert first != other
        assert len(set(first)) > 20

    def test_it_leaves_everybody_elses_chance_alone(self, strategy: str) -> None:
        random.seed(1)
        before = random.getstate()
        proposals(build_searcher(strategy, space=LIGHT, seed=0), 40)
        assert random.getstate() == before

    @pytest.mark.parametrize("ahead", [0, 1, 4])
    @pytest.mark.parametrize("cut", [0, 1, 3, 10, 19, 20, 21, 45, 64])
    def test_restored_it_goes_on_as_if_never_interrupted(
        self, strategy: str, cut: int, ahead: int
    ) -> None:
        unbroken = build_searcher(strategy, space=LIGHT, seed=1)
        waiting: deque[Genotype] = deque()
        searched(unbroken, cut, waiting, ahead)
        stored = unbroken.to_bytes()
        restored = restore_searcher(stored)
        assert restored.to_bytes() == stored
        assert (restored.asked, restored.told) == (unbroken.asked, unbroken.told)
        assert restored.report == unbroken.report
        first = searched(unbroken, 75, waiting.copy(), ahead)
        second = searched(restored, 75, waiting.copy(), ahead)
        assert first == second
        assert restored.to_bytes() == unbroken.to_bytes()

    def test_restored_after_every_single_step_it_is_the_same(self, strategy: str) -> None:
        unbroken = build_searcher(strategy, space=LIGHT, seed=2)
        broken = build_searcher(strategy, space=LIGHT, seed=2)
        for number in range(45):
            genotype = unbroken.ask()
            broken = restore_searcher(broken.to_bytes())
            assert broken.ask() == genotype
            broken = restore_searcher(broken.to_bytes())
            for searcher in (unbroken, broken):
                searcher.tell(number, result(number, genotype))
        assert broken.to_bytes() == unbroken.to_bytes()

    def test_what_it_stores_is_json_of_moderate_size(self, strategy: str) -> None:
        searcher = build_searcher(strategy, space=Space("extended", 8), seed=0)
        proposals(searcher, 100, ahead=8)
        stored = searcher.to_bytes()
        document = json.loads(stored)
        assert document["strategy"] == strategy
        assert len(document["waiting"]) == 8
        assert len(stored) < 1_000_000

    def test_results_are_told_in_number_order(self, strategy: str) -> None:
        searcher = build_searcher(strategy, space=LIGHT, seed=0)
        searcher.ask()
        searcher.ask()
        before = searcher.to_bytes()
        for number in (1, -1, 2):
            with pytest.raises(ValueError, match="results come in number order"):
                searcher.tell(number, 0.5)
        assert searcher.to_bytes() == before
        searcher.tell(0, 0.5)
        searcher.tell(1, None)
        with pytest.raises(ValueError, match="2 of 2 are told"):
            searcher.tell(2, 0.5)

    @pytest.mark.parametrize("reward", [float("nan"), float("inf"), -0.01, 1.01])
    def test_a_reward_out_of_range_is_refused(self, strategy: str, reward: float) -> None:
        searcher = build_searcher(strategy, space=LIGHT, seed=0)
        searcher.ask()
        with pytest.raises(ValueError, match=r"the reward of trial 0 is .*; 0 to 1 is possible"):
            searcher.tell(0, reward)
        assert searcher.told == 0

    def test_a_search_of_failures_alone_goes_on(self, strategy: str) -> None:
        searcher = build_searcher(strategy, space=LIGHT, seed=0)
        for number in range(60):
            searcher.ask()
            searcher.tell(number, None)
        assert LIGHT.contains(searcher.ask())


def test_every_strategy_that_a_search_may_ask_for_is_there() -> None:
    assert set(STRATEGIES) == set(get_args(Strategy))


def test_an_unknown_strategy_is_named() -> None:
    with pytest.raises(DyncellError, match="There is no strategy 'annealing'; choose one of"):
        build_searcher("annealing", space=LIGHT, seed=0)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\x80\x04K\x01.",
        b"[]",
        b"{}",
        b'{"version": 1, "strategy": "random"}',
        b'{"version": 1, "strategy": "annealing"}',
        b'{"version": 2, "strategy": "random"}',
    ],
)
def test_bytes_that_hold_no_state_are_refused(stored: bytes) -> None:
    with pytest.raises(BadSearcher, match=r"cannot be read .*; start the search again"):
        restore_searcher(stored)
