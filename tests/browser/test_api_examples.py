"""The examples of docs/api.md against the app as `dyncell up` runs it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import RunningApp
from tests.media import barcode_video

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8501"
FRAMES = 12


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    barcode_video(tmp_path / "street.mp4", FRAMES)
    shutil.copy(ROOT / "core" / "examples" / "search-camvid.json", tmp_path / "search.json")
    return tmp_path


def run(command: list[str], place: Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=place,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_every_curl_example_does_what_it_says(running_app: RunningApp, place: Path) -> None:
    examples = blocks("bash")
    assert len(examples) >= 7
    script = "set -euo pipefail\n" + "\necho @@\n".join(examples)
    told = run(["bash", "-c", script], place, API=f"{running_app.address}/api/v1").split("@@\n")
    _, segmented, resumed, once, changed, read, searched = (part.split() for part in told)
    assert (place / "overlay.mp4").read_bytes()[4:8] == b"ftyp"
    assert (place / "labels.mkv").stat().st_size > 0
    assert float(segmented[0]) >= 0
    assert re.fullmatch("[0-9a-f]{16}", resumed[-1])
    assert len(once) == 2
    assert once[0] == once[1]
    assert changed[:3] == ["304", "my", "street"]
    assert "read" in changed
    assert int(read[0]) > 0
    assert 'rel="last"' in read
    assert " ".join(searched).count("of another machine") == 1


def test_the_python_example_runs(running_app: RunningApp, place: Path) -> None:
    (example,) = blocks("python")
    assert ADDRESS in example
    script = place / "example.py"
    script.write_text(example.replace(ADDRESS, running_app.address), encoding="utf-8")
    told = run([sys.executable, str(script)], place, PYTHONPATH=str(ROOT))
    length = (place / "street.mp4").stat().st_size
    assert f"{length} of {length}" in told
    assert f"({FRAMES}, " in told
