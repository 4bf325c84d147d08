"""Resumable uploads: the tus protocol 1.0.0 with creation, termination and expiration."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from core.data_folder import DataFolder
from core.errors import StorageFull
from webapp.actions import refuse_foreign, take_upload
from webapp.api.access import OpenedFolder
from webapp.api.documents import UploadDocument
from webapp.api.problems import Problem
from webapp.api.upload_body import Spool, Target, drain, largest_upload, receive, refuse_length
from webapp.display_name import display_name
from webapp.upload_kinds import KINDS, UploadKind
from webapp.upload_spool import Upload, UploadBusy, UploadSpool

VERSION = "1.0.0"
_EXTENSIONS = "creation,termination,expiration"
_BODY = "application/offset+octet-stream"

router = APIRouter(prefix="/uploads", tags=["uploads"])


def _speaks_tus(tus_resumable: Annotated[str | None, Header()] = None) -> None:
    if tus_resumable != VERSION:
        raise Problem(
            412,
            f"Uploads need the header Tus-Resumable: {VERSION}.",
            headers={"Tus-Version": VERSION},
        )


TUS = [Depends(_speaks_tus)]


@router.options("", status_code=204)
def describe() -> Response:
    """What this server knows of the tus protocol."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": _EXTENSIONS,
        "Tus-Max-Size": str(largest_upload()),
    }
    return _answer(204, headers)


@router.post("", status_code=201, dependencies=TUS)
def create(
    request: Request,
    spool: Spool,
    upload_length: Annotated[int | None, Header(ge=0)] = None,
    upload_metadata: Annotated[str, Header()] = "",
) -> Response:
    """Announces an upload; `Location` is where its bytes go.

    `Upload-Metadata` holds `filename` and `kind`: `video` (which it is without), `dataset` (a zip
    archive) or `model` (a weights file).
    """
    if upload_length is None:
        raise Problem(400, "Say how long the file is, in the header Upload-Length.")
    metadata = _metadata(upload_metadata)
    kind = _kind(metadata.get("kind", "video"))
    name = display_name(metadata.get("filename", ""), otherwise=KINDS[kind].noun)
    refuse_length(upload_length, kind)
    if not KINDS[kind].takes(name):
        raise Problem(415, f"{name} cannot become a {kind}; choose {KINDS[kind].wanted}.")
    upload = spool.create(upload_length, name=name, kind=kind)
    location = f"{request.scope.get('root_path', '')}/uploads/{upload.id}"
    return _answer(201, {"Location": location, "Upload-Expires": _expiry(upload)})


@router.head("/{upload_id}", dependencies=TUS)
def offset(upload_id: str, folder: OpenedFolder, spool: Spool) -> Response:
    """How much of an upload has arrived; `Dyncell-Result` is the id of what it became."""
    upload = _finished(folder, spool, upload_id)
    headers = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return _answer(200, _state(upload) | headers)


@router.get("/{upload_id}")
def show(upload_id: str, folder: OpenedFolder, spool: Spool) -> UploadDocument:
    """An upload as a document."""
    return UploadDocument.of(_finished(folder, spool, upload_id))


@router.delete("/{upload_id}", status_code=204, dependencies=TUS)
def terminate(upload_id: str, spool: Spool) -> Response:
    """Forgets an upload; what it became stays."""
    with _translated_busy(), spool.locked(upload_id):
        spool.remove(upload_id)
    return _answer(204, {})


@router.patch("/{upload_id}", status_code=204, dependencies=TUS)
async def append(
    upload_id: str,
    request: Request,
    folder: OpenedFolder,
    spool: Spool,
    upload_offset: Annotated[int | None, Header(ge=0)] = None,
    content_type: Annotated[str, Header()] = "",
) -> Response:
    """Appends bytes to an upload; the last ones turn it into what it shall become."""
    try:
        if content_type != _BODY:
            raise Problem(415, f"The bytes of an upload are sent as {_BODY}.")
        with _translated_busy(), spool.locked(upload_id) as file:
            upload = spool.get(upload_id)
            if upload_offset != upload.offset:
                text = f"The upload has {upload.offset} bytes; continue from there."
                raise Problem(409, text, headers={"Upload-Offset": str(upload.offset)})
            if file is not None:
                await receive(request, Target(file, spool, upload))
                await run_in_threadpool(refuse_foreign, spool, spool.get(upload_id))
    except (Problem, StorageFull):
        await drain(request)
        raise
    upload = await run_in_threadpool(_finished, folder, spool, upload_id)
    return _answer(204, _state(upload))


def _finished(folder: DataFolder, spool: UploadSpool, upload_id: str) -> Upload:
    """The upload; one whose last byte has arrived becomes something here, exactly once."""
    upload = spool.get(upload_id)
    if upload.result_id is not None or not upload.is_complete:
        return upload
    with _translated_busy():
        return take_upload(folder, spool, upload_id)


@contextmanager
def _translated_busy() -> Iterator[None]:
    """A busy upload is answered as the protocol wants it: 423."""
    try:
        yield
    except UploadBusy as error:
        raise Problem(423, str(error)) from error


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION} | headers)


def _state(upload: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(upload.offset), "Upload-Expires": _expiry(upload)}
    if upload.result_id is not None:
        headers["Dyncell-Result"] = upload.result_id
        if upload.kind == "video":
            headers["Dyncell-Video"] = upload.result_id
    return headers


def _expiry(upload: Upload) -> str:
    return formatdate(upload.expires_at, usegmt=True)


def _kind(name: str) -> UploadKind:
    for kind in KINDS:
        if kind == name:
            return kind
    raise Problem(400, f"Uploads become one of {', '.join(KINDS)}; {name[:40]!r} is none of them.")


def _metadata(header: str) -> dict[str, str]:
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    try:
        return {
            key: base64.b64decode(value, validate=True).decode("utf-8", "replace")
            for key, _, value in pairs
        }
    except (binascii.Error, ValueError):
        raise Problem(400, "Upload-Metadata holds keys and base64 values.") from None
