"""METRICS.md's table of degenerate predictors, made again through the public command."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from tasks.cli import main
from tests.media import CAMVID, needs_camvid

CAMVID_VAL = CAMVID / "val"
ROAD = 3
TABLE = {  # mIoU, VC8, VC16, VCacc8, VCacc16; changed pixels per step
    "truth": ((100, 100, 100, 100, 100), 5.99),
    "all_road": ((2.7, 100, 100, 33.5, 36.1), 0),
    "frozen": ((35.4, 100, 100, 84.9, 89.0), 0),
    "late": ((73.3, 97.8, 98.4, 97.8, 98.4), 5.94),
}
KEYS = ("miou", "vc8", "vc16", "vcacc8", "vcacc16")
TOLERANCE = 0.2


def _write(predictor: str, folder: Path) -> None:
    """The predictor's label files; a real person would copy the hand labels just like this."""
    paths = sorted((CAMVID_VAL / "labels").glob("*.png"))
    folder.mkdir()
    for number, path in enumerate(paths):
        source = {"frozen": paths[0], "late": paths[max(0, number - 1)]}.get(predictor, path)
        if predictor == "all_road":
            road = np.full_like(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), ROAD)
            cv2.imwrite(str(folder / path.name), road)
        else:
            shutil.copyfile(source, folder / path.name)


@needs_camvid
@pytest.mark.parametrize("predictor", TABLE)
def test_the_table_comes_out_of_the_public_command(predictor: str, tmp_path: Path) -> None:
    _write(predictor, tmp_path / predictor)
    command = ["evaluate", "--predictions", str(tmp_path / predictor), str(CAMVID_VAL.parent)]
    options = ["--split", "val", "--no-flow", "--json", "--data", str(tmp_path / "data")]
    done = CliRunner().invoke(main, [*command, *options])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    wanted, changed = TABLE[predictor]
    for key, value in zip(KEYS, wanted, strict=True):
        assert found[key] == pytest.approx(value, abs=TOLERANCE), key
    assert found["pcr"] == pytest.approx(changed, abs=TOLERANCE)
    assert found["gt_pcr"] == pytest.approx(5.99, abs=TOLERANCE)
    assert (found["frames"], found["split"], found["classes_present"]) == (101, "val", 11)
