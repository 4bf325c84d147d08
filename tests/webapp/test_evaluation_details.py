import json
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.artifacts import Artifacts
from core.data_folder import DataFolder
from core.datasets.decode import read_labels
from core.datasets.pack import PackReader
from core.errors import DyncellError, NotFound
from tests.webapp.judged import BUILDING, FRAMES, TREE, add_dataset, add_evaluation
from tests.webapp.stored import add_model
from webapp.evaluation_details import Details, behind, neighbours, ordered, read_details
from webapp.stored_zip import open_stored_zip


@pytest.fixture
def details(folder: DataFolder, tmp_path: Path) -> Details:
    dataset = add_dataset(folder, tmp_path)
    made = add_evaluation(folder, tmp_path, model=add_model(folder), dataset=dataset)
    assert made.details is not None
    return read_details(folder.artifacts, made.details)


def test_every_frame_knows_its_mistakes(details: Details) -> None:
    assert [frame.position for frame in details.frames] == list(range(FRAMES))
    first, last = details.frames[0], details.frames[-1]
    assert first.wrong == 0
    assert first.mistakes == []
    assert first.miou == 100
    assert last.wrong == last.pixels(TREE, BUILDING) > 0
    assert last.mistakes == [(TREE, BUILDING, last.wrong)]
    assert last.scored == 46 * 64  # the two upper rows are void


def test_frames_are_lined_up_by_what_is_asked(details: Details) -> None:
    frames = details.frames
    by_wrong = ordered(frames, "wrong")
    assert [frame.wrong for frame in by_wrong] == sorted((f.wrong for f in frames), reverse=True)
    assert [frame.position for frame in ordered(frames, "position")] == list(range(FRAMES))
    unscored = replace(frames[0], miou=None)
    worst_first = ordered([unscored, *frames[1:]], "miou")
    assert worst_first[-1] is unscored
    assert worst_first[0].miou == min(frame.miou or 0 for frame in frames)


def test_behind_a_cell_are_only_frames_with_such_pixels(details: Details) -> None:
    found = behind(details.frames, truth=TREE, predicted=BUILDING)
    counts = [frame.pixels(TREE, BUILDING) for frame in found]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0
    assert len(found) == sum(frame.wrong > 0 for frame in details.frames)
    assert behind(details.frames, truth=BUILDING, predicted=TREE) == []


def test_one_goes_from_frame_to_frame_in_the_line(details: Details) -> None:
    line = ordered(details.frames, "wrong")
    assert neighbours(line, line[0]) == (None, 0, line[1])
    assert neighbours(line, line[4]) == (line[3], 4, line[5])
    assert neighbours(line, line[-1]) == (line[-2], FRAMES - 1, None)


def test_a_frame_that_was_not_evaluated_is_said(details: Details) -> None:
    with pytest.raises(NotFound, match="Frame 99 was not evaluated; evaluated frames: 0 to 9"):
        details.at(99)


def test_predictions_are_read_by_range(folder: DataFolder, tmp_path: Path) -> None:
    dataset = add_dataset(folder, tmp_path)
    made = add_evaluation(folder, tmp_path, model=add_model(folder), dataset=dataset)
    assert made.details is not None
    assert dataset.artifact is not None
    details = read_details(folder.artifacts, made.details)
    data = details.contents.read(folder.artifacts, details.prediction(7))
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    with PackReader(folder.artifacts.local_copy(dataset.artifact)) as reader:
        truth = read_labels(reader, reader.index.split("val").frames[7])
    wrong = (shown != truth) & (truth != 255)
    assert wrong.sum() == details.at(7).wrong
    assert set(shown[wrong].tolist()) == {BUILDING}


def test_a_member_that_is_not_there_is_said(folder: DataFolder, tmp_path: Path) -> None:
    name = _zip(folder.artifacts, tmp_path, {"frames.json": "[]"})
    contents = open_stored_zip(folder.artifacts, name)
    with pytest.raises(NotFound, match="has no 'predictions/000000"):
        contents.read(folder.artifacts, "predictions/000000.png")


@pytest.mark.parametrize("text", ["[{}]", "no json", '[{"index": "x"}]'])
def test_damaged_details_are_one_sentence(folder: DataFolder, tmp_path: Path, text: str) -> None:
    name = _zip(folder.artifacts, tmp_path, {"frames.json": text})
    with pytest.raises(DyncellError, match="damaged: delete it and evaluate again"):
        read_details(folder.artifacts, name)


def test_what_is_no_stored_zip_is_refused(folder: DataFolder, tmp_path: Path) -> None:
    deflated = _zip(folder.artifacts, tmp_path, {"frames.json": "[]" * 99}, zipfile.ZIP_DEFLATED)
    with pytest.raises(DyncellError, match="damaged"):
        open_stored_zip(folder.artifacts, deflated)
    (tmp_path / "no.zip").write_bytes(b"nothing")
    folder.artifacts.put(tmp_path / "no.zip", "00000000000000ff.1.details.zip")
    with pytest.raises(DyncellError, match="damaged"):
        open_stored_zip(folder.artifacts, "00000000000000ff.1.details.zip")


def test_an_evaluation_without_frames_is_empty(folder: DataFolder, tmp_path: Path) -> None:
    details = read_details(
        folder.artifacts, _zip(folder.artifacts, tmp_path, {"frames.json": json.dumps([])})
    )
    assert details.frames == ()
    with pytest.raises(NotFound, match="evaluated frames: none"):
        details.at(0)


def _zip(
    artifacts: Artifacts, place: Path, members: dict[str, str], kind: int = zipfile.ZIP_STORED
) -> str:
    path = place / f"{kind}.zip"
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    name = f"00000000000000{kind:02x}.1.details.zip"
    artifacts.put(path, name)
    return name
