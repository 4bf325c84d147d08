"""How fast a stage of a job goes, from when it was first heard of."""

import time
from collections.abc import Callable
from dataclasses import replace

from core.records import Progress


class Pace:
    """Adds units per second to progress that comes without; every stage begins anew.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first = self._last = Progress()
        self._since = 0.0

    def paced(self, progress: Progress) -> Progress:
        """The same with its rate; 0 where the stage has made no unit yet."""
        now = self._clock()
        if progress.stage != self._last.stage or progress.done < self._last.done:
            self._first, self._since = progress, now
        self._last = progress
        made, spent = progress.done - self._first.done, now - self._since
        return replace(progress, rate=made / spent if made > 0 and spent > 0 else 0.0)
