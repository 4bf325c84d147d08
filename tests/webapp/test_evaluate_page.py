import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.palette import CAMVID, Palette
from core.protocol import Protocol
from core.records import Dataset, Evaluation, Model
from core.store import evaluations, jobs
from tasks import queue
from tests.webapp.judged import BUILDING, TREE, add_dataset, add_evaluation, add_unfinished
from tests.webapp.stored import add_model
from tests.webapp.test_pages import FRAME, HOSTILE, texts
from webapp.evaluation_details import behind, ordered, read_details
from webapp.evaluation_form import counterparts, frame_parts

pytestmark = pytest.mark.usefixtures("ours")

Opener = Callable[..., AppTest]


@pytest.fixture
def open_page() -> Opener:
    def opened(**query: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=60)
        test.query_params.update(query)
        test.run()
        return test.switch_page("app_pages/evaluate.py").run()

    return opened


@pytest.fixture
def model(folder: DataFolder) -> Model:
    return add_model(folder)


@pytest.fixture
def dataset(folder: DataFolder, tmp_path: Path) -> Dataset:
    return add_dataset(folder, tmp_path)


@pytest.fixture
def made(folder: DataFolder, tmp_path: Path, model: Model, dataset: Dataset) -> Evaluation:
    return add_evaluation(folder, tmp_path, model=model, dataset=dataset, protocol=Protocol())


def test_without_models_or_datasets_it_says_what_is_missing(
    open_page: Opener, folder: DataFolder
) -> None:
    assert "no model yet" in open_page().info[0].value
    add_model(folder)
    assert "no labelled dataset yet" in open_page().info[0].value


def test_an_evaluation_is_ordered_from_the_page(
    open_page: Opener, folder: DataFolder, model: Model, dataset: Dataset
) -> None:
    test = open_page(dataset=dataset.id, model=model.id)
    assert not test.exception
    _button(test, "Evaluate").click().run()
    assert not test.exception
    with folder.database.reading() as session:
        (ordered,) = evaluations.list_evaluations(session)
        job = jobs.get(session, ordered.job_id)
    assert (ordered.model_id, ordered.dataset_id, ordered.split) == (model.id, dataset.id, "val")
    assert ordered.options["frames"] is None
    assert job.kind == "evaluate"
    assert _asked(test, "evaluation") == ordered.id
    assert "camvid on streets / val, all frames" in _plain(test)


def test_frames_from_to_become_part_of_what_is_measured(
    open_page: Opener, folder: DataFolder, model: Model, dataset: Dataset
) -> None:
    test = open_page(dataset=dataset.id, model=model.id)
    test.selectbox(key=f"part-{dataset.id}-val").set_value("other").run()
    test.number_input(key=f"first-{dataset.id}-val").set_value(3).run()
    test.number_input(key=f"last-{dataset.id}-val").set_value(6).run()
    _button(test, "Evaluate").click().run()
    with folder.database.reading() as session:
        (ordered,) = evaluations.list_evaluations(session)
    assert ordered.options["frames"] == [3, 6]


def test_scores_that_are_there_are_offered_at_once(open_page: Opener, made: Evaluation) -> None:
    test = open_page()
    assert "Measured just now" in _plain(test)
    _button(test, "Open the scores").click().run()
    assert _asked(test, "evaluation") == made.id


def test_the_scores_are_shown_with_units_and_reasons(open_page: Opener, made: Evaluation) -> None:
    test = open_page(evaluation=made.id)
    assert not test.exception
    assert not test.error
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown["mIoU"] == f"{made.scores['miou']:.1f} %"
    assert shown["VCacc 8"] == f"{made.scores['vcacc8']:.1f} %"
    assert shown["ABA flicker"] == f"{made.scores['aba_flicker']:.2f} %"
    told = _plain(test)
    assert "over 11 of 11 classes" in told
    assert "Tree taken for Building" in _labels(test)
    assert "exact motion is known for rendered data only" in told
    table = test.dataframe[0].value
    assert list(table["Class"]) == list(CAMVID.names)
    assert table["IoU"].tolist() == pytest.approx(list(made.scores["classes"].values()))
    assert made.protocol_key in test.code[0].value


def test_what_a_constant_picture_wins_is_grey_and_no_column(
    open_page: Opener, made: Evaluation
) -> None:
    grey = [m.value for m in open_page(evaluation=made.id).markdown if m.value.startswith(":gray")]
    assert any("Pixel change rate" in text and "truth" in text for text in grey)
    columns = {str(name).lower() for name in open_page().dataframe[0].value.columns}
    assert not any(word in name for name in columns for word in ("flicker", "vc", "tc", "change"))


def test_a_mistake_leads_to_the_frames_behind_it(
    open_page: Opener, folder: DataFolder, made: Evaluation
) -> None:
    assert made.details is not None
    frames = read_details(folder.artifacts, made.details).frames
    most, second, *_ = behind(frames, truth=TREE, predicted=BUILDING)
    test = open_page(evaluation=made.id)
    test.button(key="mistake-5-1").click().run()
    assert _asked(test, "mistake") == "5-1"
    assert "of all Tree pixels" in _plain(test)
    _button(test, "Go through the frames").click().run()
    assert not test.exception
    assert _asked(test, "frame") == str(most.position)
    assert "behind the mistake" in _plain(test)
    _button(test, "Next").click().run()
    assert _asked(test, "frame") == str(second.position)


