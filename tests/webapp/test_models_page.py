import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.named_genotypes import NAMED
from core.records import JobState, new_id
from core.registry import register_shipped
from core.store import datasets, jobs, latencies, models
from tasks import queue
from tests.webapp.judged import add_dataset, add_evaluation
from tests.webapp.stored import add_model
from tests.webapp.test_pages import FRAME, HOSTILE, texts
from tests.webapp.trained import add_training
from webapp.model_facts import model_facts
from webapp.training_form import start_choices

pytestmark = pytest.mark.usefixtures("ours")

Opener = Callable[..., AppTest]


@pytest.fixture
def open_page() -> Opener:
    def opened(**query: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=60)
        test.query_params.update(query)
        test.run()
        return test.switch_page("app_pages/models.py").run()

    return opened


def test_an_empty_page_says_what_to_do_next(open_page: Opener) -> None:
    test = open_page()
    assert not test.exception
    assert "train one or import one" in _plain(test)
    assert "import one on the Datasets page" in test.info[0].value


def test_a_card_says_what_a_model_is_and_costs(open_page: Opener, folder: DataFolder) -> None:
    model = add_model(folder)
    facts = {fact.label: fact for fact in model_facts(model)}
    assert facts["Parameters"].text == "0.53 M"
    assert "480 x 360" in facts["MACs per frame"].meaning
    test = open_page(model=model.id)
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown == {fact.label: fact.text for fact in facts.values()}
    assert "the synthetic street" in _plain(test)
    assert "Not timed yet" in _plain(test)
    assert "0.53 M parameters" in _plain(open_page())


def test_a_shipped_model_offers_no_other_name_and_no_end(
    open_page: Opener, folder: DataFolder
) -> None:
    register_shipped(folder)
    labels = [button.label for button in open_page().button]
    assert "Rename" not in labels
    assert "Delete" not in labels
    add_model(folder, "mine")
    labels = [button.label for button in open_page().button]
    assert labels.count("Rename") == labels.count("Delete") == 1


def test_a_model_is_renamed_and_deleted_only_after_a_question(
    open_page: Opener, folder: DataFolder
) -> None:
    model = add_model(folder, "mine")
    test = open_page()
    test.button(key=f"rename-list-{model.id}").click().run()
    assert test.text_input(key=f"name-{model.id}").value == "mine"
    test = open_page(model=model.id)
    test.button(key=f"delete-card-{model.id}").click().run()
    assert "evaluations of it keep their scores" in _plain(test)
    with folder.database.reading() as session:
        assert models.get(session, "mine").id == model.id


