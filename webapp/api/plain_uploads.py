"""Files sent whole, as the body of one request; what may break off is sent over tus instead."""

from typing import Annotated, Any

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool

from core.data_folder import DataFolder
from core.errors import StorageFull
from webapp.actions import take_upload
from webapp.api.problems import Problem
from webapp.api.upload_body import Target, drain, receive, refuse_length
from webapp.display_name import display_name
from webapp.upload_kinds import KINDS, UploadKind
from webapp.upload_spool import UploadSpool

FileName = Annotated[
    str, Query(max_length=500, description="The file's name; what it becomes is called after it.")
]

FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "description": "The bytes of the file.",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What the OpenAPI document says of such a body."""


async def receive_file(request: Request, folder: DataFolder, kind: UploadKind, *, name: str) -> str:
    """Turns the body of a request into what it shall become; returns the id of that.

    Args:
        request: The request; `Content-Length` says how long the file is.
        folder: The data folder.
        kind: What the file shall become.
        name: The file's name, as the sender gave it.

    Raises:
        Problem: There is no file, it is too large, it broke off, or the disk is full.
        BadMedia: It is no video.
        BadDataset: It is no archive.
        BadCheckpoint: It is no model.
    """
    spool = UploadSpool(folder.settings.uploads)
    shown = _with_ending(display_name(name, otherwise=KINDS[kind].noun), kind)
    try:
        return await _taken(request, folder, spool, kind, shown)
    except StorageFull as error:
        await drain(request)
        raise Problem(
            507, "The disk is full; free some space and send the file again: nothing of it is kept."
        ) from error
    except Problem:
        await drain(request)
        raise


async def _taken(
    request: Request, folder: DataFolder, spool: UploadSpool, kind: UploadKind, name: str
) -> str:
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Problem(
            415, "Send the file itself as the body (curl --data-binary @FILE), not as a form."
        )
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Problem(411, "Say how long the file is, in the header Content-Length.")
    refuse_length(int(length), kind)
    upload = await run_in_threadpool(spool.create, int(length), name=name, kind=kind)
    try:
        with spool.locked(upload.id) as file:
            if file is not None:
                await receive(request, Target(file, spool, upload))
        if not spool.get(upload.id).is_complete:
            raise Problem(400, "The file broke off; send it again, or over tus, which goes on.")
        await run_in_threadpool(take_upload, folder, spool, upload.id)
    finally:
        await run_in_threadpool(spool.forget, upload.id)
    return upload.id


def _with_ending(name: str, kind: UploadKind) -> str:
    return name if KINDS[kind].takes(name) else f"{name}{KINDS[kind].endings[0]}"
