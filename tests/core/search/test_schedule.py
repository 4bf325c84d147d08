from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from core.search.config import trial_seed
from core.search.schedule import LEAST_JUDGED, Asked, is_due, results_before, thresholds
from tests.core.search.simulated_search import RUNGS, Moody, SimulatedSearch


def _in_order(parallelism: int, trials: int, *, seed: int = 0) -> SimulatedSearch:
    search = SimulatedSearch(Moody(seed), parallelism, trials)
    search.run(lambda running: running[:1])
    return search


@settings(max_examples=60)
@given(data=st.data(), parallelism=st.integers(1, 6), trials=st.integers(1, 24))
def test_the_sequence_is_the_same_whatever_ends_when(
    data: st.DataObject, parallelism: int, trials: int
) -> None:
    search = SimulatedSearch(Moody(0), parallelism, trials)

    def ends(running: list[int]) -> list[int]:
        search.advance(is_lost=data.draw(st.booleans()))
        chosen = data.draw(st.lists(st.sampled_from(running), unique=True, max_size=len(running)))
        return chosen or running[-1:]

    search.run(ends)
    whole = _in_order(parallelism, trials)
    assert search.strategy.diary == whole.strategy.diary
    assert search.proposals == whole.proposals
    assert search.asked == whole.asked


@settings(max_examples=30)
@given(first=st.integers(1, 12), more=st.integers(1, 12), parallelism=st.integers(1, 5))
def test_an_extended_search_goes_on_as_if_it_had_been_longer_from_the_start(
    first: int, more: int, parallelism: int
) -> None:
    search = _in_order(parallelism, first)
    search.trials = first + more
    search.run(lambda running: running[-1:])
    assert search.proposals == _in_order(parallelism, first + more).proposals


def test_a_trial_is_asked_for_after_exactly_the_results_it_may_know() -> None:
    diary = _in_order(3, 7).strategy.diary
    assert [line.split()[0] for line in diary] == [
        *["ask"] * 3,
        *["tell", "ask"] * 4,
    ]
    told = [int(line.split()[1]) for line in diary if line.startswith("tell")]
    assert told == [0, 1, 2, 3]
    assert [results_before(n, parallelism=3) for n in range(6)] == [0, 0, 0, 1, 2, 3]


def test_an_equal_genotype_shares_the_first_ones_result_and_failure() -> None:
    is_failure = set()
    for search in (_in_order(2, 30, seed=seed) for seed in range(6)):
        for proposal in search.proposals:
            assert proposal.seed == trial_seed(3, proposal.key)
            if proposal.same_as is None:
                continue
            first, own = search.proposals[proposal.same_as], search.asked[proposal.number]
            assert first.same_as is None
            assert (first.key, proposal.thresholds) == (proposal.key, {})
            assert own.reward == search.asked[first.number].reward
            is_failure.add(own.reward is None)
    assert is_failure == {True, False}


def test_a_rung_has_a_threshold_once_enough_different_trials_reached_it() -> None:
    told = [Asked(str(n), True, 0.5, ((1, 0.1 * n),)) for n in range(LEAST_JUDGED)]
    assert thresholds(told[1:], rungs=RUNGS) == {}
    assert thresholds([*told[1:], Asked("f", True)], rungs=RUNGS) == {}
    assert thresholds([*told[1:], Asked("1", True, 0.5, ((1, 0.1),), 1)], rungs=RUNGS) == {}
    assert thresholds(told, rungs=RUNGS) == {1: 0.2}
    assert thresholds([Asked("x", True, 0.5, ((1, 0.4), (2, 0.6))), *told], rungs=RUNGS) == {
        1: median([0.4, 0.0, 0.1, 0.2, 0.1 * 3, 0.4])
    }


def test_thresholds_come_from_told_results_only_and_stop_trials() -> None:
    search = SimulatedSearch(Moody(1), 4, 40)
    search.run(lambda running: running[-1:])
    for proposal in search.proposals:
        if proposal.same_as is None:
            before = search.asked[: results_before(proposal.number, parallelism=4)]
            assert proposal.thresholds == thresholds(before, rungs=RUNGS)
    assert any(p.thresholds for p in search.proposals)
    assert any(a.rungs and a.reward == a.rungs[-1][1] for a in search.asked)


def test_nothing_is_due_while_an_early_result_is_missing_or_all_is_asked_for() -> None:
    done, open_ = Asked("a", True, 0.5), Asked("b")
    assert is_due([], told=0, trials=1, parallelism=1)
    assert is_due([open_], told=0, trials=9, parallelism=2)
    assert not is_due([open_, done], told=0, trials=9, parallelism=2)
    assert is_due([done, open_], told=0, trials=9, parallelism=2)
    assert not is_due([done, done], told=0, trials=2, parallelism=2)
