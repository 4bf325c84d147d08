"""A public tus client against a server that is killed in the middle of a piece."""

import io
import threading
import time
from typing import Any

import numpy as np
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from core.data_folder import DataFolder
from core.store import videos
from tests.webapp.conftest import MP4
from tests.webapp.served import Server

DATA = MP4 + np.random.default_rng(0).bytes(6_000_000)
DELIVERED = 2_500_000


class Cable(io.BytesIO):
    """A file that is read only so far until somebody has pulled the plug."""

    def __init__(self, data: bytes, *, pulled: threading.Event) -> None:
        super().__init__(data)
        self._pulled = pulled

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= DELIVERED:
            assert self._pulled.wait(30)
        return super().read(min(65_536, len(DATA)) if size is None or size < 0 else size)


def _upload(server: Server, file: Any, *, url: str | None = None) -> Any:
    client = TusClient(f"{server.address}/api/v1/uploads")
    return client.uploader(
        file_stream=file, url=url, chunk_size=1_000_000, metadata={"filename": "street.mp4"}
    )


def test_an_upload_survives_a_kill_of_the_server_in_its_middle(
    server: Server, folder: DataFolder
) -> None:
    pulled = threading.Event()
    uploader = _upload(server, Cable(DATA, pulled=pulled))

    def pull() -> None:
        spool = folder.settings.uploads
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if sum(part.stat().st_size for part in spool.glob("*.part")) >= 2_000_000:
                break
            time.sleep(0.01)
        server.kill()
        pulled.set()

    puller = threading.Thread(target=pull)
    puller.start()
    with pytest.raises(TusCommunicationError):
        uploader.upload()
    puller.join()

    server.start()
    again = _upload(server, io.BytesIO(DATA), url=uploader.url)
    assert 2_000_000 <= again.offset < len(DATA)
    again.upload()

    with folder.database.reading() as session:
        found = videos.list_videos(session)
    assert [video.name for video in found] == ["street.mp4"]
    assert folder.artifacts.local_copy(found[0].original).read_bytes() == DATA
