import random

import pytest

from core.errors import DyncellError
from core.search.config import SearchConfig
from core.search.limit import cost_limit
from core.search.static_fit import has_learnt_exactly, part_s_training, refuse_seen
from core.space import Space, sample


def test_a_network_that_has_seen_judged_frames_is_refused() -> None:
    with pytest.raises(DyncellError, match="has learnt 1 of the 2 frames"):
        refuse_seen("mine", {"images": ["a", "b"]}, held_out=["b", "c"])


def test_a_network_that_does_not_say_what_it_has_learnt_is_refused() -> None:
    with pytest.raises(DyncellError, match="does not say which images"):
        refuse_seen("mine", {}, held_out=["b"])


def test_a_network_of_other_frames_is_taken() -> None:
    refuse_seen("mine", {"images": ["a"]}, held_out=["b"])
    assert has_learnt_exactly({"images": ["b", "a"]}, ["a", "b"])
    assert not has_learnt_exactly({"images": ["a"]}, ["a", "b"])
    assert not has_learnt_exactly({}, ["a"])


def test_light_cells_fit_on_the_searchs_own_network() -> None:
    static = part_s_training(11, seed=0).network
    is_cheap = cost_limit(SearchConfig(dataset="x"), static, height=360, width=480)
    assert is_cheap is not None
    rng = random.Random(0)
    assert sum(is_cheap(sample(Space("paper", 4, "light"), rng)) for _ in range(50)) > 40
