"""Frames: the worst ones of evaluations, the basket, and what changed with the labels."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from core.errors import NotFound
from core.frame_changes import frame_changes
from core.frame_document import (
    basket_csv,
    basket_document,
    change_document,
    ranked_document,
)
from core.frame_ranking import FrameMetric, Ranking
from core.store import basket
from core.store.basket import LONGEST_NOTE
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import Page
from webapp.api.evaluation_documents import EvaluationDocument
from webapp.api.paging import Paged
from webapp.api.ranges import content_disposition, file_response
from webapp.frame_data import (
    class_names,
    details_of,
    put_in_basket,
    rank_frames,
    ready_evaluation,
)

router = APIRouter(tags=["frames"])

_Ids = Annotated[list[Annotated[str, Query(pattern="^[0-9a-f]{16}$")]], Query(alias="evaluation")]
_Metric = Annotated[FrameMetric, Query(description="`iou` needs a class, `mistake` two.")]
_Class = Annotated[str, Query(alias="class", description="A class of the dataset, by name.")]
_TakenFor = Annotated[str, Query(description="What the class was taken for.")]
_Dataset = Annotated[str, Query(description="Only frames of the dataset of this name.")]


class BasketRequest(BaseModel):
    """Frames of one evaluation, by their number in the split, and why."""

    evaluation: str = Field(pattern="^[0-9a-f]{16}$")
    positions: list[int] = Field(min_length=1, max_length=1000)
    metric: FrameMetric = "miou"
    class_name: str = Field(default="", alias="class")
    taken_for: str = ""
    note: str = Field(default="", max_length=LONGEST_NOTE)


class ScoreAgainRequest(BaseModel):
    """The dataset with the present labels, by name or id; blank = the evaluation's own."""

    dataset: str | None = None


class BasketChange(BaseModel):
    """How many frames were put in or taken out, and how many the basket has now."""

    changed: int
    total: int


class ChangesDocument(BaseModel):
    """Frames whose scores differ between two evaluations, the greatest change of mIoU first."""

    old: EvaluationDocument
    new: EvaluationDocument
    changed: int
    frames: list[dict[str, Any]]


@router.get("/frames/worst")
def worst(
    evaluation: _Ids,
    folder: OpenedFolder,
    paging: Paged,
    metric: _Metric = "miou",
    class_name: _Class = "",
    taken_for: _TakenFor = "",
) -> Page[dict[str, Any]]:
    """The frames of one or several evaluations, the worst first."""
    found = [ready_evaluation(folder, each) for each in dict.fromkeys(evaluation)]
    ranking = Ranking.of(metric, class_names(found), truth=class_name, predicted=taken_for)
    ranked = rank_frames(folder, found, ranking)
    return paging.cut([ranked_document(each) for each in ranked])


@router.get("/frames/basket")
def list_basket(
    folder: OpenedFolder, paging: Paged, dataset: _Dataset = ""
) -> Page[dict[str, Any]]:
    """The frames that were collected, the newest first."""
    with folder.database.reading() as session:
        found = basket.list_frames(
            session, dataset=dataset, limit=paging.limit, offset=paging.offset
        )
        total = basket.count(session, dataset=dataset)
    items = [basket_document(each) for each in found]
    return paging.page(items, total)


@router.get("/frames/basket.csv", response_class=Response, responses=file_response("text/csv"))
def basket_as_csv(folder: OpenedFolder, dataset: _Dataset = "") -> Response:
    """The whole basket as a CSV file."""
    with folder.database.reading() as session:
        text = basket_csv(basket.list_frames(session, dataset=dataset))
    headers = {
        "Content-Disposition": content_disposition("basket.csv"),
        "Cache-Control": "no-store",
    }
    return Response(text, headers=headers, media_type="text/csv")


@router.get("/frames/basket.json")
def basket_as_json(folder: OpenedFolder, dataset: _Dataset = "") -> list[dict[str, Any]]:
    """The whole basket as a list."""
    with folder.database.reading() as session:
        return [basket_document(each) for each in basket.list_frames(session, dataset=dataset)]


@router.post("/frames/basket", status_code=201)
def put(asked: BasketRequest, folder: OpenedFolder) -> BasketChange:
    """Puts frames into the basket; those that lie there for the same reason get the note, too."""
    evaluation = ready_evaluation(folder, asked.evaluation)
    names = class_names([evaluation])
    ranking = Ranking.of(asked.metric, names, truth=asked.class_name, predicted=asked.taken_for)
    details = details_of(folder, evaluation)
    frames = [details.at(position) for position in dict.fromkeys(asked.positions)]
    new = put_in_basket(folder, evaluation, frames, ranking=ranking, note=asked.note)
    return _change(folder, new)


@router.get("/frames/basket/{item_id}")
def show_kept(item_id: ItemId, folder: OpenedFolder) -> dict[str, Any]:
    """One frame of the basket."""
    with folder.database.reading() as session:
        return basket_document(basket.get(session, item_id))


@router.delete("/frames/basket/{item_id}")
def take(item_id: ItemId, folder: OpenedFolder) -> BasketChange:
    """Takes a frame out; it can be put back for a week."""
    with folder.database.writing() as session:
        changed = basket.remove(session, [item_id])
    if not changed:
        raise NotFound(f"There is no frame {item_id} in the basket.")
    return _change(folder, changed)


@router.post("/frames/basket/{item_id}/restore")
def restore(item_id: ItemId, folder: OpenedFolder) -> BasketChange:
    """Puts a frame back that was taken out."""
    with folder.database.writing() as session:
        changed = basket.restore(session, [item_id])
    if not changed:
        raise NotFound(f"No frame {item_id} was taken out of the basket lately.")
    return _change(folder, changed)


@router.post("/evaluations/{item_id}/score-again", status_code=201, tags=["evaluations"])
def score_again(
    item_id: ItemId, folder: OpenedFolder, asked: ScoreAgainRequest | None = None
) -> EvaluationDocument:
    """Scores the stored predictions by the labels of now; the old scores stay, no network runs."""
    made = queue.score_again(folder, item_id, dataset=None if asked is None else asked.dataset)
    return EvaluationDocument.of(made)


@router.get("/evaluations/{item_id}/changes/{other_id}", tags=["evaluations"])
def changes(
    item_id: ItemId,
    other_id: Annotated[str, Path(pattern="^[0-9a-f]{16}$")],
    folder: OpenedFolder,
) -> ChangesDocument:
    """Which frames' scores differ from this evaluation (old) to another one (new)."""
    old, new = (ready_evaluation(folder, each) for each in (item_id, other_id))
    found = frame_changes(details_of(folder, old).frames, details_of(folder, new).frames)
    return ChangesDocument(
        old=EvaluationDocument.of(old),
        new=EvaluationDocument.of(new),
        changed=len(found),
        frames=[change_document(each) for each in found],
    )


def _change(folder: Any, changed: int) -> BasketChange:
    with folder.database.reading() as session:
        return BasketChange(changed=changed, total=basket.count(session))
