import pytest

from core.search.running_time import running_seconds


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ([], 0),
        ([(10, 13)], 3),
        ([(10, 13), (12, 15)], 5),  # two at once count once
        ([(10, 20), (12, 15)], 10),
        ([(30, 31), (10, 13)], 4),  # a rest between them does not count
    ],
)
def test_time_counts_once_and_only_while_something_runs(
    spans: list[tuple[float, float]], seconds: float
) -> None:
    assert running_seconds(spans) == seconds
