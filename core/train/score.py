"""Scores a static network on labelled images."""

from collections.abc import Callable

from core.engine import Engine
from core.metrics.accuracy import Accuracy, AccuracyScores
from core.nn.segmenter import Segmenter
from core.train.data import TrainingData


def score_static(
    segmenter: Segmenter,
    data: TrainingData,
    *,
    device: str = "cpu",
    progress: Callable[[int, int], None] | None = None,
) -> AccuracyScores:
    """Pooled accuracy over all images, each labelled at its own size.

    Args:
        segmenter: The network.
        data: The labelled images.
        device: `cpu` or `cuda`.
        progress: Called with images scored and images in all; may raise to stop.
    """
    engine = Engine(segmenter, device=device)
    accuracy = Accuracy(data.palette.num_classes)
    for index in range(len(data)):
        image, labels = data.sample(index)
        height, width = labels.shape
        answer = engine.labels(engine.logits(engine.prepare(image)), (height, width))
        accuracy.update(answer, labels)
        if progress is not None:
            progress(index + 1, len(data))
    return accuracy.compute()
