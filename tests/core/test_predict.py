"""The predictor: labels of streams of frames, and the rules of a stream."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.data_folder import open_data_folder
from core.errors import BadCheckpoint, BadMedia, DyncellError, NotFound
from core.model_file import SHIPPED, ModelHeader, model_digest
from core.nn.config import StaticConfig
from core.nn.weights import load_model, save_model
from core.palette import CAMVID
from core.predict import VideoPredictor
from core.registry import import_model
from core.settings import Settings
from tests.core.nn.test_segmenter import seeded
from tests.core.nn.test_weights import HEADER

CONFIG = StaticConfig(num_classes=11, width=0.25, channels=16, input_size=48)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    header = ModelHeader(palette=CAMVID, config=CONFIG, provenance=HEADER.provenance)
    network = seeded(CONFIG)
    with torch.inference_mode():  # balance the classes, so that labels have many borders
        images = torch.from_numpy(np.stack(stream(2, 48, 64))).permute(0, 3, 1, 2) / 255
        logits = network.classifier.logits(network.high(network.low(images)))
        bias = network.classifier.classify.bias
        bias -= logits.mean((0, 2, 3)).repeat_interleave(len(bias) // CONFIG.num_classes)
    save_model(path, network, header=header)
    return path


def stream(frames: int, height: int = 60, width: int = 80) -> list[np.ndarray]:
    """A coarse pattern that drifts sideways."""
    rng = np.random.default_rng(5)
    coarse = rng.integers(0, 256, (height // 10, width // 5, 3), dtype=np.uint8)
    wide = cv2.resize(coarse, (2 * width, height), interpolation=cv2.INTER_CUBIC)
    return [np.ascontiguousarray(wide[:, 2 * t : 2 * t + width]) for t in range(frames)]


@pytest.mark.parametrize("full_size", [False, True])
def test_labels_equal_a_plain_reference_up_to_rounding(full_size: bool, model: Path) -> None:
    """At most one pixel in 2,000 may differ: folded norms round differently where classes tie."""
    predictor = VideoPredictor.load(model, full_size=full_size)
    network, _ = load_model(model)
    frames = stream(6)
    differing = []
    for frame in frames:
        small = cv2.resize(frame, (64, 48), interpolation=cv2.INTER_AREA)
        images = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
        size = (60, 80) if full_size else (48, 64)
        with torch.inference_mode():
            wanted = network.head(network.high(network.low(images)), size).argmax(1)[0]
        labels = predictor.step(frame)
        assert labels.dtype == np.uint8
        differing.append((labels != wanted.numpy()).mean())
    assert np.mean(differing) <= 1 / 2000
    assert len(np.unique(labels)) > 5


def test_labels_are_bit_equal_on_repeated_runs(model: Path) -> None:
    runs = []
    for _ in range(2):
        predictor = VideoPredictor.load(model)
        runs.append(np.stack([predictor.step(frame) for frame in stream(5)]))
    assert np.array_equal(*runs)
    predictor.reset()
    assert np.array_equal(runs[0], np.stack([predictor.step(frame) for frame in stream(5)]))


@pytest.mark.parametrize(
    ("frame_size", "label_size"),
    [
        ((640, 480), (64, 48)),
        ((480, 640), (48, 64)),
        ((1920, 1080), (85, 48)),
        ((64, 48), (64, 48)),
        ((47, 33), (47, 33)),
        ((16, 16), (16, 16)),
        ((49, 4000), (48, 3918)),
    ],
)
def test_frames_are_scaled_down_to_the_input_size_and_never_up(
    frame_size: tuple[int, int], label_size: tuple[int, int], model: Path
) -> None:
    predictor = VideoPredictor.load(model)
    assert predictor.label_size(*frame_size) == label_size
    assert VideoPredictor.load(model, full_size=True).label_size(*frame_size) == frame_size
    width, height = frame_size
    labels = predictor.step(np.zeros((height, width, 3), np.uint8))
    assert labels.shape == label_size[::-1]


@pytest.mark.parametrize("frame_size", [(1, 1), (15, 400), (20_000, 10)])
def test_frames_too_small_for_the_network_are_refused(
    frame_size: tuple[int, int], model: Path
) -> None:
    width, height = frame_size
    with pytest.raises(BadMedia, match=f"{width}x{height} pixels are too small"):
        VideoPredictor.load(model, full_size=True).step(np.zeros((height, width, 3), np.uint8))


def test_a_stream_keeps_its_frame_size_until_it_is_reset(model: Path) -> None:
    predictor = VideoPredictor.load(model)
    predictor.step(stream(1)[0])
    with pytest.raises(BadMedia, match=r"changed from 80x60 to 60x80 .*reset\(\)"):
        predictor.step(stream(1, 80, 60)[0])
    assert predictor.frames_seen == 1
    predictor.reset()
    assert predictor.step(stream(1, 80, 60)[0]).shape == (64, 48)


@pytest.mark.parametrize(
    "frame",
    [np.zeros((60, 80), np.uint8), np.zeros((60, 80, 4), np.uint8), np.zeros((60, 80, 3))],
)
def test_what_is_no_frame_is_refused(frame: np.ndarray, model: Path) -> None:
    with pytest.raises(BadMedia, match="uint8 RGB"):
        VideoPredictor.load(model).step(frame)


def test_the_predictor_knows_its_model_and_its_stream(model: Path) -> None:
    predictor = VideoPredictor.load(str(model), key_interval=5)
    assert predictor.palette == CAMVID
    assert predictor.num_classes == 11
    assert predictor.model_id == model_digest(model)
    assert predictor.key_interval == 5
    assert predictor.timings is None
    assert predictor.last_labels is None
    for frame in stream(3):
        labels = predictor.step(frame)
    assert predictor.frames_seen == predictor.key_frames == 3
    assert np.array_equal(predictor.last_labels, labels)
    timings = predictor.timings
    assert min(timings.preprocess, timings.network, timings.upsample) > 0
    assert timings.total == timings.preprocess + timings.network + timings.upsample


def test_labels_handed_out_are_not_written_to_later(model: Path) -> None:
    predictor = VideoPredictor.load(model)
    first = predictor.step(stream(2)[0])
    kept = first.copy()
    predictor.step(stream(2)[1])
    assert np.array_equal(first, kept)


def test_a_negative_key_interval_is_refused(model: Path) -> None:
    with pytest.raises(DyncellError, match="key interval -1 is negative"):
        VideoPredictor.load(model, key_interval=-1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match=r"gone\.safetensors"):
        VideoPredictor.load(tmp_path / "gone.safetensors")


def test_an_unknown_name_is_refused_with_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNCELL_DATA", str(tmp_path / "none"))
    with pytest.raises(NotFound, match=r"no model 'kitti'.*camvid"):
        VideoPredictor.load("kitti")


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_names_work_without_a_data_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNCELL_DATA", str(tmp_path / "none"))
    predictor = VideoPredictor.load(name)
    assert predictor.model_id == model_digest(SHIPPED[name])
    assert not (tmp_path / "none").exists()


def test_a_name_means_the_model_that_the_data_folder_has_under_it(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNCELL_DATA", str(tmp_path))
    folder = open_data_folder(Settings.from_environment())
    import_model(folder, model, name="mine")
    folder.database.close()
    assert VideoPredictor.load("mine").model_id == model_digest(model)
    # The folder was never told of the shipped models.
    assert VideoPredictor.load("camvid").model_id == model_digest(SHIPPED["camvid"])
    with pytest.raises(NotFound, match="kitti"):
        VideoPredictor.load("kitti")
