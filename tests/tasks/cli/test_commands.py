import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tasks.cli import main
from tests.media import bad_files, barcode_video
from tests.small_model import write_small_model
from tests.tiny_dataset import write_dataset


class Terminal:
    """Runs `dyncell` commands on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"

    def __call__(self, *arguments: object) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(main, [*words, "--data", str(self.data)])


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_video_is_segmented_with_the_model_in_the_box(dyncell: Terminal, tmp_path: Path) -> None:
    clip = barcode_video(tmp_path / "clip.mp4", 6)
    ran = dyncell("segment", clip, "--out", tmp_path / "o.mp4", "--report", tmp_path / "r.json")
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "o.mp4").exists()
    assert json.loads((tmp_path / "r.json").read_text())["model"] == "camvid"
    listed = json.loads(dyncell("jobs", "list", "--json").stdout)["jobs"]
    assert [(job["kind"], job["state"]) for job in listed] == [("segment_video", "done")]


@pytest.mark.parametrize("kind", ["not a video", "empty", "missing", "sound alone", "1x1"])
def test_a_bad_video_ends_with_one_line_and_exit_code_one(
    dyncell: Terminal, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "files").mkdir()
    ran = dyncell("segment", bad_files(tmp_path / "files")[kind], "--out", tmp_path / "o.mp4")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.strip().count("\n") == 0
    assert not (tmp_path / "o.mp4").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--out", "o.avi"], "must end in .mp4"),
        (["--out", "missing/o.mp4"], "There is no folder"),
        (["--out", "/proc/o.mp4"], "Nothing can be written in /proc"),
        (["--out", "clip.mp4"], "is the video itself"),
        (["--out", "o.mp4", "--model", "yours"], "There is no model 'yours'"),
        (["--out", "o.mp4", "--model", "gone.safetensors"], "There is no weights file"),
        (["--out", "o.mp4", "--start", "6"], "has the frames 0 to 5"),
    ],
)
def test_wrong_words_are_told_before_any_file_is_touched(
    dyncell: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = barcode_video(tmp_path / "clip.mp4", 6).read_bytes()
    ran = dyncell("segment", "clip.mp4", *options)
    assert (ran.exit_code, sentence in ran.stderr) == (1, True), ran.stderr
    assert (tmp_path / "clip.mp4").read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.*")] == ["clip.mp4"]


def test_wrong_use_is_exit_code_two(dyncell: Terminal) -> None:
    assert dyncell("segment", "clip.mp4").exit_code == 2


def test_models_are_listed_imported_used_and_deleted(dyncell: Terminal, tmp_path: Path) -> None:
    weights = write_small_model(tmp_path / "mine.safetensors")
    assert dyncell("models", "import", weights).exit_code == 0
    names = [m["name"] for m in json.loads(dyncell("models", "list", "--json").stdout)["models"]]
    assert sorted(names) == ["camvid", "camvid-static", "mine"]
    card = dyncell("models", "show", "camvid").stdout
    assert "dyncell train cell blend ../shared/camvid --static camvid-static --seed" in card
    shown = json.loads(dyncell("models", "show", "camvid", "--json").stdout)
    assert (shown["name"], shown["provenance"]["command"] in card) == ("camvid", True)
    again = dyncell("models", "import", weights)
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)
    clip = barcode_video(tmp_path / "clip.mp4", 3)
    used = dyncell("segment", clip, "--model", "mine", "--out", tmp_path / "o.mp4")
    assert used.exit_code == 0, used.stderr
    assert dyncell("models", "delete", "mine").exit_code == 0
    assert dyncell("models", "delete", "mine").exit_code == 1
    kept = dyncell("models", "delete", "camvid")
    assert (kept.exit_code, "part of dyncell" in kept.stderr) == (1, True)


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x10" + bytes(7) + b"{}"])
def test_a_foreign_weights_file_is_refused_in_one_line(
    dyncell: Terminal, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x.safetensors").write_bytes(content)
    ran = dyncell("models", "import", tmp_path / "x.safetensors")
    assert (ran.exit_code, ran.stderr.strip().count("\n")) == (1, 0)
    assert "x.safetensors" in ran.stderr


def test_a_network_is_trained_into_the_registry_under_a_free_name(
    dyncell: Terminal, tmp_path: Path
) -> None:
    folder = write_dataset(tmp_path / "streets", val=0)
    few = ("--steps", 2, "--width", 0.1, "--precision", "fp32")
    named = dyncell("train", "static", folder, *few, "--name", "mine")
    assert (named.exit_code, "not scored" in named.stdout) == (0, True), named.output
    assert "mine" in dyncell("models", "list").stdout
    taken = dyncell("train", "static", folder, *few, "--name", "mine")
    assert (taken.exit_code, "exists already" in taken.stderr) == (1, True)
    assert dyncell("models", "rename", "mine", "better").exit_code == 0
    assert "better" in dyncell("models", "list").stdout
    assert dyncell("train", "static", folder, *few).exit_code == 2


def test_the_doctor_finds_a_sound_installation(dyncell: Terminal) -> None:
    ran = dyncell("doctor", "--json")
    assert ran.exit_code == 0, ran.output
    checks = json.loads(ran.stdout)["checks"]
    assert all(check["ok"] for check in checks.values())
    assert "camvid" in checks["models"]["text"]


def test_the_doctor_says_what_is_wrong_with_a_folder(dyncell: Terminal, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    ran = dyncell("doctor", "--json")
    assert ran.exit_code != 0
    assert "Traceback" not in ran.output


def test_a_job_that_is_unknown_or_done_is_told_so(dyncell: Terminal) -> None:
    ran = dyncell("jobs", "cancel", "0" * 16)
    assert (ran.exit_code, "There is no job" in ran.stderr) == (1, True)
