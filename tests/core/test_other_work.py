"""Whether others were at work, held against readings that are known."""

import time

import pytest

from core.other_work import OtherWork

Reading = tuple[float, float, float]


class Told(OtherWork):
    """Reads what a test tells: seconds of all cores, of them idle, and of this process."""

    def __init__(self, *readings: Reading) -> None:
        self._readings = list(readings)
        super().__init__()

    def _read(self) -> Reading:
        return self._readings.pop(0)


@pytest.mark.parametrize(
    ("now", "was_busy"),
    [
        ((140.0, 68.0, 15.0), True),  # of 40 s idle 18, own 10: others 12, or 30%
        ((140.0, 68.0, 18.0), False),  # 9, or 22%
        ((140.0, 90.0, 5.0), False),
        ((100.0, 50.0, 5.0), False),  # no time has passed
    ],
)
def test_only_the_work_of_others_counts(now: Reading, was_busy: bool) -> None:
    assert Told((100.0, 50.0, 5.0), now).was_busy() is was_busy


def test_the_readings_of_this_machine_hold_the_own_work() -> None:
    watched = OtherWork()
    all_then, idle_then, own_then = watched._read()
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    all_now, idle_now, own_now = watched._read()
    assert own_now - own_then >= 0.05
    assert all_now - all_then >= own_now - own_then
    assert idle_now >= idle_then