def test_scores_and_timings_are_on_the_card(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model = add_model(folder)
    made = add_evaluation(folder, tmp_path, model=model, dataset=add_dataset(folder, tmp_path))
    setting = {"device": "cpu", "threads": 1, "width": 480, "height": 360, "busy": True}
    measured = {"latency_p50_ms": 12.5, "network_p50_ms": 11.5, "frames_timed": 300}
    with folder.database.writing() as session:
        latencies.add(
            session,
            model_key=model.sha256,
            model_name=model.name,
            setting=setting,
            measured=measured,
        )
    test = open_page(model=model.id)
    assert not test.exception
    scores, speed = (table.value for table in test.dataframe)
    assert scores["mIoU"].tolist() == [made.scores["miou"]]
    row = speed.iloc[0]
    assert (row["Frame p50"], row["Network p50"], row["Frame"]) == (12.5, 11.5, "480x360")
    assert row["Other work"] == "yes"
    assert f"{made.scores['miou']:.1f} % mIoU** on streets / val" in _plain(open_page())


def test_a_training_is_ordered_from_the_page(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page(dataset=dataset.id)
    assert not test.exception
    test.text_input(key=f"train-name-{dataset.id}").set_value("first try").run()
    test.number_input(key="train-steps").set_value(40).run()
    test.number_input(key="train-seed").set_value(7).run()
    test.selectbox(key="train-precision").set_value("fp32").run()
    _button(test, "Train").click().run()
    assert not test.exception
    with folder.database.reading() as session:
        (job,) = jobs.list_jobs(session, kinds=["train_static"])
    assert job.payload == {
        "dataset_id": dataset.id,
        "dataset": "streets",
        "name": "first try",
        "splits": ["train"],
        "width": 0.5,
        "steps": 40,
        "seed": 7,
        "precision": "fp32",
        "score": "val",
        "extra": 0.25,
    }
    assert "queued" in _badges(test)


def test_a_training_goes_on_from_a_model_of_its_width(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset, model = add_dataset(folder, tmp_path), add_model(folder, "before")
    test = open_page(dataset=dataset.id)
    assert test.selectbox(key="train-start").options == ["Random weights", "before"]
    test.selectbox(key="train-start").set_value(model.id).run()
    _button(test, "Train").click().run()
    with folder.database.reading() as session:
        (job,) = jobs.list_jobs(session, kinds=["train_static"])
    assert (job.payload["start"], job.payload["start_id"]) == ("before", model.id)
    assert any("begun from before" in caption.value for caption in test.caption)
    jobs_before = [job.id]
    with folder.database.writing() as session:
        jobs.request_cancel(session, job.id)
        models.delete_model(session, model.id)
    _button(test, "Train").click().run()  # nothing is trained by chance instead
    assert "There is no model" in test.error[0].value
    with folder.database.reading() as session:
        assert [job.id for job in jobs.list_jobs(session)] == jobs_before


def test_only_models_whose_sizes_fit_can_be_begun_from(folder: DataFolder) -> None:
    model = add_model(folder, "half")
    wide = replace(model, id="w", name="wide", config={**model.config, "width": 1.0})
    cell = replace(model, id="c", name="cell", kind="cell")
    other = replace(model, id="o", name="other", config={**model.config, "channels": 8})
    classes = replace(model, id="k", name="classes", config={**model.config, "num_classes": 3})
    found = [model, wide, cell, other, classes]
    assert list(start_choices(found, 0.5).values()) == ["half", "classes"]
    assert list(start_choices(found, 1.0).values()) == ["wide"]


def test_a_name_that_is_taken_is_refused_in_a_sentence(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    add_model(folder, "taken")
    test = open_page(dataset=dataset.id)
    test.text_input(key=f"train-name-{dataset.id}").set_value("taken").run()
    _button(test, "Train").click().run()
    assert "exists already; choose another name" in test.error[0].value
    with folder.database.reading() as session:
        assert jobs.count(session) == 0


def test_after_an_order_a_free_name_is_offered_for_the_next(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page(dataset=dataset.id)
    name = f"train-name-{dataset.id}"
    assert test.text_input(key=name).value == "streets network"
    _button(test, "Train").click().run()
    assert test.text_input(key=name).value == "streets network-2"
    _button(test, "Train").click().run()
    assert not test.error
    with folder.database.reading() as session:
        found = jobs.list_jobs(session, kinds=["train_static"])
    assert {job.payload["name"] for job in found} == {"streets network", "streets network-2"}


def test_nothing_is_trained_where_the_chosen_dataset_is_gone(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    chosen = add_dataset(folder, tmp_path, name="chosen")
    other = add_dataset(folder, tmp_path, name="other")
    test = open_page(dataset=chosen.id)
    queue.delete_dataset(folder, chosen.id)
    _button(test, "Train").click().run()
    assert not test.exception
    (error,) = test.error
    assert "The dataset chosen is gone" in error.value
    assert _button(test, "Train").disabled
    with folder.database.reading() as session:
        assert jobs.count(session) == 0
    test.selectbox(key="train-data").set_value(other.id).run()
    assert not test.error
    _button(test, "Train").click().run()
    with folder.database.reading() as session:
        (job,) = jobs.list_jobs(session, kinds=["train_static"])
    assert job.payload["dataset_id"] == other.id


def test_an_address_of_a_dataset_that_is_gone_chooses_no_other(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path)
    test = open_page(dataset="0123456789abcdef")
    assert "is gone or cannot be used here" in test.error[0].value
    assert _button(test, "Train").disabled


def test_a_training_in_a_terminal_cannot_be_paused_from_here(
    open_page: Opener, folder: DataFolder
) -> None:
    with folder.database.writing() as session:
        job = jobs.insert_claimed(
            session,
            "train_static",
            payload={"name": "mine", "foreground": True},
            title="Train",
            lease_owner="a terminal",
            lease_seconds=600,
        )
    labels = {button.label for button in open_page().button}
    assert "Pause" not in labels
    assert "Cancel" in labels
    with folder.database.writing() as session:
        jobs.request_cancel(session, job.id)
        jobs.give_up(session, job.id, job.fence, state=JobState.CANCELLED)
    assert "Retry" not in {button.label for button in open_page().button}


def test_streets_are_offered_only_where_the_classes_are_theirs(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    assert len(open_page(dataset=dataset.id).slider) == 1
    with folder.database.writing() as session:
        shipped = datasets.add(
            session, new_id(), name="synthetic", origin="shipped", layout="synthetic"
        )
    test = open_page(dataset=shipped.id)
    assert len(test.slider) == 0
    assert "rendered first" in _plain(test)


def test_a_former_training_tells_how_long_the_next_one_takes(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    assert "known once it runs" in _plain(open_page(dataset=dataset.id))
    add_training(folder, seconds=50, width=0.5, steps=100, rate=2.0)
    assert "known once it runs" in _plain(open_page(dataset=dataset.id))
    add_training(folder, seconds=900, name="long", width=0.5, steps=400, rate=2.0)
    assert "About 43 min" in _plain(open_page(dataset=dataset.id))


def test_a_training_shows_its_verbs_and_curve_and_its_end_the_reason(
    open_page: Opener, folder: DataFolder
) -> None:
    with folder.database.writing() as session:
        job = jobs.enqueue(
            session, "train_static", payload={"name": "mine"}, title="Train", priority=1
        )
        claimed = jobs.claim(session, ["train_static"], lease_owner="nobody", lease_seconds=600)
        assert claimed is not None
    test = open_page()
    assert not test.exception
    test.button(key=f"pause-training-{job.id}").click().run()
    with folder.database.writing() as session:
        assert jobs.get(session, job.id).pause_requested
        jobs.give_up(session, job.id, claimed.fence, state=JobState.PAUSED)
    test = open_page()
    test.button(key=f"resume-training-{job.id}").click().run()
    with folder.database.writing() as session:
        assert jobs.get(session, job.id).state is JobState.QUEUED
        claimed = jobs.claim(session, ["train_static"], lease_owner="nobody", lease_seconds=600)
        assert claimed is not None
        jobs.fail(session, job.id, claimed.fence, error="The loss became NaN at step 12.")
    test = open_page()
    assert "NaN at step 12" in test.error[0].value.replace("\\", "")
    assert test.button(key=f"retry-training-{job.id}")


def test_a_model_keeps_the_curve_of_its_training(open_page: Opener, folder: DataFolder) -> None:
    model = add_model(folder)
    job_id = add_training(folder, seconds=90, model_id=model.id)
    test = open_page(model=model.id)
    assert "Took 1:30" in _plain(test)
    assert test.toggle(key=f"rate-card-{job_id}")
    assert len(test.get("plotly_chart")) == 1


def test_an_address_of_something_deleted_says_so(open_page: Opener, folder: DataFolder) -> None:
    add_model(folder)
    for model_id in ("0123456789abcdef", "../../etc/passwd"):
        test = open_page(model=model_id)
        assert "may have been deleted" in test.error[0].value
        assert "passwd" not in test.error[0].value
        assert "camvid" in "\n".join(button.label for button in test.button)


def test_hostile_names_are_never_markdown(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model = add_model(folder, HOSTILE)
    dataset = add_dataset(folder, tmp_path, name=HOSTILE)
    add_evaluation(folder, tmp_path, model=model, dataset=dataset)
    add_training(folder, seconds=10, name=HOSTILE, dataset=HOSTILE)
    with folder.database.writing() as session:
        payload = {"name": HOSTILE, "dataset": HOSTILE, "steps": 1}
        jobs.enqueue(session, "train_static", payload=payload, title=HOSTILE, priority=1)
    for query in ({}, {"model": model.id}, {"dataset": dataset.id}):
        test = open_page(**query)
        assert not test.exception
        read = [*test.markdown, *test.caption, *test.title, *test.header, *test.error]
        for text in [*(each.value for each in read), *(button.label for button in test.button)]:
            assert not re.search(r"(?<!\\)(<img|\*\*x|\[a)|:material/home:", text)


def _button(test: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(button for button in test.button if button.label == label)


def _badges(test: AppTest) -> str:
    return "\n".join(str(element.value) for element in test.markdown)


def _plain(test: AppTest) -> str:
    return texts(test).replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize("page", ["models", "evaluate"])
def test_a_database_that_cannot_be_read_is_one_sentence(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DYNCELL_DATA", str(tmp_path / "file"))
    test = AppTest.from_file(FRAME, default_timeout=30).run()
    test.switch_page(f"app_pages/{page}.py").run()
    assert not test.exception
    assert "cannot be used" in test.error[0].value


def test_the_baselines_of_a_static_network_are_ordered_from_its_card(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model = add_model(folder, "mine")
    dataset = add_dataset(folder, tmp_path)
    test = open_page(model=model.id)
    assert "What every cell on mine must beat" in _plain(test)
    test.toggle(key="base-train").set_value(True).run()
    assert f"{3 * (len(NAMED) + 1) + 20} trainings of 600 steps" in _plain(test)
    test.number_input(key="base-random").set_value(2)
    test.button(key="base-add").click().run()
    assert not test.exception
    with folder.database.reading() as session:
        (job,) = jobs.list_jobs(session, kinds=["baselines"], limit=10)
    assert (job.payload["static_id"], job.payload["dataset_id"]) == (model.id, dataset.id)
    assert (job.payload["seeds"], len(job.payload["cohort"]["genotypes"])) == (3, 2)
    assert job.payload["options"]["splits"] == ["train"]


def test_data_without_consecutive_frames_are_refused_on_the_card(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model = add_model(folder, "mine")
    dataset = add_dataset(folder, tmp_path)
    test = open_page(model=model.id)
    assert not test.error  # no other form of the page has its keys
    test.selectbox(key=f"base-split-{dataset.id}").select("train").run()
    test.button(key="base-add").click().run()
    assert "no consecutive labelled frames" in test.error[0].value
    with folder.database.reading() as session:
        assert jobs.list_jobs(session, kinds=["baselines"], limit=10) == []
