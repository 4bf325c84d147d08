"""The client: what is asked of a server most often, and plain requests for the rest."""

import re
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.client.connection import Connection
from webapp.client.uploads import Progress, upload_file

Document = dict[str, Any]

_BLOCK = 256  # label maps asked for at once
_NEXT = re.compile(r'<([^>]*)>; rel="next"')


class JobEnded(Exception):
    """A job that was waited for ended without a result; the text says why.

    Attributes:
        job: Its document.
    """

    def __init__(self, job: Document) -> None:
        super().__init__(job["error"] or f"The job {job['title']!r} was {job['state']}.")
        self.job = job


class Dyncell:
    """A server of dyncell. Every method may raise `Refused` and `ServerGone`.

    Args:
        address: Where it is.
        timeout: Seconds that it may be silent.
    """

    def __init__(self, address: str = "http://127.0.0.1:8501", *, timeout: float = 60.0) -> None:
        self._connection = Connection(address, timeout=timeout)

    def get(self, path: str, **query: Any) -> Any:
        """The document at an address below `/api/v1`."""
        return self._connection.ask("GET", path, query=query).document

    def post(self, path: str, document: Any = None, *, key: str | None = None) -> Any:
        """Orders something; with the same `key` again it is not done again."""
        headers = {} if key is None else {"Idempotency-Key": key}
        asked = self._connection.ask("POST", path, document=document, headers=headers)
        return asked.document if asked.content else None

    def patch(self, path: str, document: Any) -> Any:
        """Changes something."""
        return self._connection.ask("PATCH", path, document=document).document

    def delete(self, path: str) -> None:
        """Removes something."""
        self._connection.ask("DELETE", path, tries=1)

    def pages(self, path: str, **query: Any) -> Iterator[Document]:
        """The items of a list one by one, read page by page."""
        answer = self._connection.ask("GET", path, query={"limit": 200} | query)
        while True:
            yield from answer.document["items"]
            following = _NEXT.search(answer.headers.get("Link", ""))
            if following is None:
                return
            answer = self._connection.ask("GET", following[1])

    def download(self, path: str, file: str | Path) -> None:
        """Writes what lies at an address into a file."""
        Path(file).write_bytes(self._connection.ask("GET", path).content)

    def upload_video(
        self,
        file: str | Path,
        *,
        name: str | None = None,
        upload_id: str | None = None,
        on_progress: Progress | None = None,
    ) -> Document:
        """Sends a video, goes on where it breaks off, and returns its document.

        Args:
            file: The file.
            name: The name to show; the file's own where None.
            upload_id: That of an `UploadBroken`, to go on with it.
            on_progress: Told bytes that have arrived and bytes in all.

        Raises:
            UploadBroken: The connection broke off several times in a row.
        """
        return self._uploaded(
            "videos", file, "video", name=name, upload_id=upload_id, on_progress=on_progress
        )

    def upload_model(self, file: str | Path, *, name: str | None = None) -> Document:
        """Sends a weights file and returns the model."""
        return self._uploaded("models", file, "model", name=name and f"{name}.safetensors")

    def upload_dataset(self, file: str | Path, *, name: str | None = None) -> Document:
        """Sends a zip archive and returns the dataset, which a job looks at; then take it."""
        return self._uploaded("datasets", file, "dataset", name=name and f"{name}.zip")

    def wait(
        self,
        job: str | Document,
        *,
        timeout: float | None = None,
        every: float = 1.0,
        on_progress: Callable[[Document], None] | None = None,
    ) -> Document:
        """Waits for a job and returns its document.

        Args:
            job: Its id, its document, or that of anything with a `job_id`.
            timeout: Seconds to wait at most.
            every: Seconds between two looks.
            on_progress: Told the job's progress at every look.

        Raises:
            JobEnded: It failed or was cancelled.
            TimeoutError: It takes longer.
        """
        job_id = job if isinstance(job, str) else str(job.get("job_id") or job["id"])
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            found: Document = self.get(f"jobs/{job_id}")
            if on_progress is not None:
                on_progress(found["progress"])
            if found["state"] == "done":
                return found
            if found["state"] in ("failed", "cancelled"):
                raise JobEnded(found)
            if until is not None and time.monotonic() > until:
                raise TimeoutError(f"The job {found['title']!r} is {found['state']} still.")
            time.sleep(every)

    def segment(self, video: str, model: str = "camvid", **options: Any) -> Document:
        """Orders a segmentation of a video: its id; `start`, `end`, `key_interval`, `full_size`."""
        asked = {"video_id": video, "model": model, "options": options}
        made: Document = self.post("segmentations", asked)
        return made

    def labels(
        self, segmentation: str, start: int = 0, count: int | None = None
    ) -> NDArray[np.uint8]:
        """The labels of a segmentation's frames.

        Args:
            segmentation: Its id.
            start: The first frame, counted from the segmentation's first one.
            count: How many frames; all that follow where None.

        Returns:
            `(T, H, W)` uint8 class ids.
        """
        if count is None:
            count = int(self.get(f"segmentations/{segmentation}")["frames"]) - start
        maps: list[NDArray[np.uint8]] = []
        while count > 0 or not maps:
            block = self._block(segmentation, start, max(1, min(count, _BLOCK)))
            maps.append(block)
            start, count = start + len(block), count - len(block)
        return np.concatenate(maps)

    def leaderboard(
        self, filter: str = "", *, sort: str = "", columns: str = ""
    ) -> Iterator[Document]:
        """Rows of the leaderboard, as in `miou > 60 and light`, sorted as in `miou:desc`."""
        return self.pages("leaderboard", filter=filter, sort=sort, columns=columns)

    def evaluate(self, model: str, dataset: str, split: str, **asked: Any) -> Document:
        """Orders an evaluation, or returns the one that is there."""
        made: Document = self.post(
            "evaluations", {"model": model, "dataset": dataset, "split": split, **asked}
        )
        return made

    def search(self, dataset: str, **asked: Any) -> Document:
        """Launches a search; `asked` as the API takes it: `strategy`, `trials`, `seed`, ..."""
        made: Document = self.post("searches", {"dataset": dataset, **asked})
        return made

    def _uploaded(self, noun: str, file: str | Path, kind: str, **told: Any) -> Document:
        made = upload_file(self._connection, Path(file), kind=kind, **told)
        found: Document = self.get(f"{noun}/{made}")
        return found

    def _block(self, segmentation: str, start: int, count: int) -> NDArray[np.uint8]:
        answer = self._connection.ask(
            "GET", f"segmentations/{segmentation}/labels", query={"start": start, "count": count}
        )
        shape = [int(answer.headers[f"Dyncell-{name}"]) for name in ("Count", "Height", "Width")]
        return np.frombuffer(zlib.decompress(answer.content), np.uint8).reshape(shape)
