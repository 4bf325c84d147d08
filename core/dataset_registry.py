"""The dataset registry: the built-in dataset enters by itself, names and paths lead to packs."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.datasets.pack import PackReader
from core.errors import DyncellError, NameTaken, NotFound
from core.records import Dataset, new_id
from core.store import basket, datasets

if TYPE_CHECKING:
    from core.datasets.index import DatasetIndex

BUILT_IN = "synthetic"
"""The dataset that every data folder knows; it is rendered on first use."""

Report = Callable[[int, int], None]
"""Called with frames done and frames in all; may raise to stop the work."""


def register_built_in(folder: DataFolder) -> None:
    """Adds the dataset `synthetic` to a fresh data folder, without rendering it."""
    with folder.database.reading() as session:
        if _find(session, BUILT_IN) is not None:
            return
    # Another process that started just now may be quicker.
    with suppress(NameTaken), folder.database.writing() as session:
        datasets.add(session, new_id(), name=BUILT_IN, origin="shipped", layout="synthetic")


def publish_pack(
    session: Session, dataset_id: str, *, artifact: str, index: "DatasetIndex", size: int
) -> Dataset:
    """Writes what a finished pack holds into the dataset's row.

    Frames of the basket that were of a deleted dataset of that name are of this one then.

    Raises:
        NotFound: The dataset was deleted meanwhile.
    """
    dataset = datasets.publish(
        session,
        dataset_id,
        artifact=artifact,
        layout=index.layout,
        digest=index.digest,
        size=size,
        palette=index.palette,
        splits=index.summary(),
    )
    positions = {
        split.name: {frame.name: number for number, frame in enumerate(split.frames)}
        for split in index.splits
    }
    basket.attach(session, dataset, positions)
    return dataset


def open_dataset(
    folder: DataFolder, dataset: Dataset, *, report: Report | None = None
) -> PackReader:
    """The pack of a dataset; the built-in one is rendered where it is not there yet.

    Raises:
        NotFound: The dataset was deleted meanwhile.
        DyncellError: Its import has not ended.
    """
    if dataset.artifact is None and dataset.origin == "shipped":
        dataset = render_built_in(folder, dataset, report=report)
    if dataset.artifact is None:
        raise DyncellError(
            f"The dataset {dataset.name!r} is not imported yet; its import must end first."
        )
    return PackReader(folder.artifacts.local_copy(dataset.artifact))


def render_built_in(
    folder: DataFolder, dataset: Dataset, *, report: Report | None = None, fence: int = 0
) -> Dataset:
    """Renders the built-in dataset and publishes it.

    Args:
        folder: The data folder.
        dataset: Its row.
        report: See `Report`.
        fence: Of the job that renders.
    """
    from core.datasets.synthetic import pack_synthetic

    # Two renderings at once would give the same pack; each has a name of its own.
    artifact = artifact_id(dataset.id, fence, f"{new_id()}.pack")
    folder.settings.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.settings.work) as work:
        path = Path(work) / "synthetic.pack"
        index = pack_synthetic(path, progress=report)
        size = folder.artifacts.put(path, artifact)
    with folder.database.writing() as session:
        return publish_pack(session, dataset.id, artifact=artifact, index=index, size=size)


def resolve_dataset(
    folder: DataFolder, name_or_path: str, *, report: Report | None = None
) -> PackReader:
    """The pack behind a registry name, an id or a path (a pack, an archive or a folder).

    Raises:
        NotFound: Nothing of that name or path exists.
        BadDataset: What lies at the path is no dataset.
        DyncellError: The dataset's import has not ended.
    """
    known = find_dataset(folder, name_or_path)
    if known is not None:
        return open_dataset(folder, known, report=report)
    path = Path(name_or_path).expanduser()
    if not path.exists():
        with folder.database.reading() as session:
            datasets.get(session, name_or_path)  # raises, naming those there are
    from core.datasets.resolve import open_path

    return open_path(path, cache_dir=folder.settings.cache / "datasets", progress=report)


def find_dataset(folder: DataFolder, name: str) -> Dataset | None:
    """The dataset of that name or id; None where there is none."""
    with folder.database.reading() as session:
        return _find(session, name)


def _find(session: Session, name: str) -> Dataset | None:
    try:
        return datasets.get(session, name)
    except NotFound:
        return None
