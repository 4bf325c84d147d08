"""The page Frames: the ranking, the basket, and labels that changed on Evaluate."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.frame_ranking import Ranking
from core.records import Evaluation
from core.store import basket, evaluations, models
from tasks import queue
from tests.webapp.judged import FRAMES, add_dataset, add_evaluation
from tests.webapp.stored import add_model
from webapp.frame_data import details_of, put_in_basket

PAGES = Path(__file__).parents[2] / "webapp" / "app_pages"
PATIENCE = 300


@pytest.fixture
def made(folder: DataFolder, ours: None, tmp_path: Path) -> Evaluation:
    data = add_dataset(folder, tmp_path)
    return add_evaluation(folder, tmp_path, model=add_model(folder), dataset=data)


def _page(name: str = "frames", **asked: str) -> AppTest:
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=PATIENCE)
    for key, value in asked.items():
        page.query_params[key] = value
    return page.run()


def _kept(folder: DataFolder) -> int:
    with folder.database.reading() as session:
        return basket.count(session)


def _button(page: AppTest, label: str) -> None:
    next(each for each in page.button if each.label == label).click().run()


def _texts(page: AppTest) -> str:
    found = (*page.caption, *page.markdown, *page.info)
    return " ".join(each.value for each in found).replace("\\", "").replace("\u2060", "")


def test_ticked_frames_go_into_the_basket_with_their_note(
    folder: DataFolder, made: Evaluation
) -> None:
    page = _page()
    assert not page.exception
    _button(page, "Tick this page")
    page.text_input(key="frames-note").set_value("trees").run()
    _button(page, f"Put {FRAMES} frames into the basket")
    assert not page.exception
    with folder.database.reading() as session:
        found = basket.list_frames(session)
    assert len(found) == FRAMES
    assert {each.note for each in found} == {"trees"}


def test_what_no_frame_has_is_said(made: Evaluation) -> None:
    page = _page()
    page.selectbox(key="listed-by").select("mistake").run()
    page.selectbox(key="listed-class").select("Sky").run()
    assert not page.exception
    assert "No frame has such pixels." in _texts(page)


def test_the_basket_is_emptied_and_undone(folder: DataFolder, made: Evaluation) -> None:
    frames = details_of(folder, made).frames
    put_in_basket(folder, made, frames[:3], ranking=Ranking())
    page = _page(view="basket")
    assert not page.exception
    assert list(page.dataframe[0].value["Frame"]) == [frame.name for frame in frames[:3]]
    page.button(key="basket-clear").click().run()
    assert _kept(folder) == 0
    page.button(key="basket-undo").click().run()
    assert not page.exception
    assert _kept(folder) == 3


def test_frames_of_a_deleted_dataset_are_told_as_such(folder: DataFolder, made: Evaluation) -> None:
    put_in_basket(folder, made, details_of(folder, made).frames[:1], ranking=Ranking())
    assert made.dataset_id is not None
    queue.delete_evaluation(folder, made.id)
    queue.delete_dataset(folder, made.dataset_id)
    page = _page(view="basket")
    assert not page.exception
    assert "were deleted" in _texts(page)
    row = page.dataframe[0].value.iloc[0]
    assert row["Dataset"].endswith("(deleted)")
    assert row["Why"].endswith("(evaluation deleted)")
    page.checkbox[0].check().run()
    page.button(key="basket-remove").click().run()
    assert _kept(folder) == 0


def test_evaluate_tells_from_both_sides_that_predictions_were_scored_again(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    mended = add_dataset(folder, tmp_path, name="mended", relabelled=(9,))
    with folder.database.reading() as session:
        model = models.get(session, str(made.model_id))
    new = add_evaluation(folder, tmp_path, model=model, dataset=mended)
    with folder.database.writing() as session:
        scores = {**new.scores, "rescored_from": made.id}
        evaluations.publish(session, new.id, scores=scores, details=new.details)
    page = _page("evaluate", evaluation=new.id)
    assert not page.exception
    assert "Scored again: no network ran" in _texts(page)
    assert "those of the evaluation on streets of" in _texts(page)
    page = _page("evaluate", evaluation=made.id)
    assert "Scored again" not in _texts(page)
    assert ", dataset mended: mIoU" in _texts(page)
    with folder.database.writing() as session:
        evaluations.delete_evaluation(session, made.id)
    assert "an evaluation that was deleted since" in _texts(_page("evaluate", evaluation=new.id))


def test_evaluate_offers_to_score_again_once_the_labels_changed(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    assert "Score again" not in [
        each.label for each in _page("evaluate", evaluation=made.id).button
    ]
    assert made.dataset_id is not None
    queue.delete_dataset(folder, made.dataset_id)
    add_dataset(folder, tmp_path, relabelled=(9,))
    page = _page("evaluate", evaluation=made.id)
    assert not page.exception
    _button(page, "Score again")
    with folder.database.reading() as session:
        newest, *older = evaluations.list_evaluations(session)
    assert not newest.is_ready
    assert [each.id for each in older] == [made.id]


def test_evaluate_tells_old_and_new_scores_frame_by_frame(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    assert made.dataset_id is not None
    with folder.database.reading() as session:
        model = models.get(session, str(made.model_id))
    queue.delete_dataset(folder, made.dataset_id)
    data = add_dataset(folder, tmp_path, relabelled=(9,))
    add_evaluation(folder, tmp_path, model=model, dataset=data)
    page = _page("evaluate", evaluation=made.id)
    assert not page.exception
    assert "1 frame scored otherwise, from these labels to those" in _texts(page)
