"""Evolution: who lives, who is varied, who dies."""

import pytest

from core.genotype import Genotype
from core.search.evolution import EvolutionSearcher, EvolutionSettings, Living
from core.space import Space

SPACE = Space("paper", 4, "light")
SMALL = EvolutionSettings(population=5, tournament=5)


def differences(one: Genotype, other: Genotype) -> int:
    """Fields that differ."""
    documents = (one.to_dict()["nodes"], other.to_dict()["nodes"])
    return sum(a[key] != b[key] for a, b in zip(*documents, strict=True) for key in a)


def test_the_oldest_dies_even_if_it_is_the_best() -> None:
    searcher = EvolutionSearcher(SPACE, seed=0, settings=SMALL)
    asked = []
    for number in range(8):
        asked.append(searcher.ask())
        searcher.tell(number, 1.0 - 0.1 * number)
        living = [Living(genotype, 1.0 - 0.1 * n) for n, genotype in enumerate(asked)]
        assert searcher.living == tuple(living[-5:])


def test_failures_never_live() -> None:
    searcher = EvolutionSearcher(SPACE, seed=0, settings=SMALL)
    for number in range(20):
        searcher.ask()
        searcher.tell(number, None if number % 2 else 0.5)
        assert all(each.reward == 0.5 for each in searcher.living)
    assert len(searcher.living) == 5


def test_after_the_first_population_the_best_of_the_tournament_is_varied_by_one_field() -> None:
    searcher = EvolutionSearcher(SPACE, seed=4, settings=SMALL)
    for number in range(60):
        best = max(searcher.living, key=lambda each: each.reward, default=None)
        genotype = searcher.ask()
        if number >= SMALL.population:
            assert best is not None
            assert differences(best.genotype, genotype) == 1
        searcher.tell(number, (number * 37 % 61) / 61)


def test_a_proposal_is_new_as_long_as_mutants_are() -> None:
    searcher = EvolutionSearcher(SPACE, seed=0, settings=SMALL)
    keys = set()
    for number in range(200):
        genotype = searcher.ask()
        keys.add(genotype.key)
        searcher.tell(number, 0.5)
    assert len(keys) == 200


def test_a_space_of_few_cells_is_searched_again_and_again() -> None:
    space = Space("paper", 1, "light", only_ops=("identity",), only_combines=("sum",))
    searcher = EvolutionSearcher(space, seed=0, settings=SMALL)
    keys = []
    for number in range(30):
        genotype = searcher.ask()
        keys.append(genotype.key)
        searcher.tell(number, 0.5)
    assert len(set(keys)) == 2


def test_a_winner_without_accepted_mutants_gives_way_to_chance() -> None:
    searcher = EvolutionSearcher(SPACE, seed=0, settings=SMALL)
    for number in range(5):
        searcher.ask()
        searcher.tell(number, 0.1)
    winner = searcher.living[-1].genotype
    searcher.accepts = lambda genotype: differences(genotype, winner) > 5
    assert differences(searcher.ask(), winner) > 5


@pytest.mark.parametrize("tournament", [0, 21])
def test_a_tournament_is_no_larger_than_the_population(tournament: int) -> None:
    with pytest.raises(ValueError, match=f"tournament is {tournament}; 1 up to"):
        EvolutionSettings(population=20, tournament=tournament)
