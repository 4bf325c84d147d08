"""Drawing, varying and counting cells, against lists of all there are."""

import json
import random
from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.genotype import COMBINES, OPS, Genotype, InvalidGenotype, Node
from core.space import Space, mutate, sample, size

SMALL = {"only_ops": ("identity",), "only_combines": ("sum", "gate")}

spaces = st.builds(
    Space,
    st.sampled_from(["paper", "extended"]),
    st.integers(1, 8),
    st.sampled_from(["light", "full", "any"]),
)


def all_genotypes(space: Space) -> list[Genotype]:
    """Every way to write a genotype of the space down."""
    found = []
    fields = [name for name, _ in sorted(space.choices(0).items())]
    per_node = [
        [
            Node(**dict(zip(fields, values, strict=True)))
            for values in product(*(space.choices(number)[name] for name in fields))
        ]
        for number in range(space.nodes)
    ]
    for nodes in product(*per_node):
        try:
            genotype = Genotype(nodes)
        except InvalidGenotype:
            continue
        if space.contains(genotype):
            found.append(genotype)
    return found


@pytest.mark.parametrize(
    "space",
    [
        Space("paper", 1, "light"),
        Space("paper", 1, "full"),
        Space("paper", 1, "any"),
        Space("extended", 1, "any"),
        Space("paper", 2, "light", **SMALL),
        Space("paper", 2, "full", **SMALL),
        Space("paper", 2, "any", **SMALL),
        Space("extended", 2, "light", only_ops=("identity", "conv1x1"), only_combines=("sum",)),
        Space("paper", 3, "light", only_ops=("identity",), only_combines=("product",)),
        Space("paper", 3, "full", only_ops=("identity",), only_combines=("concat",)),
    ],
    ids=str,
)
def test_the_size_is_that_of_the_list_of_all(space: Space) -> None:
    keys = {genotype.key for genotype in all_genotypes(space)}
    assert (size(space).count, size(space).is_exact) == (len(keys), True)


@pytest.mark.parametrize("name", ["paper", "extended"])
@pytest.mark.parametrize("nodes", range(1, 9))
def test_light_and_full_cells_make_up_a_space(name: Any, nodes: int) -> None:
    light, full, both = (size(Space(name, nodes, cell)) for cell in ("light", "full", "any"))
    assert light.count + full.count == both.count
    assert 0 < light.count <= full.count


@settings(max_examples=60)
@given(space=spaces, seed=st.integers(0, 2**32))
def test_what_is_sampled_is_in_the_space(space: Space, seed: int) -> None:
    genotype = sample(space, random.Random(seed))
    assert space.contains(genotype)
    assert len(genotype.nodes) == space.nodes
    assert space.cell == "any" or genotype.is_light == (space.cell == "light")
    assert genotype == sample(space, random.Random(seed))


def test_a_seed_gives_the_same_genotype_on_every_machine() -> None:
    rng = random.Random(0)
    drawn = [sample(Space("paper"), rng), sample(Space("extended", 8, "light"), rng)]
    drawn.append(mutate(Space("paper"), drawn[0], rng))
    assert [genotype.key for genotype in drawn] == [
        "a5819dc07f24b6cd",
        "8f05f6367b4d6077",
        "07f8c3f409c95cd1",
    ]


def test_every_way_to_write_a_genotype_down_is_drawn_equally_often() -> None:
    space = Space("paper", 1, "light", **SMALL)
    rng = random.Random(1)
    drawn = Counter(sample(space, rng).to_json() for _ in range(4000))
    ways = {genotype.to_json() for genotype in all_genotypes(space)}
    assert set(drawn) == ways
    expected = 4000 / len(ways)
    surprise = sum((many - expected) ** 2 / expected for many in drawn.values())
    assert surprise < 2 * len(ways)  # chi-square with len(ways) - 1 degrees of freedom


