"""The file of what an evaluation found frame by frame: results, and the predicted labels.

A stored zip: `predictions/000000.png`, 8-bit grey class ids of the dataset, in the order they were
judged, and `frames.json`, a list with `index position name sequence width height miou
pixel_accuracy confusion pcr aba_flicker image_digest label_digest`; `confusion` holds
`[truth, predicted, pixels]` of what occurs. See `core.frame_scores.FrameScore`.
"""

import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.index import Frame
from core.durable import replace_file
from core.scores import FrameResult
from core.video.clip import Labels


class EvaluationFile:
    """Collects the frames of one evaluation; made by `EvaluationFile.to`."""

    def __init__(self, archive: zipfile.ZipFile, frames: Sequence[Frame]) -> None:
        self._zip = archive
        self._frames = frames
        self._rows: list[dict[str, Any]] = []
        self._last: list[Labels] = []

    @classmethod
    @contextmanager
    def to(cls, path: Path, *, frames: Sequence[Frame] = ()) -> Iterator[Self]:
        """Gives a file to add frames to; it appears, whole, when the block ends well.

        Args:
            path: Where.
            frames: All frames of the split, whose digests are kept beside the scores.
        """
        with (
            replace_file(path) as temporary,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive,
        ):
            file = cls(archive, frames)
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
                **self._digests(result.position),
            }
        )
        self._add_changes(prediction, follows=result.follows)
        _, data = cv2.imencode(".png", prediction)
        self._zip.writestr(f"predictions/{index:06}.png", data.tobytes())

    def _digests(self, position: int) -> dict[str, Any]:
        if position >= len(self._frames):
            return {}
        frame = self._frames[position]
        return {"image_digest": frame.image_digest, "label_digest": frame.label_digest}

    def _add_changes(self, prediction: Labels, *, follows: bool) -> None:
        """This frame's change, and the flicker of the one before: both its sides are known now."""
        if not follows:
            self._last = []
        if self._last:
            self._rows[-1]["pcr"] = _percent(prediction != self._last[-1])
        if len(self._last) > 1:
            back = (self._last[0] == prediction) & (self._last[1] != prediction)
            self._rows[-2]["aba_flicker"] = _percent(back)
        self._last = [*self._last[-1:], prediction.copy()]


def _percent(mask: NDArray[np.bool_]) -> float:
    return round(100 * float(mask.mean()), 4)
