from pathlib import Path

import numpy as np
import pytest

from core.predict import VideoPredictor
from core.time_model import time_model
from tests.small_model import write_small_model


def test_a_short_clip_is_looped_and_every_stage_is_timed(tmp_path: Path) -> None:
    predictor = VideoPredictor.load(write_small_model(tmp_path / "m.safetensors"), threads=1)
    frames = [np.full((48, 64, 3), shade, np.uint8) for shade in (0, 90, 200)]
    seen: list[tuple[int, int]] = []
    timing = time_model(predictor, frames, warm_up=2, timed=5, progress=lambda *at: seen.append(at))
    assert seen == [(n, 7) for n in range(1, 8)]
    assert timing.measured["frames_timed"] == 5
    assert 0 < timing.measured["latency_p50_ms"] <= timing.measured["latency_p95_ms"]
    parts = [timing.measured[f"{stage}_p50_ms"] for stage in ("preprocess", "network", "upsample")]
    assert all(part > 0 for part in parts)
    assert timing.measured["fps_model"] == pytest.approx(1000 / parts[1], rel=0.02)
    assert (timing.setting["width"], timing.setting["threads"]) == (64, 1)
    assert isinstance(timing.setting["busy"], bool)


def test_no_frames_are_refused(tmp_path: Path) -> None:
    predictor = VideoPredictor.load(write_small_model(tmp_path / "m.safetensors"))
    with pytest.raises(ValueError, match="no frames"):
        time_model(predictor, [])
