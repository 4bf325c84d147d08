import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import DyncellError
from core.frame_series import COMPUTE_PATHS, NUMBERS, FrameSeries, SeriesBuilder
from core.fresh_cell import write_fresh_cell
from core.metrics.stability import Stability, StabilityState
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.palette import IGNORE
from core.predict import VideoPredictor
from core.segmentation import segment_file
from core.segmentation_outputs import Outputs, Source
from core.video.probe import probe
from core.video.reader import VideoReader
from core.video.synthetic import SyntheticScene
from tests.media import make_video
from tests.small_model import write_small_model


def series_of(labels: np.ndarray, images: np.ndarray | None = None) -> FrameSeries:
    stability, builder = Stability(), SeriesBuilder()
    for t, each in enumerate(labels):
        before = stability.state
        stability.update(each, image=None if images is None else images[t])
        builder.add(before, stability.state, confidence=0.5, network_ms=1.0, path="key")
    return builder.build()


def test_each_frame_has_the_shares_of_a_slow_count() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, (7, 5, 6)).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.1] = IGNORE
    images = np.repeat(rng.integers(0, 2, (1, 5, 6, 3)) * 90, 7, axis=0).astype(np.uint8)
    images[3:] += 40  # nothing stands still there, everything before and after
    found = series_of(labels, images).numbers

    def percent(hits: list[bool]) -> float:
        return 100 * sum(hits) / len(hits)

    pixels = [(y, x) for y in range(5) for x in range(6)]
    for t in range(7):
        now = [(labels[t][p], labels[t - 1][p]) for p in pixels if t > 0]
        changed = [bool(a != b) for a, b in now if IGNORE not in (a, b)]
        np.testing.assert_allclose(found["pcr"][t], percent(changed) if t else math.nan, rtol=1e-5)
        expected = percent(changed) if t not in (0, 3) else math.nan
        np.testing.assert_allclose(found["static_flicker"][t], expected, rtol=1e-5)
        flicker = math.nan
        if 0 < t < 6:
            around = [(labels[t - 1][p], labels[t][p], labels[t + 1][p]) for p in pixels]
            known = [each for each in around if IGNORE not in each]
            flicker = percent([bool(a == c and a != b) for a, b, c in known])
        np.testing.assert_allclose(found["aba_flicker"][t], flicker, rtol=1e-5)


def test_the_means_are_the_totals_where_every_frame_has_as_many_pixels() -> None:
    labels = np.random.default_rng(1).integers(0, 4, (9, 8, 8)).astype(np.uint8)
    series, stability = series_of(labels), Stability()
    for each in labels:
        stability.update(each)
    scores = stability.compute()
    assert scores.pcr is not None
    assert scores.aba_flicker is not None
    assert series.mean("pcr") == pytest.approx(100 * scores.pcr, rel=1e-5)
    assert series.mean("aba_flicker") == pytest.approx(100 * scores.aba_flicker, rel=1e-5)
    assert series.mean("static_flicker") is None


def test_a_file_gives_back_what_was_saved(tmp_path: Path) -> None:
    builder, state = SeriesBuilder(), StabilityState()
    builder.add(state, state, confidence=None, network_ms=2.5, path="key")
    builder.add(
        state, replace(state, changed=1, compared=4), confidence=1, network_ms=0, path="full"
    )
    series = builder.build()
    series.save(tmp_path / "series.npz")
    data = (tmp_path / "series.npz").read_bytes()
    again = FrameSeries.load(data)
    assert again.frames == 2
    assert again.numbers.keys() == NUMBERS.keys()
    for name, values in series.numbers.items():
        np.testing.assert_array_equal(again.numbers[name], values)
    assert again.numbers["pcr"].tolist()[1] == 25
    assert [COMPUTE_PATHS[place] for place in again.paths] == ["key", "full"]
    for damaged in (b"", b"no file at all", data[:-30], data[: len(data) // 2]):
        with pytest.raises(DyncellError, match="segment the video again"):
            FrameSeries.load(damaged)


@pytest.mark.parametrize("cell", ["none", "copy", "propagate", "blend"])
def test_a_segmentation_keeps_what_was_computed_for_every_frame(tmp_path: Path, cell: str) -> None:
    path = write_small_model(tmp_path / "static.safetensors")
    if cell != "none":
        config = CellConfig.of(None if cell == "copy" else NAMED[cell], key_interval=3)
        write_fresh_cell(path, config, tmp_path / "cell.safetensors")
        path = tmp_path / "cell.safetensors"
    scene = SyntheticScene(1, width=96, height=72)
    clip = make_video(tmp_path / "clip.mp4", (scene.render(t).image for t in range(9)))
    info = probe(clip)
    source = Source(clip, clip.name, info.width, info.height, info.frames, float(info.fps))
    predictor = VideoPredictor.load(path)
    outputs = Outputs(series=tmp_path / "series.npz")
    report = segment_file(source, predictor, outputs, start=1, end=8)
    series = FrameSeries.load((tmp_path / "series.npz").read_bytes())

    own, ran, sure = VideoPredictor.load(path), [], []
    with VideoReader(clip, start=1, end=8) as reader:
        for frame in reader:
            own.step(frame.rgb)
            ran.append("key" if own.frames_since_key == 0 else cell)
            logits = None if ran[-1] == "copy" else own._logits
            if logits is None:
                sure.append(math.nan)
            else:
                raised = np.exp(logits[0].double().numpy())
                sure.append(100 * float((raised.max(0) / raised.sum(0)).mean()))
    named = {"key": "key", "copy": "light", "propagate": "light", "blend": "full"}
    assert [COMPUTE_PATHS[place] for place in series.paths] == [named[each] for each in ran]
    assert ran.count("key") == report["key_frames"] < (8 if cell == "none" else 7)
    np.testing.assert_allclose(series.numbers["confidence"], sure, rtol=1e-4)
    assert report["confidence"] == pytest.approx(np.nanmean(sure), rel=1e-4)
    milliseconds = series.numbers["network_ms"]
    assert ((milliseconds == 0) == np.array([each == "copy" for each in ran])).all()
    assert series.mean("pcr") == pytest.approx(report["pcr"], abs=1e-3)
    assert series.mean("aba_flicker") == pytest.approx(report["aba_flicker"], abs=1e-3)
