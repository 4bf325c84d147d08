import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.data_folder import DataFolder
from core.records import Dataset, JobState, new_id
from core.store import datasets, jobs
from tasks import queue
from tests.webapp.dataset_folder import add_dataset, make_dataset, make_zip
from tests.webapp.test_pages import FRAME, HOSTILE, texts
from webapp.dataset_data import read_dataset
from webapp.folder import current_folder

pytestmark = pytest.mark.usefixtures("ours")

PREVIEW: dict[str, Any] = {
    "layout": "camvid",
    "classes": [{"name": "Road", "colour": [1, 2, 3]}, {"name": "Sky", "colour": [4, 5, 6]}],
    "splits": {"train": {"frames": 12, "labelled": 10, "sequences": 2}},
    "sizes": [[64, 48, 9], [32, 24, 3]],
    "bytes": 123_456,
    "problems": [],
    "warnings": ["train/images/7.png has no label map; it is kept as an unlabelled frame."],
    "examples": [],
    "pixels": {"Road": 300, "Sky": 100},
}


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    def opened(**query: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=30)
        test.query_params.update(query)
        test.run()
        return test.switch_page("app_pages/datasets.py").run()

    return opened


def look_at(folder: DataFolder, place: Path, *, name: str = "streets", **found: Any) -> Dataset:
    """A dataset whose files were looked at: what the job of the preview leaves."""
    added = queue.add_dataset(folder, make_zip(place), name=name)
    with folder.database.writing() as session:
        claimed = jobs.claim(session, ["import_dataset"], lease_owner="nobody", lease_seconds=60)
        assert claimed is not None
        datasets.show_preview(session, added.id, preview=PREVIEW | found)
        jobs.finish(session, claimed.id, claimed.fence)
        return datasets.get(session, added.id)


def test_the_pages_of_the_loop_are_in_the_navigation_in_order() -> None:
    source = Path(webapp.__file__).with_name("frame.py").read_text()
    titles = re.findall(r'st.Page\([^)]*title="(\w+)"', source)
    bring, find, judge = (
        ["Datasets", "Models"],
        ["Search", "Leaderboard", "Insight", "Genotype", "Compare"],
        ["Evaluate", "Frames"],
    )
    rest = ["Jobs", "Glossary"]
    assert titles == ["Overview", "Segment", "Player", *bring, *find, *judge, *rest]


def test_without_datasets_the_page_says_how_to_begin(open_page: Callable[..., AppTest]) -> None:
    test = open_page()
    assert not test.exception
    assert not test.error
    assert "Drop a zip archive above to begin" in texts(test)


