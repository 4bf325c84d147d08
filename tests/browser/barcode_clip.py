"""Clips in the running app, with frames that carry their numbers, and their segmentations."""

import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.media import barcode_video

FRAMES = 150


@dataclass(frozen=True)
class Clip:
    """A clip in the running app."""

    api: httpx.Client
    address: str
    video_id: str

    def segment(self, model: str = "two-tone", **options: int) -> str:
        """Segments the clip and gives the segmentation's id."""
        order = {"video_id": self.video_id, "model": model, "options": options}
        made = self.api.post("/segmentations", json=order).raise_for_status().json()
        wait_for_job(self.api, made["job_id"])
        return str(made["id"])

    def player(self, segmentation_id: str, *beside: str) -> str:
        """The Player's address of a segmentation and others beside it."""
        more = "".join(f"&with={each}" for each in beside)
        return f"{self.address}/player?segmentation={segmentation_id}{more}"


def upload_clip(address: str, folder: Path, *, name: str, frames: int = FRAMES) -> Clip:
    """Uploads a barcode clip to the app at `address` and waits for its import."""
    return upload_video(address, barcode_video(folder / "barcode.mp4", frames), name=name)


def upload_video(address: str, path: Path, *, name: str) -> Clip:
    """Uploads any clip and waits for its import."""
    from tusclient.client import TusClient

    uploader = TusClient(f"{address}/api/v1/uploads").uploader(
        str(path), metadata={"filename": name}
    )
    uploader.upload()
    api = httpx.Client(base_url=f"{address}/api/v1", timeout=60)
    video_id = api.get(f"/uploads/{uploader.url.split('/')[-1]}").json()["video_id"]
    wait_for_job(api, api.get(f"/videos/{video_id}").json()["job_id"])
    return Clip(api, address, video_id)


def wait_for_job(api: httpx.Client, job_id: str) -> None:
    """Returns once the job is done."""
    until = time.monotonic() + 300
    while (job := api.get(f"/jobs/{job_id}").json())["state"] != "done":
        assert job["state"] in ("queued", "running"), job["error"]
        assert time.monotonic() < until, job
        time.sleep(0.1)
