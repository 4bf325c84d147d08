"""`python -m tests.benchmarks.long_video [--frames 5000] [--size 480x360]`: a long segmentation.

Makes a clip of synthetic streets, segments it with the shipped model into all three outputs, and
prints resident memory along the way and the median milliseconds of every stage.
"""

import argparse
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from core.predict import VideoPredictor
from core.segmentation import segment_file
from core.segmentation_outputs import Outputs, Source
from core.video.clip import Rgb
from core.video.synthetic import SyntheticScene
from tests.media import make_video

RENDERED = 150
"""Different frames in the clip; they are repeated to and fro."""


def _frames(count: int, width: int, height: int) -> Iterator[Rgb]:
    scene = SyntheticScene(7, width=width, height=height)
    drive = [scene.render_still(t)[0] for t in range(RENDERED)]
    return itertools.islice(itertools.cycle(drive + drive[::-1]), count)


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=5000)
    parser.add_argument("--size", default="480x360")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    marks = {round(options.frames * share): 0.0 for share in (0.1, 0.25, 0.5, 0.75, 1.0)}

    def watch(done: int, total: int) -> None:
        if done in marks:
            marks[done] = psutil.Process().memory_info().rss / 2**20

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        clip = make_video(folder / "clip.mp4", _frames(options.frames, width, height))
        source = Source(clip, "clip.mp4", width, height, options.frames, 15.0)
        outputs = Outputs(
            overlay=folder / "o.mp4", labels_video=folder / "l.mkv", labels=folder / "l.bin"
        )
        report = segment_file(source, VideoPredictor.load("camvid"), outputs, progress=watch)
    print(f"{options.frames} frames of {options.size}, {report['threads']} threads")
    for frames, mib in marks.items():
        print(f"  after {frames:>6} frames: {mib:.0f} MiB resident")
    for stage, median in report["stages_p50_ms"].items():
        print(f"  {stage:<16} {median:.2f} ms (median)")
    print(f"  network alone {report['fps_model']:.1f} fps, whole file {report['fps_e2e']:.1f} fps")


if __name__ == "__main__":
    main()
