"""The file of what an evaluation found frame by frame: results, and the predicted labels.

A stored zip: `predictions/000000.png`, 8-bit grey class ids of the dataset, in the order they were
judged, and `frames.json`, a list with `index position name sequence width height miou
pixel_accuracy confusion`, the last as `[truth, predicted, pixels]` of what occurs.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import cv2

from core.durable import replace_file
from core.scores import FrameResult
from core.video.clip import Labels


class EvaluationFile:
    """Collects the frames of one evaluation; made by `EvaluationFile.to`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self._rows: list[dict[str, Any]] = []

    @classmethod
    @contextmanager
    def to(cls, path: Path) -> Iterator[Self]:
        """Gives a file to add frames to; it appears, whole, when the block ends well."""
        with (
            replace_file(path) as temporary,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive,
        ):
            file = cls(archive)
            yield file
            archive.writestr("frames.json", json.dumps(file._rows))

    def add(self, result: FrameResult, prediction: Labels) -> None:
        """Adds a frame's result and its prediction, (H, W) uint8."""
        index = len(self._rows)
        scored = sum(pixels for _, _, pixels in result.counts)
        right = sum(pixels for truth, said, pixels in result.counts if truth == said)
        height, width = prediction.shape
        self._rows.append(
            {
                "index": index,
                "position": result.position,
                "name": result.name,
                "sequence": result.sequence,
                "width": width,
                "height": height,
                "miou": result.miou,
                "pixel_accuracy": round(100 * right / scored, 4) if scored else None,
                "confusion": [list(entry) for entry in result.counts],
            }
        )
        _, data = cv2.imencode(".png", prediction)
        self._zip.writestr(f"predictions/{index:06}.png", data.tobytes())
