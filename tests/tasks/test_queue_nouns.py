"""What the queue refuses and grants for datasets, models and evaluations."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.named_genotypes import NAMED
from core.palette import CAMVID, Palette
from core.protocol import Protocol
from core.records import Dataset, Job, JobState, Model, new_id
from core.registry import import_model, register_shipped
from core.store import datasets, evaluations, jobs, models
from tasks import queue
from tasks.process import owner_id
from tasks.queue.trainings import names_in_use
from tests.small_model import write_small_model
from tests.tasks.engine import job_of

OPTIONS: dict[str, Any] = {
    "splits": ["train"],
    "seed": 0,
    "width": 0.5,
    "steps": 2,
    "extra": 0.0,
    "precision": "fp32",
}


def _packed(
    folder: DataFolder,
    *,
    name: str = "streets",
    labelled: int = 3,
    palette: Palette = CAMVID,
) -> Dataset:
    with folder.database.writing() as session:
        made = datasets.add(session, new_id(), name=name, origin="upload")
        split = {"frames": 3, "labelled": labelled, "digest": "5" * 64}
        return datasets.publish(
            session,
            made.id,
            artifact=f"{made.id}.1.dataset.pack",
            layout="masks",
            digest="d" * 64,
            size=9,
            palette=palette,
            splits={"train": split, "val": split},
        )


def _model(folder: DataFolder) -> Model:
    register_shipped(folder)
    with folder.database.reading() as session:
        return models.get(session, "camvid")


def test_an_archive_becomes_a_source_with_a_job_that_looks_at_it(
    folder: DataFolder, tmp_path: Path
) -> None:
    archive = tmp_path / "streets.zip"
    archive.write_bytes(b"PK")
    dataset_id = new_id()
    made = [
        queue.add_dataset(folder, archive, name="streets", dataset_id=dataset_id) for _ in range(2)
    ]
    assert made[0] == made[1]  # asking twice for one upload gives one dataset
    assert made[0].origin == "upload"
    assert folder.artifacts.local_copy(made[0].source).read_bytes() == b"PK"
    job = job_of(folder, made[0].job_id)
    assert job.kind == "import_dataset"
    assert job.payload == {"dataset_id": dataset_id, "stage": "preview"}


def test_an_archive_whose_name_is_taken_leaves_nothing_behind(
    folder: DataFolder, tmp_path: Path
) -> None:
    _packed(folder)
    archive = tmp_path / "streets.zip"
    archive.write_bytes(b"PK")
    with pytest.raises(DyncellError, match="exists already"):
        queue.add_dataset(folder, archive, name="streets")
    assert folder.artifacts.names() == []


def test_a_folder_is_named_and_not_copied(folder: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    made = queue.add_dataset(folder, tmp_path / "frames", name="mine", take=True)
    assert (made.origin, made.path, made.source) == ("folder", str(tmp_path / "frames"), "")
    assert job_of(folder, made.job_id).payload["stage"] == "all"


def test_only_what_was_looked_at_without_problems_is_taken(
    folder: DataFolder, tmp_path: Path
) -> None:
    (tmp_path / "frames").mkdir()
    made = queue.add_dataset(folder, tmp_path / "frames", name="mine")
    with pytest.raises(DyncellError, match="A job is at 'mine'"):
        queue.take_dataset(folder, made.id)
    queue.cancel(folder, made.job_id)
    with folder.database.writing() as session:
        datasets.show_preview(session, made.id, preview={"problems": ["a.png is torn."]})
    with pytest.raises(DyncellError, match=r"a\.png is torn\. Mend the files"):
        queue.take_dataset(folder, made.id)
    with folder.database.writing() as session:
        datasets.show_preview(session, made.id, preview={"problems": []})
    taken = queue.take_dataset(folder, made.id, name="drive")
    assert taken.name == "drive"
    assert job_of(folder, taken.job_id).payload == {"dataset_id": made.id, "stage": "pack"}
    packed = _packed(folder)
    with pytest.raises(DyncellError, match="imported already"):
        queue.take_dataset(folder, packed.id)


def test_a_dataset_in_use_is_not_deleted_until_its_job_ends(folder: DataFolder) -> None:
    dataset = _packed(folder)
    job = queue.add_training(folder, dataset="streets", name="mine", options=OPTIONS)
    with pytest.raises(DyncellError, match=r"in use by 'Train mine on streets' \(queued\)"):
        queue.delete_dataset(folder, dataset.id)
    queue.cancel(folder, job.id)
    assert queue.delete_dataset(folder, "streets").id == dataset.id
    with pytest.raises(NotFound), folder.database.reading() as session:
        datasets.get(session, dataset.id)


def _in_a_terminal(folder: DataFolder, *, owner: str, **payload: object) -> Job:
    with folder.database.writing() as session:
        return jobs.insert_claimed(
            session,
            "train_static",
            payload={"foreground": True, **payload},
            title="Train a network (from a terminal)",
            lease_owner=owner,
            lease_seconds=60,
        )


def test_what_a_command_in_a_terminal_uses_is_not_deleted_until_it_ends(
    folder: DataFolder, tmp_path: Path
) -> None:
    dataset = _packed(folder)
    model = import_model(folder, write_small_model(tmp_path / "m.safetensors"), name="before")
    owner = owner_id("foreground")
    job = _in_a_terminal(folder, owner=owner, dataset="streets", start="before")
    with pytest.raises(DyncellError, match=r"in use by 'Train .* \(from a terminal\)' \(running"):
        queue.delete_dataset(folder, dataset.id)
    with pytest.raises(DyncellError, match=r"Model 'before' is in use"):
        queue.delete_model(folder, model.id)
    with folder.database.writing() as session:
        jobs.finish(session, job.id, job.fence)
    assert queue.delete_dataset(folder, "streets").id == dataset.id
    assert queue.delete_model(folder, "before").id == model.id


def test_a_command_that_was_killed_holds_neither_data_nor_name(folder: DataFolder) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    owner = owner_id("foreground").replace(f"|{os.getpid()}|", f"|{ended.pid}|")
    assert owner != owner_id("foreground")
    dataset = _packed(folder)
    _in_a_terminal(folder, owner=owner, dataset="streets", name="mine")
    with folder.database.reading() as session:
        assert names_in_use(session) == set()
    assert queue.delete_dataset(folder, "streets").id == dataset.id


def test_a_name_is_given_to_one_training_only(folder: DataFolder) -> None:
    _packed(folder)
    queue.add_training(folder, dataset="streets", name="mine", options=OPTIONS)
    with pytest.raises(DyncellError, match="'mine' exists already"):
        queue.add_training(folder, dataset="streets", name="mine", options=OPTIONS)
    with pytest.raises(DyncellError, match="cannot name a model"):
        queue.add_training(folder, dataset="streets", name="a/b", options=OPTIONS)
    with pytest.raises(NotFound, match="datasets: streets"):
        queue.add_training(folder, dataset="nothing", name="other", options=OPTIONS)


def test_asking_again_gives_the_same_evaluation(folder: DataFolder) -> None:
    model, dataset = _model(folder), _packed(folder)

    def ask(protocol: Protocol) -> str:
        return queue.add_evaluation(
            folder, model=model.name, dataset=dataset.name, split="val", protocol=protocol
        ).id

    first = ask(Protocol())
    assert ask(Protocol()) == first
    assert ask(Protocol(frames=(0, 1))) != first
    with folder.database.writing() as session:
        evaluations.publish(session, first, scores={"miou": 50.0}, details=None)
        assert jobs.count(session) == 2
    assert ask(Protocol()) == first
    with folder.database.reading() as session:
        assert jobs.count(session) == 2


def test_an_evaluation_that_was_cancelled_is_queued_again_when_asked_for(
    folder: DataFolder,
) -> None:
    model, dataset = _model(folder), _packed(folder)

    def ask() -> tuple[str, str]:
        made = queue.add_evaluation(
            folder, model=model.id, dataset=dataset.id, split="val", protocol=Protocol()
        )
        return made.id, made.job_id

    first, job_id = ask()
    queue.cancel(folder, job_id)
    again, new_job = ask()
    assert again == first
    assert new_job != job_id
    assert job_of(folder, new_job).state is JobState.QUEUED


@pytest.mark.parametrize(
    ("split", "protocol", "said"),
    [
        ("test", Protocol(), "has no split 'test'; it has train, val"),
        ("val", Protocol(mapping=(("Auto", "Car"),)), "mapping names 'Auto'"),
        ("val", Protocol(mapping=(("Car", "Auto"),)), "mapping names 'Auto'"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_one_sentence(
    split: str, protocol: Protocol, said: str, folder: DataFolder
) -> None:
    model, dataset = _model(folder), _packed(folder)
    with pytest.raises(DyncellError, match=said):
        queue.add_evaluation(
            folder, model=model.id, dataset=dataset.id, split=split, protocol=protocol
        )


def test_a_split_without_labels_cannot_be_evaluated(folder: DataFolder) -> None:
    model, dataset = _model(folder), _packed(folder, labelled=0)
    with pytest.raises(DyncellError, match="has labels to evaluate against"):
        queue.add_evaluation(
            folder, model=model.id, dataset=dataset.id, split="val", protocol=Protocol()
        )


def test_deleting_an_evaluation_cancels_its_job(folder: DataFolder) -> None:
    made = queue.add_evaluation(
        folder,
        model=_model(folder).id,
        dataset=_packed(folder).id,
        split="val",
        protocol=Protocol(),
    )
    queue.delete_evaluation(folder, made.id)
    assert job_of(folder, made.job_id).state is JobState.CANCELLED


CELL: dict[str, Any] = {
    "splits": ["train"],
    "seed": 0,
    "steps": 2,
    "length": 3,
    "variants": 1,
    "key_interval": 5,
    "own_head": False,
    "memoryless": False,
    "precision": "fp32",
}


def _order_cell(folder: DataFolder, **changed: Any) -> Job:
    asked: dict[str, Any] = {"static": "camvid-static", "dataset": "streets", "name": "cell"}
    asked["options"] = CELL
    return queue.add_cell_training(
        folder, genotype=NAMED["propagate"], title="propagate", **asked | changed
    )


def test_a_cell_is_trained_on_a_static_network_that_stays_meanwhile(folder: DataFolder) -> None:
    dataset = _packed(folder)
    register_shipped(folder)
    with folder.database.writing() as session:
        model = models.get(session, "camvid-static")
        models.retire(session, model.id, name="older")
    job = _order_cell(folder, static="older")
    assert job.kind == "train_cell"
    assert job.payload["genotype"] == NAMED["propagate"].to_dict()
    assert (job.payload["static_id"], job.payload["dataset_id"]) == (model.id, dataset.id)
    with pytest.raises(DyncellError, match="in use by 'Train cell: propagate on streets'"):
        queue.delete_model(folder, "older")
    with pytest.raises(DyncellError, match="in use by 'Train cell: propagate on streets'"):
        queue.delete_dataset(folder, dataset.id)
    with pytest.raises(DyncellError, match="A model named 'cell' exists already"):
        _order_cell(folder, static="older")


def test_nothing_is_learnt_from_a_split_that_is_missing_or_has_no_labels(
    folder: DataFolder,
) -> None:
    _packed(folder)
    said = "from 'night' of 'streets'; its splits with labels are: "
    with pytest.raises(DyncellError, match=said):
        queue.add_training(
            folder, dataset="streets", name="mine", options=OPTIONS | {"splits": ["night"]}
        )


def test_a_cell_needs_a_static_network_of_the_same_classes(folder: DataFolder) -> None:
    _model(folder)
    _packed(folder)
    with folder.database.writing() as session:
        static = models.get(session, "camvid-static")
        for name, kind, classes in (("celled", "cell", static.classes), ("two", "static", ("A",))):
            models.add(
                session,
                new_id(),
                name=name,
                kind=kind,
                artifact="none",
                sha256=new_id() * 4,
                size=1,
                palette=Palette(names=classes, colours=static.colours[: len(classes)]),
                config={},
                provenance={},
                metrics={},
                params=1,
            )
    with pytest.raises(DyncellError, match="'celled' has a cell already: choose a static network"):
        _order_cell(folder, static="celled")
    with pytest.raises(DyncellError, match="'two' knows other classes than the dataset 'streets'"):
        _order_cell(folder, static="two")
    _packed(folder, name="letters", palette=Palette(names=("A",), colours=static.colours[:1]))
    wanted = {"static": "two", "dataset": "letters", "options": CELL | {"streets": 3}}
    with pytest.raises(DyncellError, match="'letters' has others"):
        _order_cell(folder, **wanted)
    with pytest.raises(NotFound, match="no model 'none'"):
        _order_cell(folder, static="none")
    assert _order_cell(folder, **wanted | {"options": CELL}).payload["dataset"] == "letters"


def test_a_shipped_model_keeps_its_name_and_stays(folder: DataFolder) -> None:
    model = _model(folder)
    with pytest.raises(DyncellError, match="keeps its name"):
        queue.rename_model(folder, model.id, "mine")
    with pytest.raises(DyncellError, match="is part of dyncell and stays"):
        queue.delete_model(folder, model.id)


def test_a_model_in_use_is_not_deleted(folder: DataFolder) -> None:
    model, dataset = _model(folder), _packed(folder)
    with folder.database.writing() as session:
        models.retire(session, model.id, name="older")
    made = queue.add_evaluation(
        folder, model="older", dataset=dataset.id, split="val", protocol=Protocol()
    )
    with pytest.raises(DyncellError, match="in use by 'Evaluate older on streets/val'"):
        queue.delete_model(folder, "older")
    queue.cancel(folder, made.job_id)
    assert queue.delete_model(folder, "older").id == model.id


def test_only_plain_folders_of_the_import_root_are_offered(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "file.zip").touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert [path.name for path in queue.import_folders(tmp_path)] == ["a", "b"]
    assert queue.import_folders(None) == queue.import_folders(tmp_path / "nothing") == []
