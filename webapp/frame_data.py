"""What the page Frames and its routes read: frames of evaluations, the basket, other labels."""

from collections.abc import Sequence

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.frame_document import RankedFrame, worst_frames
from core.frame_ranking import Ranking
from core.frame_scores import FrameScore
from core.records import Dataset, Evaluation
from core.store import basket, datasets, evaluations
from core.store.basket import BasketFrame
from webapp.dataset_pack import open_pack
from webapp.evaluation_details import Details, read_details
from webapp.listing import Listing


def ready_evaluation(folder: DataFolder, evaluation_id: str) -> Evaluation:
    """A finished evaluation that kept its frames.

    Raises:
        NotFound: There is none, or it kept no frames.
    """
    with folder.database.reading() as session:
        found = evaluations.get(session, evaluation_id)
    if not found.is_ready or found.details is None:
        raise NotFound(
            f"Evaluation {found.id} has kept no frames; evaluate its model again to see them."
        )
    return found


def details_of(folder: DataFolder, evaluation: Evaluation) -> Details:
    """The frames of a finished evaluation.

    Raises:
        NotFound: The file is gone.
        DyncellError: It is damaged.
    """
    return read_details(folder.artifacts, str(evaluation.details))


def class_names(found: Sequence[Evaluation]) -> list[str]:
    """The classes of some evaluations.

    Raises:
        DyncellError: They differ, so that no ranking is common to them.
    """
    classes = [[str(name) for name in each.scores.get("classes_list") or ()] for each in found]
    if any(each != classes[0] for each in classes):
        raise DyncellError("These evaluations have different classes: rank them one by one.")
    return classes[0] if classes else []


def rank_frames(
    folder: DataFolder, found: Sequence[Evaluation], ranking: Ranking
) -> list[RankedFrame]:
    """The frames of some evaluations, the worst of all first."""
    return worst_frames([(each, details_of(folder, each).frames) for each in found], ranking)


def film_clock(
    folder: DataFolder, evaluation: Evaluation, dataset: Dataset | None
) -> dict[int, float]:
    """When frames of the evaluated split were filmed, by their number, as far as it is known."""
    split = dataset.splits.get(evaluation.split) if dataset is not None else None
    if dataset is None or dataset.artifact is None or split is None:
        return {}
    if split.get("digest") != evaluation.data_key:
        return {}
    frames = open_pack(folder.artifacts, dataset.artifact).index.split(evaluation.split).frames
    return {n: frame.seconds for n, frame in enumerate(frames) if frame.seconds is not None}


def read_judged(folder: DataFolder) -> tuple[list[Evaluation], dict[str, Dataset]]:
    """Finished evaluations that kept their frames, the newest first, and datasets by id."""
    with folder.database.reading() as session:
        found = evaluations.list_evaluations(session, limit=None)
        known = datasets.list_datasets(session, limit=100_000)
    kept = [each for each in found if each.is_ready and each.details is not None]
    return kept, {each.id: each for each in known}


def find_kept(
    folder: DataFolder, listing: Listing, *, dataset: str, limit: int | None, offset: int
) -> list[BasketFrame]:
    """Frames of the basket (of one dataset, by name) that were asked for."""
    with folder.database.reading() as session:
        return basket.list_frames(
            session,
            dataset=dataset,
            find=listing.find,
            order=listing.order,
            limit=limit,
            offset=offset,
        )


def count_kept(folder: DataFolder, listing: Listing, *, dataset: str) -> int:
    """How many frames of the basket were asked for."""
    with folder.database.reading() as session:
        return basket.count(session, dataset=dataset, find=listing.find)


def datasets_kept(folder: DataFolder) -> dict[str, int]:
    """Name of a dataset -> its frames in the basket."""
    with folder.database.reading() as session:
        return basket.datasets(session)


def read_other_labels(folder: DataFolder, evaluation: Evaluation) -> list[Evaluation]:
    """Finished evaluations of the same weights, split and protocol by other labels."""
    with folder.database.reading() as session:
        return evaluations.under_other_labels(session, evaluation)


def put_in_basket(
    folder: DataFolder,
    evaluation: Evaluation,
    frames: Sequence[FrameScore],
    *,
    ranking: Ranking,
    note: str = "",
) -> int:
    """Puts frames of an evaluation into the basket; returns how many are new.

    Raises:
        BadInput: The note is too long.
    """
    with folder.database.writing() as session:
        return basket.add(session, evaluation, frames, ranking=ranking, note=note)
