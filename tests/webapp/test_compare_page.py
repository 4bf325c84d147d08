import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.baselines.config import BaselineConfig
from core.board.filter import parse_filter
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.nn.config import StaticConfig
from core.palette import CAMVID
from core.records import new_id
from core.store import board, datasets, jobs, models, segmentations
from core.store.tables import SearchRow
from tasks import queue
from tests.compared_rows import STATIC, ComparedRows, add_compared_rows, measure_rows
from tests.tasks.search_of_tests import CONFIG, add_static, images_of
from tests.tasks.search_of_tests import add_dataset as add_stripes
from tests.webapp.judged import FRAMES, add_evaluation
from tests.webapp.searched import add_search
from tests.webapp.stored import add_segmentation, add_video
from webapp.comparison_videos import segmented
from webapp.data import read_video

PAGE_FILE = Path(__file__).parents[2] / "webapp" / "app_pages" / "compare.py"
PATIENCE = 300


@pytest.fixture
def rows(folder: DataFolder, ours: None, tmp_path: Path) -> ComparedRows:
    return add_compared_rows(folder, tmp_path)


def _page(rows: Sequence[str], **asked: str) -> AppTest:
    page = AppTest.from_file(str(PAGE_FILE), default_timeout=PATIENCE)
    if rows:
        page.query_params["row"] = list(rows)
    for key, value in asked.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def _said(page: AppTest) -> str:
    found = [*page.caption, *page.markdown, *page.warning, *page.info, *page.text]
    return "\n".join(each.value for each in found).replace("\\", "").replace("\u2060", "")


def _tables(page: AppTest) -> str:
    return "\n".join(each.proto.body for each in page.get("html"))


def test_an_empty_page_says_how_to_begin_and_offers_rows(rows: ComparedRows) -> None:
    page = _page([])
    assert "Tick rows on the Leaderboard" in _said(page)
    page.selectbox(key="comparison-add").select(rows.mover).run()
    assert page.query_params["row"] == rows.mover
    assert "add another one" in _said(page)
    assert not page.get("html")


def test_an_empty_board_says_the_same(folder: DataFolder, ours: None) -> None:
    assert "Tick rows on the Leaderboard" in _said(_page([]))


def test_two_rows_have_differences_classes_confusion_and_cells(rows: ComparedRows) -> None:
    page = _page([rows.clock, rows.mover])
    numbers, classes = (each.proto.body for each in page.get("html"))
    assert '<span class="word">better</span>' in numbers
    assert "B - A" in numbers
    assert "nan" not in numbers.lower()
    assert '<span class="word">better</span>' in classes.split(">Tree<")[1].split("</tr>")[0]
    said = _said(page)
    assert "B: 95 % intervals of the differences: paired by seed" in said.replace("\n", " ")
    assert re.search("B: mover: better in [^;]*Tree", said)
    assert "Tree for Building: " in said
    assert "In both (0)" in said
    assert len(page.get("plotly_chart")) == 2


def test_another_base_turns_the_differences_round(rows: ComparedRows) -> None:
    page = _page([rows.clock, rows.mover])
    page.button(key=f"base-{rows.mover}").click().run()
    assert page.query_params["base"] == rows.mover
    assert "A - B" in _tables(page)
    assert '<span class="word">worse</span>' in _tables(page)


def test_a_row_of_another_setting_shows_numbers_without_a_difference(rows: ComparedRows) -> None:
    page = _page([rows.static, rows.elsewhere])
    said, line = _said(page), _tables(page).split(">mIoU, %<")[1].split("</tr>")[0]
    assert "another setting" in said
    assert "judged in another setting, so the two cannot be compared" in line
    assert "word" not in line
    assert "No confusion of B minus A: judged in another setting" in said
    assert "it is a static network: it has no cell" in said


@pytest.mark.parametrize("is_base", [False, True])
def test_a_trial_shows_what_it_has_and_says_once_what_it_lacks(
    rows: ComparedRows, is_base: bool
) -> None:
    page = _page([rows.trial, rows.mover] if is_base else [rows.mover, rows.trial])
    assert "40.0" in _tables(page)
    assert "nan" not in _tables(page).lower()
    said = _said(page)
    assert f"{'A' if is_base else 'B'} is a trial" in said
    assert "has no evaluation" not in said  # said in one sentence, not section by section
    assert [each.value for each in page.header] == ["Numbers", "Closely"]
    assert page.button(key="comparison-train").disabled
    assert "is not here: import it on Datasets under this name" in said


def test_two_trials_are_trained_to_the_end_by_one_button(folder: DataFolder, ours: None) -> None:
    dataset = add_stripes(folder)
    add_static(folder, images=images_of(folder, dataset))
    search = add_search(folder, "cells", config=CONFIG, rewards=[0.3, 0.5, 0.4])
    with folder.database.writing() as session:
        session.execute(
            update(SearchRow).where(SearchRow.id == search.id).values(dataset_id=dataset.id)
        )
    with folder.database.reading() as session:
        found = board.page(session, parse_filter("kind = trial and reward < 45"))
    page = _page([row.id for row in found])
    assert "A and B are trials" in _said(page)
    assert "2 cells x 3 seeds on stripes / train, in small" in _said(page)
    page.button(key="comparison-train").click().run()
    assert not page.exception
    with folder.database.reading() as session:
        ordered = queue.final_trainings(session, search.id)
    wanted = {(each.texts["key"], seed) for each in found for seed in range(3)}
    trained = {
        (Genotype.from_dict(job.payload["genotype"]).key, job.payload["seed"]) for job in ordered
    }
    assert trained == wanted
    assert "0 of 6 trainings done" in _said(page)
    page.button(key="comparison-train").click().run()
    assert "trained with these seeds already" in page.error[0].value