@settings(max_examples=60)
@given(space=spaces, seed=st.integers(0, 2**32))
def test_a_mutation_changes_one_choice_and_the_cell(space: Space, seed: int) -> None:
    rng = random.Random(seed)
    parent = sample(space, rng)
    child = mutate(space, parent, rng)
    assert space.contains(child)
    assert child.key != parent.key
    before, after = (_choices(genotype) for genotype in (parent, child))
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def _choices(genotype: Genotype) -> list[str]:
    return [value for node in genotype.to_dict()["nodes"] for value in node.values()]


def test_mutations_reach_every_cell_of_a_space() -> None:
    space = Space("paper", 2, "any", only_ops=("identity",), only_combines=("gate",))
    rng = random.Random(2)
    genotype = sample(space, rng)
    reached = {genotype.key}
    for _ in range(20_000):
        genotype = mutate(space, genotype, rng)
        reached.add(genotype.key)
        if len(reached) == size(space).count:
            break
    assert len(reached) == size(space).count


@pytest.mark.parametrize("cell", ["light", "full", "any"])
def test_the_smallest_space_has_mutations_too(cell: Any) -> None:
    space = Space("paper", 1, cell, only_ops=("identity",), only_combines=("sum",))
    rng = random.Random(3)
    parent = sample(space, rng)
    assert mutate(space, parent, rng).key != parent.key


def test_a_genotype_of_another_space_is_not_mutated() -> None:
    parent = sample(Space("paper", 2), random.Random(0))
    with pytest.raises(ValueError, match=f"the genotype {parent.key} is not in Space"):
        mutate(Space("paper", 3), parent, random.Random(0))


def test_a_space_contains_what_its_words_allow() -> None:
    light = Genotype((Node("prev_high", "low", "identity", "sep3x3", "blend"),))
    full = Genotype((Node("prev_high", "high", "identity", "channel_gate", "align"),))
    assert Space("paper", 1).contains(light)
    assert Space("paper", 1, "light").contains(light)
    assert not Space("paper", 1, "full").contains(light)
    assert not Space("paper", 2).contains(light)
    assert not Space("paper", 1, only_ops=("identity",)).contains(light)
    assert not Space("paper", 1, only_combines=("sum",)).contains(light)
    assert not Space("paper", 1).contains(full)
    assert Space("extended", 1, "full").contains(full)
    assert not Space("extended", 1, "light").contains(full)


def test_a_space_says_what_each_node_may_be() -> None:
    space = Space("extended", 3, "light")
    assert space.inputs == ("low", "prev_low", "prev_high")
    assert space.choices(2) == {
        "left": ("low", "prev_low", "prev_high", "0", "1"),
        "right": ("low", "prev_low", "prev_high", "0", "1"),
        "left_op": OPS["extended"],
        "right_op": OPS["extended"],
        "combine": COMBINES["extended"],
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "mine"}, "name is 'mine'; one of paper, extended is allowed"),
        ({"cell": "heavy"}, "cell is 'heavy'; one of light, full, any is allowed"),
        ({"nodes": 0}, "nodes is 0; 1 to 8 are possible"),
        ({"nodes": 9}, "nodes is 9; 1 to 8 are possible"),
        ({"nodes": 2.0}, r"nodes is 2\.0; it must be a whole number"),
        ({"nodes": True}, "nodes is True"),
        ({"only_ops": ()}, r"only_ops is \(\); some of identity"),
        ({"only_ops": ("channel_gate",)}, "only_ops is"),
        ({"only_ops": ("identity", "identity")}, "each once"),
        ({"only_combines": ("align",)}, "only_combines is .*; some of sum"),
    ],
)
def test_a_space_out_of_range_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Space(**({"name": "paper"} | values))


@pytest.mark.parametrize(
    "space",
    [
        Space("paper"),
        Space("extended", 2, "light", only_ops=("identity", "sep3x3"), only_combines=("align",)),
    ],
)
def test_a_space_comes_back_from_its_json(space: Space) -> None:
    assert Space.from_dict(json.loads(json.dumps(space.to_dict()))) == space
