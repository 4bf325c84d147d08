"""From coarse logits to labels at any size: bilinear upsampling and argmax in one place."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional


def upsampled_labels(logits: torch.Tensor, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Argmax of the bilinearly upsampled logits of one image.

    The labels are those of `interpolate(..., align_corners=False).argmax(1)` up to rounding
    where two classes tie (under one pixel in 10,000). On the CPU classes are raised one by one
    and only the best so far is kept: four times as fast as raising all of them and comparing.

    Args:
        logits: (1, K, h, w) floating point, on any device, K up to 254.
        size: (H, W) of the labels.

    Returns:
        (H, W) uint8 class ids; the lowest id where classes are exactly equal.
    """
    if logits.ndim != 4 or logits.shape[0] != 1:
        raise ValueError(f"logits have shape {tuple(logits.shape)}; (1, K, h, w) is wanted")
    if logits.device.type != "cpu":
        raised = functional.interpolate(logits, size=size, mode="bilinear", align_corners=False)
        on_device: NDArray[np.uint8] = raised[0].argmax(0).to(torch.uint8).cpu().numpy()
        return on_device
    return _running_argmax(logits[0].float().contiguous().numpy(), size)


def _running_argmax(scores: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.uint8]:
    shape = (size[1], size[0])  # OpenCV says width first
    best = cv2.resize(scores[0], shape, interpolation=cv2.INTER_LINEAR)
    labels = np.zeros(size, dtype=np.uint8)
    name = np.empty_like(labels)
    for class_id in range(1, len(scores)):
        raised = cv2.resize(scores[class_id], shape, interpolation=cv2.INTER_LINEAR)
        wins = cv2.compare(raised, best, cv2.CMP_GT)
        name.fill(class_id)
        cv2.copyTo(name, wins, labels)
        cv2.max(raised, best, dst=best)
    return labels
