from collections.abc import Iterator

from core.records import Progress
from tasks.pace import Pace


def test_every_stage_has_a_rate_of_its_own_from_its_second_report_on() -> None:
    clock: Iterator[float] = iter([10.0, 14.0, 20.0, 21.0, 23.0, 24.0])
    pace = Pace(lambda: next(clock))
    rates = [
        pace.paced(Progress(done, 100, "clips", stage)).rate
        for stage, done in (
            *(("learn", 40), ("learn", 48), ("learn", 60)),  # 40 were there already
            *(("judge", 0), ("judge", 6)),
            ("judge", 2),  # it began anew
        )
    ]
    assert rates == [0.0, 2.0, 2.0, 0.0, 3.0, 0.0]
