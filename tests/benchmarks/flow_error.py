"""`python -m tests.benchmarks.flow_error [--streets 6] [--frames 20]`: how far motion's judges err.

On rendered streets, whose motion is known exactly: the error of the DIS flow, what its occlusion
test accepts, what it takes from the consistency of perfect labels, and how far the trajectories
of TVacc, which are rounded to a pixel in every step, stray from their points' exact paths.
"""

import argparse

import cv2
import numpy as np

from core.metrics.flow_consistency import FlowConsistency
from core.metrics.motion import FlowJudge, Match
from core.palette import CAMVID
from core.protocol import FlowPreset
from core.video.synthetic import SyntheticFrame, sequence

PATH = 16
"""Frames of a trajectory."""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streets", type=int, default=6)
    parser.add_argument("--frames", type=int, default=20)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    drives = [
        list(sequence(seed, options.frames, start=10))
        for seed in range(7000, 7000 + options.streets)
    ]
    print(f"{options.streets} streets of {options.frames} frames, 480x360, seeds from 7000")
    for preset in ("fast", "medium"):
        _judge(drives, preset)
    _stray(drives)


def _judge(drives: list[list[SyntheticFrame]], preset: FlowPreset) -> None:
    by_flow, exactly = (FlowConsistency(CAMVID.num_classes) for _ in range(2))
    errors, accepted, wrongly, missed = [], 0, 0, 0
    visible_pixels = 0
    for drive in drives:
        judge = FlowJudge(preset=preset)
        for tally in (by_flow, exactly):
            tally.start_sequence()
        for number, frame in enumerate(drive):
            match = judge.update(frame.image)
            exact = Match.exact(frame.flow_back, frame.visible_back)
            by_flow.update(frame.labels, match)
            exactly.update(frame.labels, exact if number else None)
            if match is None:
                continue
            both = match.valid & exact.valid
            width = frame.labels.shape[1]
            rows = match.source // width - exact.source // width
            columns = match.source % width - exact.source % width
            errors.append(np.hypot(rows, columns)[both])
            accepted += np.count_nonzero(match.valid)
            visible_pixels += np.count_nonzero(exact.valid)
            wrongly += np.count_nonzero(match.valid & ~exact.valid)
            missed += np.count_nonzero(exact.valid & ~match.valid)
    off = np.concatenate(errors)
    found, truth = by_flow.compute(), exactly.compute()
    assert found.miou is not None
    assert found.agreement is not None
    assert found.coverage is not None
    assert truth.miou is not None
    print(f"DIS {preset}")
    print(
        f"  source pixel off by: mean {off.mean():.2f} px,"
        f" over 1.5 px {100 * (off > 1.5).mean():.1f}%, over 3 px {100 * (off > 3).mean():.1f}%"
    )
    print(
        f"  of the accepted pixels {100 * wrongly / accepted:.2f}% are hidden in truth,"
        f" of the visible ones {100 * missed / visible_pixels:.2f}% are not accepted"
    )
    print(
        f"  perfect labels: TC-GT {100 * found.miou:.2f} (exact motion {100 * truth.miou:.2f}),"
        f" agreement {100 * found.agreement:.2f}, coverage {100 * found.coverage:.2f}"
    )


def _stray(drives: list[list[SyntheticFrame]]) -> None:
    """Follows every pixel of the last frame back twice: rounded in every step, and exactly."""
    off = []
    for drive in drives:
        last = len(drive) - 1
        height, width = drive[0].labels.shape
        rows, columns = np.mgrid[:height, :width].astype(np.float32)
        source = np.arange(height * width).reshape(height, width)
        seen = np.ones((height, width), bool)
        for t in range(last, last - PATH + 1, -1):
            frame = drive[t]
            flow = cv2.remap(frame.flow_back, columns, rows, cv2.INTER_LINEAR)
            match = Match.exact(frame.flow_back, frame.visible_back)
            seen &= match.valid.take(source)
            source = match.source.take(source)
            columns, rows = columns + flow[..., 0], rows + flow[..., 1]
        off.append(np.hypot(source % width - columns, source // width - rows)[seen])
    stray = np.concatenate(off)
    print(
        f"trajectories of {PATH} frames end {np.median(stray):.2f} px (median),"
        f" {np.percentile(stray, 95):.2f} px (95%) beside their point's exact path"
    )


if __name__ == "__main__":
    main()
