import json

import pytest

from tasks.ending import Ending


@pytest.mark.parametrize(
    "ending",
    [
        Ending("done"),
        Ending("failed", "Why.", cause="oom", trace=("a", "b"), is_final=False),
        Ending("cancelled", "It was deleted."),
    ],
)
def test_an_ending_survives_its_journey_as_json(ending: Ending) -> None:
    assert Ending.of_dict(json.loads(json.dumps(ending.to_dict()))) == ending


def test_a_failure_without_a_reason_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="why"):
        Ending("failed")


def test_an_unknown_outcome_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="no way to end"):
        Ending("vanished")  # type: ignore[arg-type]
