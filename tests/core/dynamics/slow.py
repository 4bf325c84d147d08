"""mIoU the slow way: sets of pixels, class by class."""

from collections.abc import Iterable

from core.video.clip import Labels


def slow_miou(pairs: Iterable[tuple[Labels, Labels]], *, classes: int) -> float:
    """Percent, pooled over (prediction, truth), mean over the classes of the truth."""
    found = list(pairs)
    scores = []
    for k in range(classes):
        hit = sum(int(((p == k) & (y == k)).sum()) for p, y in found)
        truth = sum(int((y == k).sum()) for _, y in found)
        said = sum(int(((p == k) & (y != 255)).sum()) for p, y in found)
        if truth:
            scores.append(100 * hit / (truth + said - hit))
    return sum(scores) / len(scores)
