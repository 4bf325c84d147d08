"""Real networks on a small dataset: the parts agree with streams that are run one by one."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.datasets.decode import read_labels
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.datasets.scan import scan
from core.dynamics.measure import STAGES, measure_dynamics
from core.dynamics.protocol import DynamicsProtocol
from core.errors import Cancelled, DyncellError
from core.metrics.descriptions import BEHAVIOUR
from core.model_file import read_header
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.weights import load_network, save_model
from core.palette import CAMVID
from core.predict import VideoPredictor
from core.video.synthetic import SyntheticScene
from tests.core.dynamics.slow import slow_miou
from tests.core.lively_model import street, write_lively_cell, write_lively_static
from tests.tiny_dataset import write_dataset

PROTOCOL = DynamicsProtocol(farthest=3, horizon=2, splices=3, long=60, lags=(-1, 1), frames=(2, 25))
FRAMES = 26


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lively_static(tmp_path_factory.mktemp("models") / "static.safetensors")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PackReader:
    """A street of 26 frames, each labelled."""
    folder = tmp_path_factory.mktemp("data") / "streets"
    scene = SyntheticScene(1, width=96, height=72)
    for part in ("images", "masks"):
        (folder / part / "val").mkdir(parents=True)
    for number in range(FRAMES):
        frame = scene.render(number)
        cv2.imwrite(str(folder / f"images/val/s_{number:04}.png"), frame.image[..., ::-1])
        cv2.imwrite(str(folder / f"masks/val/s_{number:04}.png"), frame.labels)
    classes = [
        {"name": name, "colour": list(colour)}
        for name, colour in zip(CAMVID.names, CAMVID.colours, strict=True)
    ]
    text = json.dumps({"classes": classes, "frame_rate": 10})
    (folder / "classes.json").write_text(text)
    path = folder.with_suffix(".pack")
    pack(scan(folder), path)
    return PackReader(path)


def cell(static: Path, name: str) -> Path:
    path = static.with_name(f"{name}.safetensors")
    return write_lively_cell(static, CellConfig.of(NAMED[name]), path)


def measured(reader: PackReader, weights: Path, **options: Any) -> dict[str, Any]:
    predictor = VideoPredictor.load(weights, full_size=True)
    return measure_dynamics(reader, "val", predictor, protocol=PROTOCOL, **options)


def test_a_light_cell_at_a_distance_labels_as_its_stream_does(
    reader: PackReader, static: Path
) -> None:
    weights = cell(static, "propagate")
    found = measured(reader, weights)
    predictor = VideoPredictor.load(weights, full_size=True, key_interval=0)
    predictor.drift_limit, predictor.finds_cuts = None, False
    images = street(FRAMES)
    truths = _truths(reader)
    for d in range(4):
        pairs = []
        for n in range(max(2, d), FRAMES):
            predictor.reset()
            said = [predictor.step(image) for image in images[n - d : n + 1]][-1]
            pairs.append((said, truths[n]))
        slow = slow_miou(pairs, classes=CAMVID.num_classes)
        assert found["distance"]["miou"][d] == pytest.approx(slow, abs=0.2)
    assert found["distance"]["frames"] == [24, 24, 24, 23]
    assert len(set(found["distance"]["miou"])) > 1
    assert (found["model_class"], found["key_interval"], found["frames"]) == ("light", 5, 24)
    assert "A light cell needs the past" in found["notes"]["past"]
    assert found["recovery"]["without_detection"]["splices"] > 0
    assert len(found["drift"]["still"]["rms"]) == 6
    assert set(found["numbers"]) == set(BEHAVIOUR)


def _truths(reader: PackReader) -> list[np.ndarray]:
    return [read_labels(reader, frame) for frame in reader.index.split("val").frames]


def test_the_scores_do_not_depend_on_what_was_measured_before(
    reader: PackReader, static: Path
) -> None:
    predictor = VideoPredictor.load(cell(static, "blend"), full_size=True)
    first = measure_dynamics(reader, "val", predictor, protocol=PROTOCOL)
    assert measure_dynamics(reader, "val", predictor, protocol=PROTOCOL) == first
    assert first["model_class"] == "full"
    assert first["past"]["frames"] == 24
    assert first["past"]["use"] == first["numbers"]["use_of_past"] != 0
    assert first["notes"] == {}


def test_a_static_network_is_a_flat_line_that_recovers_at_once(
    reader: PackReader, static: Path
) -> None:
    found = measured(reader, static)
    assert found["distance"]["miou"] == found["distance"]["static"]
    assert found["numbers"]["cut_recovery"] == found["numbers"]["cut_recovery_blind"] == 0
    assert set(found["notes"]) == {"past", "drift"}
    assert found["numbers"]["use_of_past"] is None


def test_weights_that_are_no_numbers_are_told_part_by_part(
    reader: PackReader, static: Path, tmp_path: Path
) -> None:
    network, header = load_network(cell(static, "propagate"))
    assert network.cell is not None
    next(network.cell.parameters()).data.fill_(float("nan"))
    broken = tmp_path / "broken.safetensors"
    save_model(broken, network, header=header)
    found = measured(reader, broken)
    assert found["distance"]["miou"][1:] == [None] * 3
    assert found["distance"]["miou"][0] == found["distance"]["static"][0]
    assert "no number any more (NaN) from 1 frames" in found["distance"]["note"]
    assert found["drift"]["still"]["lost"] == 1
    assert found["numbers"]["state_drift"] is None
    assert found["lag"] is not None
    for weights in network.static.decoder.parameters():
        weights.data.fill_(float("nan"))
    save_model(broken, network, header=read_header(broken))
    found = measured(reader, broken)
    assert "features are no numbers (NaN)" in found["notes"]["distance"]
    assert found["lag"] is not None


def test_what_is_no_video_or_of_other_classes_is_refused(
    reader: PackReader, static: Path, tmp_path: Path
) -> None:
    pack(scan(write_dataset(tmp_path / "tiny")), tmp_path / "tiny.pack")
    predictor = VideoPredictor.load(static, full_size=True)
    with PackReader(tmp_path / "tiny.pack") as tiny:
        with pytest.raises(DyncellError, match="'Sky' is none of the dataset's"):
            measure_dynamics(tiny, "val", predictor, protocol=DynamicsProtocol())
        with pytest.raises(DyncellError, match="'train' is no video with ground truth"):
            measure_dynamics(tiny, "train", predictor, protocol=DynamicsProtocol())
    with pytest.raises(DyncellError, match=r"has the frames 0\.\.25; 20\.\.40 leads out of it"):
        measure_dynamics(reader, "val", predictor, protocol=DynamicsProtocol(frames=(20, 40)))


def test_it_tells_how_far_it_is_and_can_be_stopped(reader: PackReader, static: Path) -> None:
    told: list[tuple[str, int, int]] = []
    measured(reader, cell(static, "propagate"), report=lambda *at: told.append(at))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == list(STAGES.values())
    done = [at for _, at, _ in told]
    assert done == sorted(done)
    assert done[-1] <= told[0][2]
    assert done[-1] > 0.8 * told[0][2]

    def stop(stage: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        measured(reader, static, report=stop)
