"""`python -m tests.benchmarks.simulated_sheet --out FILE [--data DIR]`: clips to look at.

Rows are simulated clips, columns their frames with the labels below; what is ignored is left
without colour and darkened. Clips are made from rendered streets, or from the training images of a
folder like ../shared/camvid, whose pictures may not be copied into the project.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from core.palette import CAMVID, IGNORE
from core.video.clip import Labels, Rgb
from core.video.overlay import draw_overlay
from core.video.simulate import Motion, SimulatedClip, simulate_clip
from tests.benchmarks.labelled_images import camvid, streets

PROJECT = Path(__file__).parents[2]


def main() -> None:
    """Draws the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--length", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scale", type=float, default=0.6)
    options = parser.parse_args()
    if options.data is not None and PROJECT in options.out.resolve().parents:
        parser.error("pictures of CamVid may not be written into the project: choose another --out")
    if options.data is None:
        images = list(streets(options.clips))
    else:
        images = list(camvid(options.data, split="train"))
        images = images[:: max(1, len(images) // options.clips)][: options.clips]
    motion = Motion.for_palette(CAMVID, length=options.length)
    clips = [
        simulate_clip(image, labels, motion=motion, rng=options.seed + number)
        for number, (image, labels) in enumerate(images)
    ]
    sheet = np.concatenate([_row(clip, options.scale) for clip in clips])
    cv2.imwrite(str(options.out), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])
    print(f"{options.out}: {sheet.shape[1]}x{sheet.shape[0]}, {options.out.stat().st_size} bytes")


def _row(clip: SimulatedClip, scale: float) -> Rgb:
    columns = [
        np.concatenate([frame, _coloured(frame, labels)])
        for frame, labels in zip(clip.frames, clip.labels, strict=True)
    ]
    row = cv2.resize(
        np.concatenate(columns, axis=1), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    return np.asarray(np.pad(row, ((0, 6), (0, 0), (0, 0))), np.uint8)


def _coloured(frame: Rgb, labels: Labels) -> Rgb:
    coloured = draw_overlay(frame, labels, CAMVID, opacity=0.7)
    coloured[labels == IGNORE] //= 4
    return coloured


if __name__ == "__main__":
    main()
