"""Upsampled labels against their definition, in a slow loop of our own."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.nn.labelling import upsampled_labels

SIZES = [(4, 5), (9, 13), (37, 50), (3, 4), (40, 6)]


def definition(logits: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Labels and the lead of the best class over the second best, pixel by pixel in float64."""
    classes, height, width = logits.shape
    labels, lead = np.zeros(size, int), np.zeros(size)
    for row in range(size[0]):
        y = min(max((row + 0.5) * height / size[0] - 0.5, 0), height - 1)
        for column in range(size[1]):
            x = min(max((column + 0.5) * width / size[1] - 0.5, 0), width - 1)
            top, left = min(int(y), height - 2), min(int(x), width - 2)
            down, right = y - top, x - left
            scores = [
                (1 - down) * ((1 - right) * k[top, left] + right * k[top, left + 1])
                + down * ((1 - right) * k[top + 1, left] + right * k[top + 1, left + 1])
                for k in logits.astype(float)
            ]
            labels[row, column] = int(np.argmax(scores))
            lead[row, column] = np.diff(sorted(scores)[-2:])[0] if classes > 1 else np.inf
    return labels, lead


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("classes", [1, 2, 11])
def test_labels_are_the_argmax_of_bilinear_logits(size: tuple[int, int], classes: int) -> None:
    logits = torch.from_numpy(
        np.random.default_rng(0).normal(size=(1, classes, 4, 5)).astype(np.float32)
    )
    labels = upsampled_labels(logits, size)
    wanted, lead = definition(logits[0].numpy(), size)
    assert labels.dtype == np.uint8
    assert labels.shape == size
    clear = lead > 1e-5
    assert clear.mean() > 0.99
    assert np.array_equal(labels[clear], wanted[clear])


def test_labels_agree_with_torch_on_all_but_ties() -> None:
    torch.manual_seed(0)
    logits = torch.randn(1, 11, 45, 60)
    torchs = functional.interpolate(logits, size=(360, 480), mode="bilinear").argmax(1)[0].numpy()
    assert (upsampled_labels(logits, (360, 480)) != torchs).mean() < 1e-4


def test_equal_classes_give_the_lowest_id() -> None:
    assert not upsampled_labels(torch.zeros(1, 4, 3, 3), (7, 7)).any()


def test_logits_laid_out_channels_last_give_the_same_labels() -> None:
    logits = torch.randn(1, 7, 9, 11)
    last = logits.contiguous(memory_format=torch.channels_last)
    assert np.array_equal(upsampled_labels(logits, (50, 60)), upsampled_labels(last, (50, 60)))


def test_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1, K, h, w\) is wanted"):
        upsampled_labels(torch.zeros(2, 3, 4, 4), (8, 8))