def test_a_frame_has_an_address_and_neighbours(
    open_page: Opener, folder: DataFolder, made: Evaluation
) -> None:
    assert made.details is not None
    worst = ordered(read_details(folder.artifacts, made.details).frames, "miou")[0]
    test = open_page(evaluation=made.id, frame=str(worst.position))
    assert not test.exception
    assert f"Frame {worst.position}" in _plain(test)
    assert "1 of 10, lowest mIoU first" in _plain(test)
    assert _button(test, "Previous").disabled
    test = open_page(evaluation=made.id, frame="9", order="position")
    assert "10 of 10, as filmed" in _plain(test)
    _button(test, "Previous").click().run()
    assert _asked(test, "frame") == "8"
    _button(test, "All scores").click().run()
    assert "frame" not in test.query_params


def test_pixels_to_mark_are_chosen_beside_the_frame(open_page: Opener, made: Evaluation) -> None:
    test = open_page(evaluation=made.id, frame="9")
    (pills,) = test.button_group
    assert len(pills.options) == 1
    pills.set_value("5-1").run()
    assert not test.exception
    assert _asked(test, "mistake") == "5-1"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"frame": "77"}, "Frame 77 was not evaluated"),
        ({"frame": "../../etc"}, ""),
        ({"mistake": "5-200"}, ""),
        ({"mistake": "<b>"}, ""),
        ({"order": "passwd"}, ""),
    ],
)
def test_an_address_made_by_hand_breaks_nothing(
    open_page: Opener, made: Evaluation, query: dict[str, str], said: str
) -> None:
    test = open_page(evaluation=made.id, **query)
    assert not test.exception
    assert "mIoU" in {metric.label for metric in test.metric}
    assert [said in error.value for error in test.error] == ([True] if said else [])


def test_an_evaluation_that_is_gone_is_said_and_others_are_offered(
    open_page: Opener, made: Evaluation
) -> None:
    gone = open_page(evaluation="0123456789abcdef")
    assert "may have been deleted" in gone.error[0].value.replace("\\", "")
    assert len(gone.dataframe) == 1
    (error,) = open_page(evaluation="../../etc/passwd").error
    assert "There is no such evaluation" in error.value


def test_one_under_way_shows_its_job_and_a_failed_one_its_reason(
    open_page: Opener, folder: DataFolder, model: Model, dataset: Dataset
) -> None:
    waiting = add_unfinished(folder, model=model, dataset=dataset, protocol=Protocol(flow="fast"))
    test = open_page(evaluation=waiting.id)
    assert not test.exception
    assert test.button(key=f"cancel-evaluation-{waiting.job_id}")
    with folder.database.writing() as session:
        jobs.request_cancel(session, waiting.job_id)
    failed = add_unfinished(
        folder, model=model, dataset=dataset, protocol=Protocol(flow=None), error="No memory left."
    )
    test = open_page(evaluation=failed.id)
    assert "No memory left" in test.error[0].value
    assert test.button(key=f"retry-evaluation-{failed.job_id}")
    assert "No memory left" in open_page().error[0].value


def test_scores_outlive_model_and_dataset(
    open_page: Opener, folder: DataFolder, made: Evaluation, dataset: Dataset
) -> None:
    queue.delete_dataset(folder, dataset.id)
    test = open_page(evaluation=made.id)
    assert not test.exception
    assert not test.error
    assert "mIoU" in {metric.label for metric in test.metric}
    test = open_page(evaluation=made.id, frame="9")
    assert "no pictures" in test.info[0].value


def test_deleting_asks_first(open_page: Opener, folder: DataFolder, made: Evaluation) -> None:
    test = open_page(evaluation=made.id)
    _button(test, "Delete").click().run()
    assert "go for good" in _plain(test)
    with folder.database.reading() as session:
        assert evaluations.count(session) == 1


def test_names_that_differ_are_mapped_by_what_they_look_like(
    folder: DataFolder, tmp_path: Path, dataset: Dataset
) -> None:
    names = ("sky", "sign_symbol", "Bicyclists", "Unicorn")
    palette = Palette(names=names, colours=tuple((n, n, n) for n in range(4)))
    model = add_model(folder, "other", palette=palette)
    assert counterparts(model, dataset) == {
        "sky": "Sky",
        "sign_symbol": "SignSymbol",
        "Bicyclists": "Bicyclist",
        "Unicorn": None,
    }
    assert counterparts(add_model(folder, "same"), dataset) == {}


