"""Exports of the Player: ordering one, and its file once its job is done."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from core.panes.export import ExportKind, RangeExport
from core.panes.look import Look
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import JobDocument
from webapp.api.ranges import file_response, send_artifact

router = APIRouter(prefix="/exports", tags=["exports"])


class ExportRequest(BaseModel):
    """A range of frames of a video, both ends included, as the Player shows it.

    `panes` makes an .mp4 of the panes as `look` says; `label_maps` a .zip of PNGs and
    `labels_video` an .mkv of the class ids of the layer `letter`.
    """

    kind: ExportKind
    first: int
    last: int
    segmentations: dict[str, str] = Field(description="Ids of segmentations by their letters.")
    look: dict[str, Any] = Field(description="How the panes look; docs/api.md names its parts.")
    letter: str = ""

    def export(self) -> RangeExport:
        """What is asked for.

        Raises:
            BadInput: It is no range, too long, or does not hang together.
        """
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return RangeExport(**(values | {"look": Look.from_dict(self.look)}))


@router.post("", status_code=202)
def create(asked: ExportRequest, folder: OpenedFolder) -> JobDocument:
    """Orders an export; its job says how far it is."""
    return JobDocument.of(queue.add_export(folder, asked.export()))


@router.head("/{item_id}/file", include_in_schema=False)
@router.get(
    "/{item_id}/file",
    response_class=Response,
    responses=file_response("video/mp4", "application/zip", "video/x-matroska"),
)
def file(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """The file of a finished export, by its job's id; it is kept for a day."""
    found = queue.exported_file(folder, item_id)
    return send_artifact(
        request,
        folder.artifacts,
        found["artifact"],
        media_type=found["media_type"],
        filename=found["filename"],
    )
