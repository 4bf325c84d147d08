"""Evaluations: ordering them, their scores, frames and predicted labels."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import Evaluation
from core.store import evaluations
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import Page
from webapp.api.evaluation_documents import (
    EvaluationDocument,
    EvaluationRequest,
    FrameScoreDocument,
)
from webapp.api.members import send_member
from webapp.api.paging import Paged
from webapp.api.problems import Problem
from webapp.api.ranges import content_disposition, file_response
from webapp.evaluation_details import Details, ordered, read_details
from webapp.evaluation_tables import classes_csv, frames_csv

router = APIRouter(prefix="/evaluations", tags=["evaluations"])

_Id = Annotated[str | None, Query(pattern="^[0-9a-f]{16}$")]


@router.get("")
def list_evaluations(
    folder: OpenedFolder, paging: Paged, model_id: _Id = None, dataset_id: _Id = None
) -> Page[EvaluationDocument]:
    """Evaluations (of one model, on one dataset), the newest first."""
    with folder.database.reading() as session:
        found = evaluations.list_evaluations(
            session, model_id=model_id, dataset_id=dataset_id, limit=None
        )
    return paging.cut([EvaluationDocument.of(each) for each in found])


@router.post("", status_code=201)
def create(
    asked: EvaluationRequest, folder: OpenedFolder, response: Response
) -> EvaluationDocument:
    """Orders an evaluation; one that is there already is answered with its scores (200)."""
    try:
        protocol = asked.protocol()
    except DyncellError as error:
        raise Problem(422, str(error)) from error
    made = queue.add_evaluation(
        folder, model=asked.model, dataset=asked.dataset, split=asked.split, protocol=protocol
    )
    if made.is_ready:
        response.status_code = 200
    return EvaluationDocument.of(made)


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> EvaluationDocument:
    """One evaluation."""
    return EvaluationDocument.of(_evaluation(folder, item_id))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes an evaluation; model and dataset stay."""
    queue.delete_evaluation(folder, item_id)


@router.get(
    "/{item_id}/scores.json", response_class=Response, responses=file_response("application/json")
)
def scores_json(item_id: ItemId, folder: OpenedFolder) -> Response:
    """The whole evaluation as a file."""
    found = _ready(_evaluation(folder, item_id))
    document = EvaluationDocument.of(found).model_dump(mode="json")
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _file(text, found, suffix="json", media_type="application/json")


@router.get("/{item_id}/classes.csv", response_class=Response, responses=file_response("text/csv"))
def classes_table(item_id: ItemId, folder: OpenedFolder) -> Response:
    """The per-class table as a file."""
    found = _ready(_evaluation(folder, item_id))
    return _file(classes_csv(found.scores), found, suffix="classes.csv", media_type="text/csv")


@router.get("/{item_id}/frames.csv", response_class=Response, responses=file_response("text/csv"))
def frames_table(item_id: ItemId, folder: OpenedFolder) -> Response:
    """The frames with their own scores as a file."""
    found = _evaluation(folder, item_id)
    text = frames_csv(_details(folder, found).frames)
    return _file(text, found, suffix="frames.csv", media_type="text/csv")


@router.get("/{item_id}/frames")
def frames(item_id: ItemId, folder: OpenedFolder, paging: Paged) -> Page[FrameScoreDocument]:
    """The evaluated frames in the order of the split; `position` is their number in it."""
    found = ordered(_details(folder, _evaluation(folder, item_id)).frames, "position")
    return paging.cut([FrameScoreDocument.of(frame) for frame in found])


@router.head("/{item_id}/frames/{position}/prediction", include_in_schema=False)
@router.get(
    "/{item_id}/frames/{position}/prediction",
    response_class=Response,
    responses=file_response("image/png"),
)
def prediction(item_id: ItemId, position: int, request: Request, folder: OpenedFolder) -> Response:
    """The predicted labels of a frame: an 8-bit grey PNG of the dataset's class ids.

    `position` is the frame's number in the split, as in the routes of the dataset.
    """
    details = _details(folder, _evaluation(folder, item_id))
    member = details.prediction(position)
    start, length = details.contents.member_range(folder.artifacts, member)
    return send_member(
        request,
        folder.artifacts,
        details.contents.artifact,
        member=member,
        start=start,
        length=length,
    )


def _evaluation(folder: DataFolder, evaluation_id: str) -> Evaluation:
    with folder.database.reading() as session:
        return evaluations.get(session, evaluation_id)


def _ready(evaluation: Evaluation) -> Evaluation:
    if not evaluation.is_ready:
        raise Problem(
            409,
            f"Evaluation {evaluation.id} is not finished; "
            f"job {evaluation.job_id} says how far it is.",
        )
    return evaluation


def _details(folder: DataFolder, evaluation: Evaluation) -> Details:
    found = _ready(evaluation).details
    if found is None:
        raise NotFound(f"Evaluation {evaluation.id} kept no frames; evaluate again to see them.")
    return read_details(folder.artifacts, found)


def _file(text: str, evaluation: Evaluation, *, suffix: str, media_type: str) -> Response:
    name = f"{evaluation.model_name} on {evaluation.dataset_name} {evaluation.split}.{suffix}"
    headers = {"Content-Disposition": content_disposition(name), "Cache-Control": "no-store"}
    return Response(text, headers=headers, media_type=media_type)
