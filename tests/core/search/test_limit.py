import random

from core.cell_cost import cell_cost
from core.nn.config import StaticConfig
from core.search.config import SearchConfig
from core.search.limit import cost_limit
from core.space import Space, sample

STATIC = StaticConfig(num_classes=11)
SIZE = {"height": 360, "width": 480}


def test_the_limit_parts_cells_by_their_steady_macs() -> None:
    is_cheap = cost_limit(SearchConfig(dataset="x", macs_share=0.45), STATIC, **SIZE)
    assert is_cheap is not None
    rng, seen = random.Random(0), set()
    for _ in range(60):
        genotype = sample(Space("extended", 4, "light"), rng)
        cost = cell_cost(STATIC, genotype, **SIZE)
        assert is_cheap(genotype) == (cost.macs_steady <= 0.45 * cost.macs_key)
        seen.add(is_cheap(genotype))
    assert seen == {True, False}


def test_full_cells_have_no_limit_unless_one_is_asked_for() -> None:
    assert cost_limit(SearchConfig(dataset="x", cell="full"), STATIC, **SIZE) is None
