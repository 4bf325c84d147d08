"""The Genotype page's tab Train."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.palette import Palette
from core.records import Job, JobState
from core.store import jobs
from tests.webapp.judged import add_dataset
from tests.webapp.stored import add_model
from tests.webapp.test_genotype_page import Opener, add_cell_model, errors, opened_at, plain
from tests.webapp.test_genotype_page import open_page as open_genotype

__all__ = ["open_genotype"]

pytestmark = pytest.mark.usefixtures("ours")


@pytest.fixture
def open_page(open_genotype: Opener) -> Opener:
    """Opens the tab; other pages as they are."""

    def opened(page: str = "genotype", **query: str) -> AppTest:
        test = open_genotype(page, **query)
        return opened_at(test, "Train") if page == "genotype" else test

    return opened


def ordered(folder: DataFolder) -> list[Job]:
    with folder.database.reading() as session:
        return jobs.list_jobs(session, kinds=["train_cell"])


def train(test: AppTest) -> AppTest:
    return test.button(key="train-cell").click().run()


def test_the_cell_that_is_shown_is_trained_as_the_form_says(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    test = open_page(genotype="blend")
    test.number_input(key="cell-steps").set_value(40)
    test.number_input(key="cell-seed").set_value(7)
    test.number_input(key="cell-streets").set_value(20)
    test.toggle(key="cell-memoryless").set_value(True)
    train(test)
    assert not test.exception
    (job,) = ordered(folder)
    assert job.state is JobState.QUEUED
    assert job.payload["genotype"] == NAMED["blend"].to_dict()
    assert job.payload["dataset_id"] == dataset.id
    wanted = {"steps": 40, "seed": 7, "streets": 20, "memoryless": True, "key_interval": 0}
    assert job.payload["name"] == "blend cell"
    assert {key: job.payload[key] for key in wanted} == wanted
    assert job.payload["splits"] == ["train"]
    assert "the cell blend in camvid-static · on streets / train · clips of 5 frames" in plain(test)
    assert test.text_input(key=f"cell-name-{NAMED['blend'].key}").value == "blend cell-2"


def test_only_the_trainings_of_the_cell_are_listed_beside_it(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path)
    train(open_page(genotype="propagate"))
    assert "the cell propagate in" in plain(open_page(genotype="propagate"))
    assert "the cell propagate in" not in plain(open_page(genotype="blend"))
    assert "the cell propagate in" in plain(open_page("models"))


def test_a_light_cell_has_no_memoryless_control(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path)
    test = open_page(genotype="propagate")
    assert "cell-memoryless" not in [toggle.key for toggle in test.toggle]
    assert test.number_input(key="cell-interval").value == 5


def infos(test: AppTest) -> str:
    return "\n".join(str(info.value).replace("\\", "") for info in test.info)


def test_what_is_missing_for_a_training_is_said(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path)
    celled = add_cell_model(folder, CellConfig.of(NAMED["blend"]))
    two = add_model(
        folder, "two", palette=Palette(names=("A", "B"), colours=((0, 0, 0), (9, 9, 9)))
    )
    for static, said in (
        (celled, "A cell is trained on a static network: choose one above under Static network."),
        (two, "There is no labelled dataset with the classes of two"),
    ):
        test = open_page(static=static.name)
        assert said in infos(test)
        assert "train-cell" not in [button.key for button in test.button]


def test_a_name_that_is_taken_is_said_and_nothing_is_queued(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path)
    test = open_page(genotype="propagate")
    test.text_input(key=f"cell-name-{NAMED['propagate'].key}").set_value("camvid")
    train(test)
    assert errors(test) == ["A model named 'camvid' exists already; choose another name."]
    assert ordered(folder) == []


def test_the_model_that_was_made_is_one_click_away(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path)
    test = train(open_page(genotype="propagate"))
    (job,) = ordered(folder)
    model = add_cell_model(folder, CellConfig.of(NAMED["propagate"]), name="propagate cell")
    with folder.database.writing() as session:
        claimed = jobs.claim(session, ["train_cell"], lease_owner="nobody", lease_seconds=60)
        assert claimed is not None
        jobs.finish(session, job.id, claimed.fence, result={"model_id": model.id})
    test.run()
    assert "propagate cell is trained." in plain(test).replace("**", "")
    assert "Open its card" in [button.label for button in test.button]
