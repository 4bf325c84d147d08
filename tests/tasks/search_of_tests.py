"""A search whose real trials take a fraction of a second, and a slot without a process."""

import importlib
import threading
from collections.abc import Sequence
from typing import Any

import torch

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.dataset_registry import publish_pack
from core.datasets.pack import PackReader
from core.datasets.resolve import open_path
from core.model_file import ModelHeader, Provenance
from core.nn.build import build_segmenter
from core.nn.config import StaticConfig
from core.nn.weights import save_model
from core.palette import Palette
from core.records import Dataset, Job, JobKind, JobState, Model, Progress, new_id
from core.registry import import_model
from core.search.config import SearchConfig, TrialBudget
from core.search_records import Search, Trial
from core.store import datasets, jobs, searches, trials
from tasks.ending import Ending
from tasks.kinds import KINDS
from tasks.patience import Patience
from tasks.running import RunningJob, Wishes, run_body
from tests.tiny_dataset import COLOURS, NAMES, stripes, write_dataset, write_frame

BUDGET = TrialBudget(
    epochs=2, rungs=(1,), length=3, variants=1, batch=2, crop=(6, 8), judge_length=3
)
CONFIG = SearchConfig(
    dataset="stripes",
    static="small",
    strategy="evolution",
    nodes=2,
    macs_share=100.0,
    trials=8,
    seed=3,
    budget=BUDGET,
)
KINDS_OF_SEARCH: tuple[JobKind, ...] = ("prepare_search", "advance_search", "trial")


def add_dataset(folder: DataFolder, *, name: str = "stripes") -> Dataset:
    """The dataset `stripes`: ten drives of one labelled frame each, packed and ready."""
    drives = write_dataset(folder.settings.data / "drives", train=0, val=2)
    for number in range(10):
        for part in ("images", "masks"):
            (drives / part / "train" / f"drive{number}").mkdir()
        write_frame(drives, f"train/drive{number}/frame", *stripes(9 * number))
    packs = folder.settings.data / "packs"
    reader = open_path(drives, cache_dir=packs)
    (pack,) = packs.iterdir()
    dataset_id = new_id()
    artifact = artifact_id(dataset_id, 0, "dataset.pack")
    size = folder.artifacts.put(pack, artifact)
    with folder.database.writing() as session:
        datasets.add(session, dataset_id, name=name, origin="upload")
        return publish_pack(session, dataset_id, artifact=artifact, index=reader.index, size=size)


def reader_of(folder: DataFolder, dataset: Dataset) -> PackReader:
    assert dataset.artifact is not None
    return PackReader(folder.artifacts.local_copy(dataset.artifact))


def images_of(folder: DataFolder, dataset: Dataset, split: str = "train") -> list[str]:
    """The labelled images of a split, as a network that has learnt them names them."""
    frames = reader_of(folder, dataset).index.split(split).labelled
    return [frame.image_digest[:16] for frame in frames]


def add_static(
    folder: DataFolder, *, name: str = "small", images: Sequence[str] | None = ()
) -> Model:
    """A static network of random weights that says it has learnt `images`; None = says nothing."""
    torch.manual_seed(0)
    config = StaticConfig(num_classes=len(NAMES), width=0.25, channels=12)
    training: dict[str, Any] = {} if images is None else {"images": list(images)}
    provenance = Provenance(
        command="tests",
        seed=0,
        steps=0,
        data="none",
        data_hash="",
        code_version="0",
        training=training,
    )
    header = ModelHeader(palette=Palette(NAMES, COLOURS), config=config, provenance=provenance)
    path = folder.settings.data / f"{name}.safetensors"
    save_model(path, build_segmenter(config), header=header)
    return import_model(folder, path, name=name)


def work_off(folder: DataFolder, *, at_most: int = 1000, wishes: Wishes | None = None) -> list[Job]:
    """Runs queued jobs of searches here and now, as a slot would; returns them as they are then."""
    worked = []
    for _ in range(at_most):
        with folder.database.writing() as session:
            job = jobs.claim(session, KINDS_OF_SEARCH, lease_owner="tests", lease_seconds=600)
        if job is None:
            break
        worked.append(_work(folder, job, wishes or Wishes()))
    return worked


def _work(folder: DataFolder, job: Job, wishes: Wishes) -> Job:
    work = folder.settings.work / f"{job.id}.{job.fence}"
    work.mkdir(parents=True)
    context = RunningJob(
        folder,
        job,
        work=work,
        wishes=wishes,
        listener=_Listener(),
        patience=Patience(threading.Event()),
        outage=0.0,
    )
    ending = run_body(context, importlib.import_module(KINDS[job.kind].module).run)
    with folder.database.writing() as session:
        _write(session, job, ending)
        return jobs.get(session, job.id)


def _write(session: Any, job: Job, ending: Ending) -> None:
    match ending.outcome:
        case "paused":
            jobs.give_up(session, job.id, job.fence, state=JobState.PAUSED)
        case "cancelled":
            jobs.give_up(session, job.id, job.fence, state=JobState.CANCELLED)
        case "failed":
            assert not ending.trace, "\n".join(ending.trace)
            jobs.fail(session, job.id, job.fence, error=ending.error, cause=ending.cause)


class _Listener:
    def progress(self, progress: Progress) -> None:
        return None

    def log(self, text: str) -> None:
        return None


def search_of(folder: DataFolder, name: str) -> Search:
    with folder.database.reading() as session:
        return searches.get(session, name)


def trials_of(folder: DataFolder, name: str) -> list[Trial]:
    with folder.database.reading() as session:
        found = searches.get(session, name)
        return trials.list_trials(session, found.id, limit=None)


Story = list[tuple[int, str, float | None, str, int | None, dict[int, float]]]


def story_of(folder: DataFolder, name: str) -> Story:
    """All that must be the same however a search was interrupted."""
    return [
        (t.number, t.key, t.reward, t.cause, t.same_as, t.thresholds)
        for t in trials_of(folder, name)
    ]
