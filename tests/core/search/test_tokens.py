"""Sequences of tokens: every one that can be finished is a genotype, every genotype is one."""

import random
from collections.abc import Iterator
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.genotype import Genotype
from core.search.tokens import FIELDS, TokenPlan
from core.space import Space, sample, size

SPACES = st.builds(
    Space,
    st.sampled_from(["paper", "extended"]),
    st.integers(1, 8),
    st.sampled_from(["light", "full", "any"]),
)


@settings(max_examples=150)
@given(space=SPACES, data=st.data())
def test_whatever_is_chosen_of_what_is_allowed_makes_a_genotype_of_the_space(
    space: Space, data: st.DataObject
) -> None:
    plan = TokenPlan(space)
    tokens: list[int] = []
    unmet = plan.all_unmet
    for place in range(plan.length):
        allowed = [token for token, is_so in enumerate(plan.allowed(place, unmet)) if is_so]
        tokens.append(data.draw(st.sampled_from(allowed)))
        unmet &= ~plan.meets(tokens[-1])
    genotype = plan.genotype(tokens)
    assert space.contains(genotype)
    assert plan.tokens(genotype) == tuple(tokens)


@settings(max_examples=100)
@given(space=SPACES, seed=st.integers(0, 2**32))
def test_every_genotype_of_a_space_can_be_written(space: Space, seed: int) -> None:
    plan, genotype = TokenPlan(space), sample(space, random.Random(seed))
    unmet = plan.all_unmet
    for place, token in enumerate(plan.tokens(genotype)):
        assert plan.allowed(place, unmet)[token]
        unmet &= ~plan.meets(token)
    assert plan.genotype(plan.tokens(genotype)) == genotype


def written(plan: TokenPlan, tokens: tuple[int, ...], unmet: int) -> Iterator[Genotype]:
    """Every genotype that begins with these tokens."""
    if len(tokens) == plan.length:
        yield plan.genotype(tokens)
        return
    for token, is_allowed in enumerate(plan.allowed(len(tokens), unmet)):
        if is_allowed:
            yield from written(plan, (*tokens, token), unmet & ~plan.meets(token))


@pytest.mark.parametrize("cell", ["light", "full", "any"])
@pytest.mark.parametrize("nodes", [1, 2])
def test_the_sequences_of_a_small_space_are_its_genotypes_each_once(nodes: int, cell: str) -> None:
    space = Space(
        "paper",
        nodes,
        cell,  # type: ignore[arg-type]
        only_ops=("identity", "sep3x3")[:nodes],
        only_combines=("blend",),
    )
    plan = TokenPlan(space)
    found = list(written(plan, (), plan.all_unmet))
    assert len(set(found)) == len(found)
    assert len({genotype.key for genotype in found}) == size(space).count


def test_a_place_allows_what_the_space_has_for_it_and_nothing_else() -> None:
    space = Space("paper", 3, "any")
    plan = TokenPlan(space)
    counts = [sum(plan.allowed(place, 0)) for place in range(plan.length)]
    choices = [space.choices(n)[field] for n in range(3) for field in FIELDS]
    assert counts == [len(each) for each in choices]
    assert prod(counts[:5]) == 4 * 8 * 4 * 8 * 5