def test_the_list_tells_what_each_dataset_holds(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    queue.add_dataset(folder, make_zip(tmp_path, name="coming"), name="coming")
    test = open_page()
    assert not test.exception
    shown = texts(test)
    assert "train 3 · val 2" in shown.replace("\\", "")
    assert "looking" in shown
    test.button(key=f"open-{dataset.id}").click().run()
    assert [title.value for title in test.title] == ["streets"]


def test_an_open_dataset_shows_splits_statistics_and_its_hash(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page(dataset=dataset.id)
    assert not test.exception
    assert not test.error
    table = test.dataframe[0].value
    assert table["Frames"].tolist() == [3, 2]
    assert table["No class"].tolist() == ["12.5 %", "12.5 %"]
    assert dataset.digest in test.code[0].value
    assert str(dataset.splits["val"]["digest"]) in test.code[0].value
    assert "No label map of val shows" in texts(test)


def test_the_address_leads_to_one_frame_and_its_neighbours(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page(dataset=dataset.id, split="train", frame="1")
    assert not test.exception
    assert "frame 1 of 0 to 2" in texts(test).replace("\\", "")
    buttons = {button.label: button for button in test.button}
    buttons["Next"].click().run()
    assert test.query_params["frame"] == "2"
    buttons = {button.label: button for button in test.button}
    assert buttons["Next"].disabled
    buttons["All frames"].click().run()
    assert "frame" not in test.query_params


@pytest.mark.parametrize("frame", ["3", "-1", "x", "1e9", "²"])
def test_a_frame_that_is_not_there_is_said_and_the_others_are_shown(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path, frame: str
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page(dataset=dataset.id, split="train", frame=frame)
    assert not test.exception
    assert "frames 0 to 2" in test.error[0].value


@pytest.mark.parametrize("asked", ["0123456789abcdef", "../../etc/passwd"])
def test_an_address_of_something_deleted_says_so_once(
    open_page: Callable[..., AppTest], asked: str
) -> None:
    (error,) = open_page(dataset=asked).error
    assert "There is no" in error.value
    assert "passwd" not in error.value


def test_a_preview_shows_what_was_found_and_is_taken_under_a_new_name(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = look_at(folder, tmp_path)
    test = open_page(dataset=dataset.id)
    assert not test.exception
    assert "2 classes" in texts(test)
    assert "kept as an unlabelled frame" in test.warning[0].value.replace("\\", "")
    assert test.dataframe[0].value["Labelled"].tolist() == [10]
    test.text_input[0].set_value("my streets")
    next(button for button in test.button if button.label == "Import").click().run()
    state = read_dataset(folder, dataset.id)
    assert state.dataset.name == "my streets"
    assert state.stage == "importing"


def test_a_preview_lists_all_problems_and_cannot_be_taken(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    problems = ["val/labels/1.png is 3x3, its image 4x4.", f"{HOSTILE} is broken."]
    dataset = look_at(folder, tmp_path, problems=problems)
    test = open_page(dataset=dataset.id)
    (error,) = test.error
    shown = error.value.replace("\\", "").replace("\u2060", "")
    assert "2 problems" in shown
    assert problems[0] in shown
    assert "<img" not in re.sub(r"\\<img", "", error.value)
    assert next(button for button in test.button if button.label == "Import").disabled


def test_a_preview_is_discarded_with_its_archive(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = look_at(folder, tmp_path)
    test = open_page(dataset=dataset.id)
    discard = next(button for button in test.button if button.label == "Discard")
    assert not discard.proto.form_id  # Enter in the name's form never presses it
    discard.click().run()
    assert folder.artifacts.names() == []
    assert "Drop a zip archive above to begin" in texts(test)


@pytest.mark.parametrize(
    ("place", "error", "cause", "is_hopeful"),
    [
        ("zip", "streets.zip holds ../x, which leads out of it.", "refused", False),
        ("folder", "The folder streets is gone: bring it back.", "", True),
        ("folder", "streets is laid out in no known way.", "refused", True),
        ("zip", "The job ran out of memory.", "oom", True),
        ("zip", "The disk is full; free some space, then press Retry.", "full", True),
    ],
)
def test_a_look_that_failed_says_why_and_is_tried_again_only_where_that_can_help(
    open_page: Callable[..., AppTest],
    folder: DataFolder,
    tmp_path: Path,
    place: str,
    error: str,
    cause: str,
    is_hopeful: bool,
) -> None:
    source = make_zip(tmp_path) if place == "zip" else make_dataset(tmp_path)
    dataset = queue.add_dataset(folder, source, name="streets")
    with folder.database.writing() as session:
        claimed = jobs.claim(session, ["import_dataset"], lease_owner="nobody", lease_seconds=60)
        assert claimed is not None
        ended = jobs.fail(session, claimed.id, claimed.fence, error=error, cause=cause)
        assert ended is JobState.FAILED
    test = open_page(dataset=dataset.id)
    assert error in test.error[0].value.replace("\\", "").replace("\u2060", "")
    labels = {button.label for button in test.button}
    assert "Discard" in labels
    assert ("Retry" in labels) is is_hopeful


def test_the_built_in_dataset_is_made_when_somebody_asks(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    with folder.database.writing() as session:
        shipped = datasets.add(session, new_id(), name="built in", origin="shipped")
    test = open_page(dataset=shipped.id)
    assert not test.exception
    assert "Delete" not in {button.label for button in test.button}
    next(button for button in test.button if button.label == "Make it now").click().run()
    assert read_dataset(folder, shipped.id).stage == "importing"


def test_folders_are_offered_only_below_the_import_root(
    open_page: Callable[..., AppTest],
    folder: DataFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "Look at it" not in {button.label for button in open_page().button}
    root = tmp_path / "root"
    make_dataset(root, name="allowed")
    (root / "link").symlink_to("/etc")
    monkeypatch.setenv("DYNCELL_IMPORT_ROOT", str(root))
    current_folder.cache_clear()
    test = open_page()
    (choice,) = [box for box in test.selectbox if "folder" in box.label]
    assert choice.options == ["allowed"]
    next(button for button in test.button if button.label == "Look at it").click().run()
    with folder.database.reading() as session:
        (added,) = datasets.list_datasets(session)
    assert (added.name, added.origin, added.path) == ("allowed", "folder", str(root / "allowed"))


def test_deleting_asks_first_and_names_the_disk_use(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page()
    test.button(key=f"remove-list-{dataset.id}").click().run()
    assert "kB on disk, go for good" in texts(test)
    assert read_dataset(folder, dataset.id).stage == "ready"


def test_a_dataset_can_be_renamed_in_the_list_and_on_its_page(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    for place, asked in (("list", {}), ("panel", {"dataset": dataset.id})):
        test = open_page(**asked)
        test.button(key=f"rename-{place}-{dataset.id}").click().run()
        assert test.text_input(key=f"name-{dataset.id}").value == dataset.name


def test_what_comes_along_keeps_its_name(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    assert not {"Rename", "Delete"} & {button.label for button in open_page().button}


def test_a_hostile_name_is_never_markdown(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    name = HOSTILE.replace("/", "")
    dataset = add_dataset(folder, tmp_path, name=name)
    coming = look_at(folder, tmp_path, name=f"{name}2")
    for query in ({}, {"dataset": dataset.id}, {"dataset": coming.id}):
        test = open_page(**query)
        assert not test.exception
        read = [*test.markdown, *test.caption, *test.error, *test.title, *test.header]
        for element in read:
            assert not re.search(r"(?<!\\)(<img|\*\*x|\[a)|:material/home:", element.value)
