from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from core.datasets.classes_json import read_classes
from core.datasets.label_file import decode_labels
from core.datasets.problems import Problems
from core.label_maps import LabelMapsWriter, label_map_name
from core.label_png import label_png
from core.palette import CAMVID, IGNORE


def test_a_zip_of_label_maps_is_read_back_by_its_own_classes_json(tmp_path: Path) -> None:
    chooser = np.random.default_rng(0)
    maps = chooser.choice([*range(CAMVID.num_classes), IGNORE], (3, 7, 5)).astype(np.uint8)
    with LabelMapsWriter(tmp_path / "maps.zip", CAMVID) as writer:
        for frame, labels in enumerate(maps, start=40):
            writer.write(labels, frame)
    with ZipFile(tmp_path / "maps.zip") as found:
        config = read_classes(found.read("classes.json").decode(), Problems())
        assert config is not None
        assert config.classes.palette == CAMVID
        for frame, labels in enumerate(maps, start=40):
            data = found.read(f"masks/{label_map_name(frame)}")
            np.testing.assert_array_equal(decode_labels(data, config.classes.by_id)[0], labels)


def test_a_label_map_is_seen_in_the_colours_of_its_classes() -> None:
    import cv2

    labels = np.array([[0, 3], [10, IGNORE]], np.uint8)
    seen = cv2.imdecode(np.frombuffer(label_png(labels, CAMVID), np.uint8), cv2.IMREAD_COLOR_RGB)
    wanted = [CAMVID.colours[0], CAMVID.colours[3], CAMVID.colours[10], (0, 0, 0)]
    assert [tuple(map(int, pixel)) for pixel in seen.reshape(4, 3)] == wanted


def test_a_zip_that_failed_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="due"), LabelMapsWriter(tmp_path / "m.zip", CAMVID) as w:
        w.write(np.zeros((2, 2), np.int64), 0)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
