"""The label maps of a segmentation in the running app, as the API gives them."""

import zlib

import httpx
import numpy as np
from numpy.typing import NDArray


def labels_of(api: httpx.Client, segmentation_id: str) -> NDArray[np.uint8]:
    """All its label maps, (T, H, W) uint8."""
    frames = api.get(f"/segmentations/{segmentation_id}").json()["frames"]
    address = f"/segmentations/{segmentation_id}/labels"
    parts = []
    for start in range(0, frames, 16):
        answer = api.get(address, params={"start": start, "count": 16}).raise_for_status()
        shape = (-1, *(int(answer.headers[f"Dyncell-{side}"]) for side in ("Height", "Width")))
        parts.append(np.frombuffer(zlib.decompress(answer.content), np.uint8).reshape(shape))
    return np.concatenate(parts)


def flickering(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Per frame the pixels that have another class in it alone, 0 at both ends."""
    counts = np.zeros(len(labels), np.int64)
    counts[1:-1] = ((labels[:-2] == labels[2:]) & (labels[1:-1] != labels[:-2])).sum(axis=(1, 2))
    return counts
