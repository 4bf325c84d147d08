"""Lag: the earlier truth that a prediction fits best."""

from collections import deque
from collections.abc import Iterable
from typing import Any

from core.dynamics.percent import miou_percent
from core.errors import DyncellError
from core.metrics.accuracy import empty_confusion, frame_confusion
from core.video.clip import Labels


def lag_curve(
    streams: Iterable[Iterable[tuple[Labels, Labels]]], *, lags: tuple[int, int], num_classes: int
) -> dict[str, Any]:
    """mIoU(p_t, y_(t-k)) over k, every k on the same frames t.

    Args:
        streams: Prediction and truth of consecutive frames, stream by stream.
        lags: The smallest and the largest k, which hold 0.
        num_classes: K.

    Returns:
        `k`; for each the `miou` in percent; `lag`, the best k (of equal ones the one nearest to
        0); `at_edge`, whether it is the largest or smallest k, so that the true one may lie beyond;
        `frames`, how many predictions were compared.

    Raises:
        DyncellError: No stream is long enough.
    """
    first, last = lags
    counts = {k: empty_confusion(num_classes) for k in range(first, last + 1)}
    frames = 0
    for stream in streams:
        # A prediction waits for the truth of -first frames later.
        predictions: deque[Labels] = deque(maxlen=1 - first)
        truths: deque[Labels] = deque(maxlen=last - first + 1)
        for prediction, truth in stream:
            predictions.append(prediction)
            truths.append(truth)
            if len(truths) < last - first + 1:
                continue
            frames += 1
            for k in counts:
                counts[k] += frame_confusion(
                    predictions[0], truths[last - k], num_classes=num_classes
                )
    scores = {k: miou_percent(confusion) for k, confusion in counts.items()}
    known = {k: score for k, score in scores.items() if score is not None}
    if not known:
        raise DyncellError(
            f"The lag needs {last - first + 1} judged frames in a row that have labels; choose "
            "more frames."
        )
    best = max(known, key=lambda k: (known[k], -abs(k)))
    return {
        "k": list(scores),
        "miou": list(scores.values()),
        "lag": best,
        "at_edge": best in (first, last) and best != 0,
        "frames": frames,
    }
