"""A model as it is used: its own key frames, scene cuts, and restarts of a drifted state."""

from collections.abc import Callable, Iterator, Sequence

from core.dynamics.protocol import PAST
from core.dynamics.recovery import Stream
from core.dynamics.run import Run
from core.video.clip import Labels


def judged_streams(
    model: Stream, runs: Sequence[Run], *, phases: int, tell: Callable[[], None]
) -> Iterator[Iterator[tuple[Labels, Labels]]]:
    """Prediction and truth of the judged frames, stream by stream.

    With a key interval n, the n streams whose key frames lie on each of the n phases: each begins
    one frame earlier than the one before it, as far as the video goes back.

    Args:
        model: The model.
        runs: Videos with ground truth.
        phases: How many streams for each.
        tell: Called after every frame; may raise to stop.
    """
    for run in runs:
        first = run.judged.start
        begins = dict.fromkeys(max(0, first - PAST - phase) for phase in range(phases))
        for begin in begins if run.judged else ():
            yield _judged(model, run, begin, tell)


def _judged(
    model: Stream, run: Run, begin: int, tell: Callable[[], None]
) -> Iterator[tuple[Labels, Labels]]:
    model.start()
    for number in range(begin, run.judged.stop):
        labels = model.label(run.image(number))
        tell()
        if number in run.judged:
            yield labels, run.truth(number)
