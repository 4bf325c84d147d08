"""What the routes of the API take from their surroundings: the data folder, ids, pages."""

from typing import Annotated, cast

from fastapi import Depends, Path, Query, Request

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import is_id


def _opened_folder(request: Request) -> DataFolder:
    return cast(DataFolder, request.app.state.open_folder())


def _checked_id(item_id: Annotated[str, Path()]) -> str:
    if not is_id(item_id):
        raise NotFound("There is nothing of that id: an id has 16 hexadecimal characters.")
    return item_id


OpenedFolder = Annotated[DataFolder, Depends(_opened_folder)]
ItemId = Annotated[str, Depends(_checked_id)]
IdOrName = Annotated[str, Path(description="Its id, or its name.")]
Start = Annotated[int, Query(ge=0, le=10**9, description="The first frame.")]
Count = Annotated[int, Query(ge=1, le=256, description="How many frames.")]
VideoFrame = Annotated[int, Query(ge=0, description="The frame's number in the video.")]
