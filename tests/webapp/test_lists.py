"""Every list of the app: found by a part of a name, lined up, turned, all of it in the address."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.data_folder import DataFolder
from core.frame_ranking import Ranking
from core.records import new_id
from core.store import basket, datasets
from tests.webapp.judged import add_dataset, add_evaluation
from tests.webapp.searched import add_search
from tests.webapp.stored import add_failed_job, add_model, add_segmentation, add_video
from webapp.evaluation_details import read_details

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))
NAMES = ("Ämter", "Brücke", "Allee", "Chaussee")
"""In the order in which they are made."""


@dataclass(frozen=True)
class Case:
    """A list.

    Attributes:
        page: Its page, as `?view=` too.
        key: Its key.
        add: Adds something of a name.
        order: An order that puts `Allee` first.
    """

    page: str
    key: str
    add: Callable[[DataFolder, str, Path], object]
    order: str = "name"


def _add_empty_dataset(folder: DataFolder, name: str, _place: Path) -> None:
    with folder.database.writing() as session:
        datasets.add(session, new_id(), name=name, origin="upload")


def _evaluate(folder: DataFolder, name: str, place: Path) -> None:
    model = add_model(folder, name, sha256=new_id() * 4)
    add_evaluation(folder, place, model=model, dataset=add_dataset(folder, place, name=name))


CASES = [
    Case("segment", "videos", lambda folder, name, _: add_video(folder, name)),
    Case("datasets", "datasets", _add_empty_dataset),
    Case("models", "models", lambda folder, name, _: add_model(folder, name)),
    Case("search", "searches", lambda folder, name, _: add_search(folder, name)),
    Case("jobs", "jobs", lambda folder, name, _: add_failed_job(folder, name, error="No."), ""),
    Case(
        "player",
        "results",
        lambda folder, name, _: add_segmentation(
            folder, add_video(folder, name), add_model(folder, f"model of {name}")
        ),
        "video",
    ),
    Case("evaluate", "evaluations", _evaluate, "model"),
]


def open_page(script: str, **asked: str) -> AppTest:
    test = AppTest.from_file(FRAME, default_timeout=60)
    test.switch_page(f"app_pages/{script}.py")
    test.query_params.update(asked)
    return test.run()


def shown(test: AppTest) -> list[str]:
    """The names on the page, from its top to its end."""
    assert not test.exception
    texts = [*test.text, *test.button, *test.caption]
    found = [str(getattr(each, "label", None) or each.value) for each in texts]
    for table in test.dataframe:
        found += [str(text) for text in table.value.iloc[:, 0]]
    return [name for text in found for name in NAMES if name in text]


def first(test: AppTest) -> str:
    return shown(test)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_a_list_is_found_in_and_lined_up_by_its_address(
    case: Case, folder: DataFolder, tmp_path: Path
) -> None:
    for name in NAMES:
        case.add(folder, name, tmp_path)
        time.sleep(0.002)  # ages are told in milliseconds
    test = open_page(case.page)
    assert set(shown(test)) == set(NAMES)
    assert first(test) == NAMES[-1]

    test.text_input(key=f"find-{case.key}").set_value(" äMT ").run()
    assert test.query_params["find"] in ("äMT", ["äMT"])
    assert set(shown(test)) == {"Ämter"}
    assert set(shown(open_page(case.page, find="äMT"))) == {"Ämter"}  # a reload, a shared link

    nothing = open_page(case.page, find="Zürich")
    assert shown(nothing) == []
    told = " ".join(each.value for each in nothing.caption)
    assert "Zürich" in told or "look for less" in told

    order = case.order or "oldest"
    wanted = "Allee" if case.order else NAMES[0]
    ordered = open_page(case.page)
    ordered.selectbox(key=f"sort-{case.key}").set_value(order).run()
    assert ordered.query_params["sort"] in (order, [order])
    assert first(ordered) == first(open_page(case.page, sort=order)) == wanted
    assert first(open_page(case.page, sort="no order", page="99")) == NAMES[-1]


def test_a_page_of_a_list_stands_in_the_address_until_another_list_is_asked_for(
    folder: DataFolder,
) -> None:
    for number in range(26):
        add_video(folder, f"{number:02}.mp4")
        time.sleep(0.002)
    test = open_page("segment", page="2")
    names = [each.value for each in test.text]
    assert (names[0], names[-1]) == ("13.mp4", "02.mp4")
    test.button(key="Next-videos").click().run()
    assert test.query_params["page"] in ("3", ["3"])
    assert [each.value for each in test.text] == ["01.mp4", "00.mp4"]
    test.text_input(key="find-videos").set_value("2").run()
    assert "page" not in test.query_params
    assert test.text[0].value == "25.mp4"


def test_the_states_and_kinds_of_jobs_stand_in_the_address(folder: DataFolder) -> None:
    add_failed_job(folder, "Allee", error="No.")
    add_video(folder, "Chaussee")
    assert set(shown(open_page("jobs", state="failed", kind="import_video,trial"))) == {"Allee"}
    test = open_page("jobs")
    assert set(shown(test)) == {"Allee", "Chaussee"}
    test.button_group(key="states").set_value(["done"]).run()
    assert test.query_params["state"] in ("done", ["done"])
    assert set(shown(test)) == {"Chaussee"}


def test_the_basket_is_found_in_and_lined_up_by_its_address(
    folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    made = add_evaluation(folder, tmp_path, model=add_model(folder), dataset=dataset)
    frames = read_details(folder.artifacts, str(made.details)).frames
    with folder.database.writing() as session:
        for frame, note in zip((frames[7], frames[2]), ("Brücke", "Allee"), strict=True):
            basket.add(session, made, [frame], ranking=Ranking("miou"), note=note)

    def notes(**asked: str) -> list[str]:
        test = open_page("frames", view="basket", **asked)
        assert not test.exception
        return [str(note) for each in test.dataframe for note in each.value["Note"]]

    assert notes() == ["Allee", "Brücke"]
    assert notes(find="BRÜ") == ["Brücke"]
    assert notes(sort="frame") == ["Allee", "Brücke"]
    assert notes(find="Zürich") == []
    assert notes(dataset="no such dataset") == ["Allee", "Brücke"]
