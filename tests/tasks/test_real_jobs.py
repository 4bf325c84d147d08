"""The engine with the real bodies: a video is imported and segmented while things are killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from core.data_folder import DataFolder
from core.records import JobState, Segmentation
from core.registry import register_shipped
from core.store import segmentations, videos
from tasks import queue
from tasks.process import environment_of
from tasks.rubbish import published
from tests.media import barcode, make_video
from tests.tasks.engine import PATIENCE, job_of, wait_for_end, wait_until

_FRAMES = 300


@pytest.fixture
def segmentation(folder: DataFolder, tmp_path: Path) -> Segmentation:
    """A segmentation that is queued; its video was imported by a worker that is gone again."""
    register_shipped(folder)
    file = make_video(tmp_path / "drive.mp4", (barcode(n) for n in range(_FRAMES)))
    video = queue.add_video(folder, file, name="drive.mp4")
    with _worker(folder) as worker:
        assert wait_for_end(folder, video.job_id).state is JobState.DONE
        assert _end(worker, signal.SIGTERM) == 0
    with folder.database.reading() as session:
        assert videos.get(session, video.id).frames == _FRAMES
    return queue.add_segmentation(folder, video_id=video.id, model="camvid", options={})


@contextmanager
def _worker(folder: DataFolder) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tasks.cli", "worker", "--data", str(folder.settings.data)]
    environment = environment_of(folder.settings)
    worker = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def _end(worker: subprocess.Popen[bytes], sign: signal.Signals) -> int:
    worker.send_signal(sign)
    return worker.wait(PATIENCE)


def _child(folder: DataFolder, worker: subprocess.Popen[bytes], job_id: str) -> psutil.Process:
    """The process that is in the middle of the job's frames."""
    wait_until(lambda: 0 < job_of(folder, job_id).progress.done < _FRAMES)
    (child,) = psutil.Process(worker.pid).children()
    return child


def _assert_published_whole(folder: DataFolder, added: Segmentation) -> None:
    with folder.database.reading() as session:
        result = segmentations.get(session, added.id)
        named = published(session)
    assert result.is_ready
    assert result.frames == _FRAMES
    assert set(folder.artifacts.names()) == named
    assert {path.name for path in folder.artifacts.folder.iterdir()} == named
    wait_until(lambda: list(folder.settings.work.iterdir()) == [])


def test_a_segmentation_survives_the_end_of_its_worker_and_of_its_child(
    folder: DataFolder, segmentation: Segmentation
) -> None:
    with _worker(folder) as first:
        child = _child(folder, first, segmentation.job_id)
        _end(first, signal.SIGKILL)
        _, alive = psutil.wait_procs([child], timeout=15)
        assert alive == []
    with _worker(folder) as second:
        wait_until(lambda: job_of(folder, segmentation.job_id).attempt == 2)
        _child(folder, second, segmentation.job_id).kill()
        job = wait_for_end(folder, segmentation.job_id)
        assert (job.state, job.attempt) == (JobState.DONE, 3)
        _assert_published_whole(folder, segmentation)
        assert _end(second, signal.SIGTERM) == 0


def test_a_segmentation_whose_video_is_deleted_meanwhile_stops_and_leaves_no_file(
    folder: DataFolder, segmentation: Segmentation
) -> None:
    with _worker(folder) as worker:
        child = _child(folder, worker, segmentation.job_id)
        queue.delete_video(folder, segmentation.video_id)
        assert wait_for_end(folder, segmentation.job_id).state is JobState.CANCELLED
        assert child.is_running()  # it stopped by itself and stays warm
        with folder.database.reading() as session:
            named = published(session)
        wait_until(lambda: set(folder.artifacts.names()) == named)
        assert _end(worker, signal.SIGTERM) == 0
        wait_until(lambda: not child.is_running())
