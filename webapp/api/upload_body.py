"""The bytes of an upload on their way to the disk, and what may be refused before they come."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from io import FileIO
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from core.errors import StorageFull
from webapp.api.access import OpenedFolder
from webapp.api.problems import Problem
from webapp.upload_kinds import KINDS, UploadKind
from webapp.upload_spool import Upload, UploadSpool

_WRITTEN_AT_ONCE = 1 << 20
_DRAINED = 64 << 20  # a browser reads a refusal only after it has sent its whole request
_NO_SPACE = (
    "The disk is full; free some space, then continue this upload: what has arrived is kept."
)


def _spool(folder: OpenedFolder) -> UploadSpool:
    return UploadSpool(folder.settings.uploads)


Spool = Annotated[UploadSpool, Depends(_spool)]


def largest_upload(environment: Mapping[str, str] = os.environ) -> int:
    """The most bytes one upload may have (`DYNCELL_MAX_UPLOAD`, default 20 GB)."""
    return int(environment.get("DYNCELL_MAX_UPLOAD") or 20_000_000_000)


def refuse_length(length: int, kind: UploadKind) -> None:
    """Refuses what is empty or larger than an upload may be.

    Raises:
        Problem: It is.
    """
    if length == 0:
        raise Problem(400, f"The file is empty; choose {KINDS[kind].wanted}.")
    if length > largest_upload():
        raise Problem(
            413, f"The file is larger than the {largest_upload() / 1e9:.1f} GB an upload may have."
        )


@dataclass(frozen=True)
class Target:
    """An upload's open file, that takes no more than what was announced."""

    file: FileIO
    spool: UploadSpool
    upload: Upload

    @property
    def remaining(self) -> int:
        """Bytes that have not arrived."""
        return self.upload.length - self.upload.offset

    def check(self, announced: int) -> None:
        """Refuses more bytes than are missing or than the disk has room for."""
        if announced > self.remaining:
            raise Problem(413, f"The upload lacks {self.remaining} bytes; more were sent.")
        self.spool.check_space(announced)

    def write(self, data: bytes) -> None:
        """Appends bytes; what a full disk took is kept."""
        left = memoryview(data)
        try:
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            if error.errno in (28, 122):  # ENOSPC, EDQUOT
                raise StorageFull(_NO_SPACE) from error
            raise

    def sync(self) -> None:
        """Makes what was appended survive a power cut."""
        self.spool.keep(self.upload.id, self.file)


async def receive(request: Request, target: Target) -> None:
    """Appends the body of a request; one that breaks off leaves what has arrived.

    Raises:
        Problem: More is sent than was announced.
        StorageFull: The disk is full.
    """
    target.check(int(request.headers.get("content-length") or 0))
    received = 0
    try:
        async for data in _gathered(request):
            received += len(data)
            if received > target.remaining:
                raise Problem(413, f"The upload lacks {target.remaining} bytes; more were sent.")
            await run_in_threadpool(target.write, data)
    except ClientDisconnect:
        pass  # what has arrived is kept; the client asks for the offset when it comes back
    await asyncio.shield(run_in_threadpool(target.sync))


async def _gathered(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces large enough to be worth a write each; the last may be small."""
    pending = bytearray()
    try:
        async for chunk in request.stream():
            pending += chunk
            if len(pending) >= _WRITTEN_AT_ONCE:
                yield bytes(pending)
                pending.clear()
    except ClientDisconnect:
        if pending:
            yield bytes(pending)
        raise
    if pending:
        yield bytes(pending)


async def drain(request: Request) -> None:
    """Reads and drops what is left of a body, so that a refusal is read by who sends it."""
    drained = 0
    try:
        async for chunk in request.stream():
            drained += len(chunk)
            if drained > _DRAINED:
                return
    except (ClientDisconnect, RuntimeError):
        return  # nobody there, or the body has been read already
