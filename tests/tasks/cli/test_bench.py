"""`dyncell bench search` with the real trials, on a dataset and a network made on the spot."""

import json
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from tasks.cli import main
from tests.core.search.small_search import STATIC, small_static
from tests.datasets_media import make_camvid


def test_the_speed_of_a_search_is_told_with_its_setting(tmp_path: Path) -> None:
    camvid = make_camvid(tmp_path / "camvid", splits={"train": 62})
    static = small_static(tmp_path / "static.safetensors", network=replace(STATIC, input_size=96))
    words = ["bench", "search", str(camvid), "--static", str(static), "--trials", "1", "--json"]
    done = CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    setting = found["setting"]
    assert (setting["clips"], setting["workers"], setting["trials_per_worker"]) == (62, 2, 1)
    assert (setting["budget"]["epochs"], setting["budget"]["rungs"]) == (5, [])
    assert found["trials_per_hour"] > 0
    assert found["trials_per_hour_one"] > 0
    assert found["pixel_step_seconds"] > found["cached_step_seconds"] > 0
    assert set(found["seconds"]) == {"load", "train", "judge", "time"}
