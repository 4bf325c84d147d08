"""The script of docs/export.md runs where nothing of ours can be imported."""

import ast
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.export import export_onnx
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.onnx_files import OnnxExport
from core.palette import CAMVID
from tests.core.lively_model import street, write_lively_cell, write_lively_static
from tests.core.onnx_stream import OnnxStream
from tests.media import make_video

DOCS = Path(__file__).parents[2] / "docs"
SCRIPT = DOCS / "run_onnx.py"
ABSENT = ("core", "tasks", "webapp", "torch", "safetensors", "onnx", "av")
FRAMES = 7

Exports = dict[str, OnnxExport]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """A model of each kind beside a video."""
    folder = tmp_path_factory.mktemp("export")
    make_video(folder / "street.mp4", street(FRAMES, width=192, height=144), fps=15)
    static = write_lively_static(folder / "static.safetensors")
    made = {"static": export_onnx(static, folder / "static")}
    for name, genotype in (("copy", None), ("cell", NAMED["propagate"])):
        config = CellConfig.of(genotype, key_interval=3)
        model = write_lively_cell(static, config, folder / f"{name}.safetensors")
        made[name] = export_onnx(model, folder / name)
    return made


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the script as a stranger would: isolated, without our packages and without torch."""
    code = (
        f"import sys, runpy; sys.modules.update(dict.fromkeys({ABSENT!r})); "
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", code, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def read(path: Path) -> list[np.ndarray]:
    source, frames = cv2.VideoCapture(str(path)), []
    while (got := source.read())[0]:
        frames.append(got[1])
    return frames


@pytest.mark.parametrize("name", ["static", "copy", "cell"])
def test_the_script_draws_the_labels_of_the_graphs(exports: Exports, name: str) -> None:
    folder = exports[name].key.parent
    out = folder / f"{name}.mp4"
    ran = run(folder, name, "street.mp4", out.name)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{out.name}: {FRAMES} frames\n"
    drawn = read(out)
    assert [frame.shape for frame in drawn] == [(72, 96, 3)] * FRAMES
    streams = {kind: OnnxStream(made) for kind, made in exports.items()}
    streams["red for blue"] = OnnxStream(exports[name])
    error = dict.fromkeys(streams, 0.0)
    for picture, bgr in zip(drawn, read(folder / "street.mp4"), strict=True):
        small = cv2.resize(bgr, (96, 72), interpolation=cv2.INTER_AREA)
        for kind, stream in streams.items():
            labels = stream.step(small if kind == "red for blue" else small[:, :, ::-1])
            error[kind] += float(np.abs(picture - overlay(small, labels)).mean()) / FRAMES
    assert error[name] < 10
    assert min(error, key=error.__getitem__) == name
    assert len(set(error.values())) == len(error)


def overlay(bgr: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What the script should draw; the video is compressed, so it is never quite that."""
    return 0.5 * bgr + 0.5 * np.array(CAMVID.colours)[labels][:, :, ::-1]


def test_a_file_that_is_no_video_is_told_in_one_line(exports: Exports) -> None:
    folder = exports["static"].key.parent
    ran = run(folder, "static", "static.key.onnx", "none.mp4")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == "static.key.onnx cannot be read as a video."
    assert not (folder / "none.mp4").exists()


def test_a_name_ends_as_it_did_for_export(exports: Exports) -> None:
    folder = exports["cell"].key.parent
    ran = run(folder, "cell.onnx", "street.mp4", "named.mp4")
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", f"named.mp4: {FRAMES} frames\n")


def test_files_that_are_not_there_are_told_in_one_line(exports: Exports) -> None:
    ran = run(exports["cell"].key.parent, "nowhere", "street.mp4", "none.mp4")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == (
        "There is no nowhere.key.onnx; make it with dyncell export."
    )


def test_the_script_needs_onnxruntime_opencv_and_numpy_alone() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"cv2", "numpy", "onnxruntime"}


def test_the_page_shows_the_script_as_it_is() -> None:
    page = (DOCS / "export.md").read_text(encoding="utf-8")
    assert f"```python\n{SCRIPT.read_text(encoding='utf-8')}```" in page
