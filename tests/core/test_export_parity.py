"""An exported model labels 100 frames as the predictor does; the state does not drift away."""

from pathlib import Path

import numpy as np
import pytest

from core.export import export_onnx
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.onnx_files import OnnxExport
from core.predict import VideoPredictor
from core.video.clip import Rgb
from tests.core.lively_model import street, write_lively_cell, write_lively_static
from tests.core.onnx_stream import OnnxStream

FRAMES = 100


@pytest.fixture(scope="module")
def frames() -> list[Rgb]:
    return street(FRAMES)


@pytest.fixture(scope="module", params=["propagate", "blend"])
def exported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, OnnxExport]:
    """A light and a full cell, moved off the warm start, with their graphs."""
    folder = tmp_path_factory.mktemp("exported")
    static = write_lively_static(folder / "static.safetensors")
    config = CellConfig.of(NAMED[request.param])
    model = write_lively_cell(static, config, folder / "cell.safetensors")
    return model, export_onnx(model, folder / "cell", height=72, width=96)


@pytest.mark.parametrize("key_interval", [5, 0])
def test_one_hundred_frames_get_the_labels_of_the_predictor(
    exported: tuple[Path, OnnxExport], frames: list[Rgb], key_interval: int
) -> None:
    model, made = exported
    predictor = VideoPredictor.load(model, key_interval=key_interval)
    predictor.drift_limit = None  # the graphs do not look for it either
    stream = OnnxStream(made, key_interval=key_interval)
    agreement, drift, largest, seen = [], [], 0.0, set()
    for frame in frames:
        wanted, labels = predictor.step(frame), stream.step(frame)
        agreement.append((wanted == labels).mean())
        assert predictor.state is not None
        state = [values.numpy() for values in predictor.state]
        drift.append(
            max(float(np.abs(a - b).max()) for a, b in zip(state, stream.state, strict=True))
        )
        largest = max(largest, *(float(np.abs(values).max()) for values in state))
        seen |= set(np.unique(labels).tolist())
    assert predictor.key_frames == (FRAMES // key_interval if key_interval else 1)
    assert len(seen) > 5
    assert largest < 1000
    assert min(agreement) >= 0.999
    assert max(drift) <= 1e-5 * largest
