"""`dyncell up` as people start it: one command, two processes, nothing left behind."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.data_folder import open_data_folder
from core.records import JobState
from core.settings import Settings
from core.store import videos, workers
from tasks import queue
from tests.free_port import free_port
from tests.media import barcode, make_video
from tests.tasks.engine import PATIENCE, job_of, wait_for_end, wait_until


def _up_command(data: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "tasks.cli", "up", "--data", str(data), "--port", str(port)]


def _refused(data: Path, port: int) -> str:
    """What a second `up` says; it must end by itself."""
    done = subprocess.run(
        _up_command(data, port), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def _status(address: str) -> int:
    """The HTTP status of an address, 0 where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Up:
    """A running `dyncell up`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            _up_command(data, self.port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_until_ready(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def parts(self) -> dict[str, psutil.Process]:
        """The web and the worker process of the moment."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                line = " ".join(child.cmdline())
            except psutil.Error:
                continue
            found["web" if "tasks.web_process" in line else "worker"] = child
        return found

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def end(self, sign: signal.Signals) -> int:
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose sample was deleted, so that nothing is rendered during the tests."""
    folder = open_data_folder(Settings.of(tmp_path_factory.mktemp("up"), {}))
    queue.delete_video(folder, queue.add_sample(folder).id)
    folder.database.close()
    return folder.settings.data


@pytest.fixture(scope="module")
def up(data: Path) -> Iterator[Up]:
    started = Up(data)
    yield started
    started.process.kill()
    started.process.communicate()


def test_one_command_brings_the_web_application_and_a_worker(up: Up) -> None:
    assert up.wait_until_ready() == f"dyncell is ready: {up.address}\n"
    assert up.answers()
    folder = open_data_folder(Settings.of(up.data, {}))
    with folder.database.reading() as session:
        (worker,) = workers.list_workers(session)
        assert worker.slots == 2
        assert worker.pid == up.parts()["worker"].pid
        assert videos.find_sample(session) is None
    folder.database.close()


def test_a_second_up_on_the_same_folder_is_told_where_the_first_one_is(up: Up) -> None:
    assert f"already runs on {up.data}, at {up.address}" in _refused(up.data, free_port())


def test_an_up_on_a_taken_port_is_told_which_option_to_change(up: Up, tmp_path: Path) -> None:
    said = _refused(tmp_path, up.port)
    assert f"Port {up.port}" in said
    assert "--port" in said


def test_a_segmentation_does_not_notice_that_the_web_process_was_killed(
    up: Up, tmp_path: Path
) -> None:
    folder = open_data_folder(Settings.of(up.data, {}))
    file = make_video(tmp_path / "drive.mp4", (barcode(n) for n in range(400)))
    video = queue.add_video(folder, file, name="drive.mp4")
    assert wait_for_end(folder, video.job_id).state is JobState.DONE
    added = queue.add_segmentation(folder, video_id=video.id, model="camvid", options={})
    labels = f"{up.address}/api/v1/segmentations/{added.id}/labels?start=0&count=16"
    wait_until(lambda: job_of(folder, added.job_id).progress.done > 0)
    assert _status(labels) == 409  # nothing of a half result is served
    web = up.parts()["web"]
    web.kill()
    job = wait_for_end(folder, added.job_id)
    assert (job.state, job.attempt) == (JobState.DONE, 1)
    wait_until(lambda: _status(labels) == 200)
    assert up.parts()["web"].pid != web.pid
    queue.delete_video(folder, video.id)
    folder.database.close()


def test_a_part_that_is_killed_is_started_again(up: Up) -> None:
    before = up.parts()
    for part in before.values():
        part.kill()
    wait_until(
        lambda: set(up.parts().values()).isdisjoint(before.values()) and len(up.parts()) == 2
    )
    wait_until(up.answers)


def test_nothing_is_left_when_up_itself_is_killed_and_the_next_one_starts(up: Up) -> None:
    parts = list(up.parts().values())
    assert len(parts) == 2
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.wait()
    _, alive = psutil.wait_procs(parts, timeout=PATIENCE)
    assert alive == []
    again = Up(up.data)
    try:
        assert again.wait_until_ready() == f"dyncell is ready: {again.address}\n"
        parts = list(again.parts().values())
        assert again.end(signal.SIGTERM) == 0
        assert not any(part.is_running() for part in parts)
        assert not again.answers()
    finally:
        again.process.kill()
        again.process.communicate()
