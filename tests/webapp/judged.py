"""An evaluation as its job leaves it: a tiny dataset, known mistakes, real scores."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.dataset_registry import publish_pack
from core.datasets.decode import read_labels
from core.datasets.index import Frame
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.datasets.scan import scan
from core.evaluate import evaluate
from core.evaluation_file import EvaluationFile
from core.protocol import Protocol
from core.records import Dataset, Evaluation, JobState, Model, new_id
from core.store import datasets, evaluations, jobs
from core.video.clip import Labels, Rgb
from tests.datasets_media import make_camvid

TREE, BUILDING = 5, 1
FRAMES = 10
PROTOCOL = Protocol(flow=None)


class TreesForBuildings:
    """Says the truth, but in some frames takes the upper part of every tree for a building."""

    uses_flow = False

    def __init__(self, reader: PackReader, rows: Sequence[int]) -> None:
        self._reader = reader
        self._rows = rows
        self._next = 0

    def start(self) -> None:
        """Nothing is kept between frames."""

    def label(self, frame: Frame, image: Rgb) -> Labels:
        """The truth; in the rows above the frame's limit trees are buildings, void is class 0."""
        labels = read_labels(self._reader, frame)
        labels[labels == 255] = 0
        upper = labels[: self._rows[self._next]]
        upper[upper == TREE] = BUILDING
        self._next += 1
        return labels


def add_dataset(
    folder: DataFolder, place: Path, *, name: str = "streets", relabelled: Sequence[int] = ()
) -> Dataset:
    """A tiny CamVid of 6 training and 10 validation frames, packed.

    In the validation frames of the numbers `relabelled` every tree is labelled as a building.
    """
    path = place / f"{new_id()}.pack"
    tree = make_camvid(place / new_id())
    files = sorted((tree / "val" / "labels").iterdir())
    for file in (files[number] for number in relabelled):
        labels = np.asarray(cv2.imread(str(file), cv2.IMREAD_UNCHANGED))
        labels[labels == TREE] = BUILDING
        cv2.imwrite(str(file), labels)
    index = pack(scan(tree), path)
    dataset_id = new_id()
    artifact = artifact_id(dataset_id, 1, "dataset.pack")
    size = folder.artifacts.put(path, artifact)
    with folder.database.writing() as session:
        datasets.add(session, dataset_id, name=name, origin="upload")
        return publish_pack(session, dataset_id, artifact=artifact, index=index, size=size)


def add_evaluation(
    folder: DataFolder,
    place: Path,
    *,
    model: Model,
    dataset: Dataset,
    rows: Sequence[int] = range(0, 5 * FRAMES, 5),
    protocol: Protocol = PROTOCOL,
) -> Evaluation:
    """The finished evaluation of a labeller that is the worse the later the frame."""
    evaluation_id = new_id()
    path = place / f"{evaluation_id}.zip"
    assert dataset.artifact is not None
    with (
        PackReader(folder.artifacts.local_copy(dataset.artifact)) as reader,
        EvaluationFile.to(path, frames=reader.index.split("val").frames) as details,
    ):
        labeller = TreesForBuildings(reader, rows)
        scores = evaluate(reader, "val", labeller, protocol=protocol, on_prediction=details.add)
    artifact = artifact_id(evaluation_id, 1, "details.zip")
    folder.artifacts.put(path, artifact)
    add_unfinished(
        folder,
        model=model,
        dataset=dataset,
        evaluation_id=evaluation_id,
        protocol=protocol,
        is_done=True,
    )
    with folder.database.writing() as session:
        return evaluations.publish(session, evaluation_id, scores=scores, details=artifact)


def add_unfinished(
    folder: DataFolder,
    *,
    model: Model,
    dataset: Dataset,
    evaluation_id: str | None = None,
    protocol: Protocol = PROTOCOL,
    error: str = "",
    is_done: bool = False,
) -> Evaluation:
    """An evaluation without scores that waits, failed with a reason, or is just done."""
    with folder.database.writing() as session:
        job = jobs.enqueue(session, "evaluate", payload={}, title="Evaluate", priority=1)
        if error or is_done:  # within one transaction: no worker may see it queued
            claimed = jobs.claim(session, ["evaluate"], lease_owner="nobody", lease_seconds=60)
            assert claimed is not None
            assert claimed.id == job.id
            if error:
                assert jobs.fail(session, job.id, claimed.fence, error=error) is JobState.FAILED
            else:
                jobs.finish(session, job.id, claimed.fence)
        return evaluations.add(
            session,
            evaluation_id or new_id(),
            model_id=model.id,
            model_name=model.name,
            model_key=model.sha256,
            dataset_id=dataset.id,
            dataset_name=dataset.name,
            data_key=str(dataset.splits["val"]["digest"]),
            split="val",
            protocol_key=protocol.key,
            options=protocol.to_dict(),
            job_id=job.id,
        )
