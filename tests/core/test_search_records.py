from collections.abc import Sequence

import pytest

from core.search_records import SearchState, joint_state, states_text

PREPARING, RUNNING, PAUSED, DONE, STOPPED = SearchState


@pytest.mark.parametrize(
    ("states", "joint", "told"),
    [
        ([RUNNING], RUNNING, "running"),
        ([RUNNING, RUNNING], RUNNING, "running"),
        ([DONE, RUNNING], RUNNING, "done, its twin running"),
        ([PAUSED, DONE], PAUSED, "paused, its twin done"),
        ([DONE, PAUSED], PAUSED, "done, its twin paused"),
        ([DONE, STOPPED], DONE, "done, its twin stopped"),
        ([STOPPED, DONE], STOPPED, "stopped, its twin done"),
    ],
)
def test_a_search_is_under_way_for_as_long_as_its_twin_is(
    states: Sequence[SearchState], joint: SearchState, told: str
) -> None:
    assert joint_state(states) is joint
    assert states_text(states) == told
