"""Which images a dataset's splits hold, read from its pack's table of contents."""

from core.data_folder import DataFolder
from core.datasets.index import DatasetIndex
from core.datasets.pack import PackReader
from core.errors import NotFound
from core.records import Dataset
from core.search.split import search_parts


def judged_images(folder: DataFolder, dataset: Dataset, split: str) -> tuple[str, ...]:
    """The images of the parts C and M, as trainings name them; none where nobody knows them yet.

    Raises:
        BadDataset: The split has too few frames for a search.
    """
    index = _index(folder, dataset)
    if index is None:
        return ()
    frames = index.split(split).labelled
    parts = search_parts(frames)
    return tuple(frames[n].image_digest[:16] for n in sorted((*parts.cells, *parts.reward)))


def labelled_images(folder: DataFolder, dataset: Dataset, split: str) -> tuple[str, ...]:
    """All labelled images of a split, as trainings name them; none where nobody knows them yet."""
    index = _index(folder, dataset)
    if index is None or split not in dataset.splits:
        return ()
    return tuple(frame.image_digest[:16] for frame in index.split(split).labelled)


def _index(folder: DataFolder, dataset: Dataset) -> DatasetIndex | None:
    """None where the dataset is rendered on its first use only, or its pack is gone."""
    name = dataset.artifact
    if name is None:
        return None
    try:
        with folder.artifacts.open(name) as file:
            return PackReader.over(file, folder.artifacts.open_range(name), name=name).index
    except NotFound:
        return None
