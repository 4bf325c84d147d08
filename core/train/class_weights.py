"""Weights that keep rare classes from being drowned in the loss."""

import numpy as np
from numpy.typing import NDArray

from core.errors import DyncellError
from core.palette import IGNORE
from core.train.data import TrainingData


def class_weights(
    data: TrainingData, *, power: float = 0.3, most_samples: int = 300
) -> NDArray[np.float32]:
    """Weighs class k by frequency_k ** -power, scaled so that the mean pixel weighs 1.

    Args:
        data: Where the frequencies are counted, on at most `most_samples` evenly spaced samples.
        power: 0 weighs all classes alike, 1 makes every class count the same in total.
        most_samples: See `data`.

    Returns:
        (K,) float32; 1 for classes that never occur.
    """
    frequency = class_frequencies(data, most_samples=most_samples)
    weights = np.ones(len(frequency))
    seen = frequency > 0
    weights[seen] = frequency[seen] ** -power
    weights[seen] /= (frequency[seen] * weights[seen]).sum()
    return weights.astype(np.float32)


def class_frequencies(data: TrainingData, *, most_samples: int = 300) -> NDArray[np.float64]:
    """Share of every class among the labelled pixels: (K,), adding up to 1.

    Args:
        data: Where classes are counted, on at most `most_samples` evenly spaced samples.
        most_samples: See `data`.

    Raises:
        DyncellError: No pixel has a class, or labels occur that have no class.
    """
    num_classes = data.palette.num_classes
    counts = np.zeros(IGNORE + 1, dtype=np.int64)
    for index in np.unique(np.linspace(0, len(data) - 1, min(most_samples, len(data))).astype(int)):
        counts += np.bincount(data.sample(int(index))[1].ravel(), minlength=IGNORE + 1)
    if counts[num_classes:IGNORE].any():
        raise DyncellError(
            f"Labels above {num_classes - 1} occur, but there are {num_classes} class names."
        )
    counts = counts[:num_classes]
    if not counts.any():
        raise DyncellError(
            "No pixel of the training data has a class; label some of it, then train again."
        )
    frequencies: NDArray[np.float64] = counts / counts.sum()
    return frequencies