def test_a_class_without_a_counterpart_must_be_chosen(
    open_page: Opener, folder: DataFolder, dataset: Dataset
) -> None:
    palette = Palette(names=("Sky", "Unicorn"), colours=((1, 1, 1), (2, 2, 2)))
    model = add_model(folder, "other", palette=palette)
    test = open_page(model=model.id)
    assert _button(test, "Evaluate").disabled
    test.selectbox(key=f"map-{model.id}-{dataset.id}-Unicorn").set_value("Car").run()
    _button(test, "Evaluate").click().run()
    with folder.database.reading() as session:
        (ordered,) = evaluations.list_evaluations(session)
    assert ordered.options["mapping"] == [["Unicorn", "Car"]]


def test_beside_the_grey_button_it_says_what_is_missing(
    open_page: Opener, folder: DataFolder, dataset: Dataset
) -> None:
    palette = Palette(
        names=("Sky", "Unicorn", "Dragon", "Elf", "Dwarf"),
        colours=tuple((n, n, n) for n in range(5)),
    )
    model = add_model(folder, "other", palette=palette)
    test = open_page(model=model.id)
    told = "Choose first which class of the dataset each of Unicorn, Dragon, Elf and 1 more is"
    assert told in _plain(test)
    for name in ("Dragon", "Elf", "Dwarf"):
        test.selectbox(key=f"map-{model.id}-{dataset.id}-{name}").set_value("Car").run()
    assert "which class of the dataset Unicorn is" in _plain(test)


def test_what_was_chosen_stays_when_names_and_lists_change(
    open_page: Opener, folder: DataFolder, tmp_path: Path, dataset: Dataset
) -> None:
    add_model(folder, "first")
    second = add_model(folder, "second")
    test = open_page()
    test.selectbox(key="evaluate-model").set_value(second.id).run()
    add_model(folder, "camvid")
    add_dataset(folder, tmp_path, name="newer")
    queue.rename_model(folder, second.id, "a new name")
    test.run()
    test.run()
    assert test.selectbox(key="evaluate-model").value == second.id
    _button(test, "Evaluate").click().run()
    assert not test.exception
    with folder.database.reading() as session:
        (ordered,) = evaluations.list_evaluations(session)
    assert (ordered.model_id, ordered.dataset_id) == (second.id, dataset.id)


@pytest.mark.parametrize("noun", ["model", "dataset"])
def test_nothing_is_evaluated_where_the_chosen_one_is_gone(
    open_page: Opener, folder: DataFolder, tmp_path: Path, noun: str
) -> None:
    model, data = add_model(folder, "chosen"), add_dataset(folder, tmp_path, name="chosen")
    add_model(folder, "other")
    add_dataset(folder, tmp_path, name="other")
    test = open_page(model=model.id, dataset=data.id)
    if noun == "model":
        queue.delete_model(folder, model.id)
    else:
        queue.delete_dataset(folder, data.id)
    _button(test, "Evaluate").click().run()
    assert not test.exception
    (error,) = test.error
    assert f"The {noun} chosen is gone" in error.value
    assert _button(test, "Evaluate").disabled
    with folder.database.reading() as session:
        assert evaluations.count(session) == 0


def test_weights_with_two_names_are_shown_with_both(
    open_page: Opener, folder: DataFolder, made: Evaluation
) -> None:
    add_model(folder, "camvid-static")
    test = open_page(evaluation=made.id)
    assert "camvid, camvid-static on streets / val" in _plain(test)
    assert "camvid and camvid-static have the same weights" in _plain(test)
    assert open_page().dataframe[0].value["Model"].tolist() == ["camvid, camvid-static"]


def test_an_evaluation_under_way_is_ordered_not_measured(
    open_page: Opener, folder: DataFolder, model: Model, dataset: Dataset
) -> None:
    waiting = add_unfinished(folder, model=model, dataset=dataset)
    told = _plain(open_page(evaluation=waiting.id))
    assert "Ordered just now" in told
    assert "Measured" not in told


def test_the_halves_of_the_validation_clip_are_offered_where_it_is_one(dataset: Dataset) -> None:
    assert frame_parts(dataset, "val") == ["all", "other"]
    dataset.splits["val"]["frames"] = 101
    assert frame_parts(dataset, "val") == ["all", "select", "report", "other"]


def test_hostile_names_are_never_markdown(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model = add_model(folder, HOSTILE)
    dataset = add_dataset(folder, tmp_path, name=HOSTILE)
    made = add_evaluation(folder, tmp_path, model=model, dataset=dataset)
    for query in ({}, {"evaluation": made.id}, {"evaluation": made.id, "frame": "9"}):
        test = open_page(**query)
        assert not test.exception
        for element in [*test.markdown, *test.caption, *test.title, *test.header, *test.error]:
            assert not re.search(r"(?<!\\)(<img|\*\*x|\[a)|:material/home:", element.value)


def _button(test: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(button for button in test.button if button.label == label)


def _asked(test: AppTest, key: str) -> str:
    """What the address says; a list of one where the page set it, a text where the test did."""
    found = test.query_params[key]
    return found if isinstance(found, str) else found[0]


def _labels(test: AppTest) -> str:
    return "\n".join(button.label for button in test.button)


def _plain(test: AppTest) -> str:
    return texts(test).replace("\\", "").replace("\u2060", "")