@pytest.mark.parametrize("gone", ["0" * 16, "nonsense"])
def test_a_row_that_is_gone_is_left_out_in_one_sentence(rows: ComparedRows, gone: str) -> None:
    page = _page([rows.mover, gone, rows.clock])
    (warning,) = page.warning
    assert "left out" in warning.value
    assert "B - A" in _tables(page)


def test_of_five_rows_four_are_compared_and_the_fifth_comes_when_one_goes(
    rows: ComparedRows,
) -> None:
    page = _page([rows.mover, rows.clock, rows.static, rows.elsewhere, rows.trial])
    (warning,) = page.warning
    assert "names 5 rows, and at most 4 are compared at once" in warning.value
    page.button(key=f"out-{rows.mover}").click().run()
    assert not page.warning
    assert page.query_params["row"] == [rows.clock, rows.static, rows.elsewhere, rows.trial]
    assert "D is a trial" in _said(page)


def test_a_base_that_is_no_row_of_the_address_is_told(rows: ComparedRows) -> None:
    page = _page([rows.mover, rows.clock], base=rows.static)
    assert "A is the base" in page.warning[0].value
    assert "B - A" in _tables(page)


def test_one_row_alone_asks_for_another(rows: ComparedRows) -> None:
    page = _page([rows.mover])
    (info,) = page.info
    assert info.value == "A comparison takes two to four rows: add another one."
    page.selectbox(key="comparison-add").select(rows.clock).run()
    assert page.query_params["row"] == [rows.mover, rows.clock]
    assert "B - A" in _tables(page)


def test_curves_that_nobody_measured_are_ordered_here(
    folder: DataFolder, rows: ComparedRows
) -> None:
    page = _page([rows.clock, rows.mover])
    assert "was not measured on the frames it was judged on" in _said(page)
    page.button(key="comparison-measure").click().run()
    with folder.database.reading() as session:
        ordered = jobs.list_jobs(session, kinds=["measure_dynamics"])
    assert len(ordered) == 4  # two seeds each
    assert not [each for each in page.button if each.key == "comparison-measure"]


def test_a_baseline_is_not_offered_to_be_measured_and_says_why(
    folder: DataFolder, rows: ComparedRows, tmp_path: Path
) -> None:
    with folder.database.writing() as session:
        dataset = datasets.list_datasets(session)[0]
        mean = models.add(
            session,
            new_id(),
            name="ema-0.5@wide",
            kind="baseline",
            artifact=f"{new_id()}.0.weights",
            sha256="e" * 64,
            size=1,
            palette=CAMVID,
            config=StaticConfig(num_classes=CAMVID.num_classes).to_dict()
            | {"baseline": BaselineConfig.parse("ema-0.5").to_dict()},
            provenance={"training": {"static": {"sha256": STATIC}}},
            metrics={},
            params=10,
        )
    add_evaluation(folder, tmp_path, model=mean, dataset=dataset, rows=[5] * FRAMES)
    with folder.database.reading() as session:
        row = board.page(session, parse_filter("kind = baseline"))[0].id
    page = _page([row, rows.mover])
    assert "A: ema-0.5@wide has no curve: the rule of a baseline works on one stream" in _said(page)
    assert "ema-0.5@wide: it is a baseline: a rule follows its static network" in _said(page)
    page.button(key="comparison-measure").click().run()
    with folder.database.reading() as session:
        ordered = jobs.list_jobs(session, kinds=["measure_dynamics"])
    assert len(ordered) == 2  # the seeds of the other row alone
    assert "flicker" in _said(page)  # how much the hand labels do


def test_measured_curves_are_drawn_and_told(folder: DataFolder, rows: ComparedRows) -> None:
    measure_rows(folder, [rows.clock, rows.mover])
    page = _page([rows.clock, rows.mover])
    assert "A: clock: least 50.0 % at d = 2, in the mean 55.0 %, 2 seeds." in _said(page)
    assert len(page.get("plotly_chart")) == 3
    assert not [each for each in page.button if each.key == "comparison-measure"]


def test_segmentations_of_one_video_play_in_step_and_missing_ones_are_ordered(
    folder: DataFolder, rows: ComparedRows
) -> None:
    page = _page([rows.mover, rows.static])
    assert "No video is ready yet" in _said(page)
    video = add_video(folder, "street.mp4")
    with folder.database.reading() as session:
        wide, mover = models.get(session, "wide"), models.get(session, "mover seed 1")
    add_segmentation(folder, video, wide)
    page = _page([rows.mover, rows.static])
    assert "Not segmented yet: mover seed 1." in _said(page)
    page.button(key="comparison-order").click().run()
    with folder.database.reading() as session:
        found = segmentations.list_segmentations(session, video_id=video.id)
    assert {each.model_id for each in found} == {wide.id, mover.id}
    assert not [each for each in page.button if each.key == "comparison-order"]
    add_segmentation(folder, video, mover)
    state = read_video(folder, video.id)
    shown = segmented(state, {"A": mover, "B": wide})
    assert [each.is_ready for each in shown] == [True, True]


def test_rows_of_the_same_model_share_one_segmentation_and_a_trial_has_none(
    folder: DataFolder, rows: ComparedRows
) -> None:
    add_video(folder, "street.mp4")
    page = _page([rows.static, rows.elsewhere, rows.trial])
    said = _said(page)
    assert "Not segmented yet: wide." in said
    assert "no model of it is in the registry" in said
