import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from core.data_folder import DataFolder
from core.errors import Cancelled, DyncellError
from core.records import Job, JobState, Progress, new_id
from core.store import jobs
from tasks import queue
from tasks.foreground import run_in_foreground
from tasks.kinds import KINDS
from tasks.upkeep import expire_jobs
from tests.tasks.engine import PATIENCE, QUICK, log_of, wait_until

_COMMAND = """
import sys
from dataclasses import replace
from pathlib import Path
from core.data_folder import open_data_folder
from core.errors import Cancelled
from core.settings import Settings
from tasks.foreground import run_in_foreground
from tasks.kinds import KINDS
kind = sys.argv[2]
KINDS[kind] = replace(KINDS[kind], module="tests.tasks.bodies")
folder = open_data_folder(Settings.of(Path(sys.argv[1])))
try:
    run_in_foreground(
        folder, kind, {"do": [["count", 60.0]]}, title="A", on_progress=lambda p: None
    )
except Cancelled as error:
    sys.exit(f"Error: {error}")
"""


@pytest.fixture(autouse=True)
def _our_body(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = replace(KINDS["train_static"], module="tests.tasks.bodies")
    monkeypatch.setitem(KINDS, "train_static", ours)


def _run(folder: DataFolder, *do: list[Any], **payload: Any) -> tuple[Job, list[Progress]]:
    seen: list[Progress] = []
    job = run_in_foreground(
        folder,
        "train_static",
        {"do": list(do)} | payload,
        title="A test",
        on_progress=seen.append,
        timing=QUICK,
    )
    return job, seen


def _only_job(folder: DataFolder) -> Job | None:
    with folder.database.reading() as session:
        found = jobs.list_jobs(session)
    return found[0] if found else None


def test_a_command_runs_the_same_body_and_gets_the_finished_job(folder: DataFolder) -> None:
    job, seen = _run(folder, ["report", 1, 2], ["log", "half way"], ["finish"])
    assert (job.state, job.result["pid"], job.attempt) == (JobState.DONE, os.getpid(), 1)
    assert job.payload["foreground"] is True
    assert [progress.done for progress in seen] == [1]
    assert job.progress.done == 1
    assert log_of(folder, job.id) == ["half way"]
    assert list(folder.settings.work.iterdir()) == []


def test_the_error_of_a_body_reaches_the_command_and_the_row(folder: DataFolder) -> None:
    row_id = new_id()
    with pytest.raises(DyncellError, match=r"^This is no video\.$"):
        _run(folder, ["put", row_id, "labels.bin"], ["fail", "This is no video."], row_id=row_id)
    job = _only_job(folder)
    assert job is not None
    assert (job.state, job.error) == (JobState.FAILED, "This is no video.")
    assert folder.artifacts.names() == []


def test_a_defect_shows_no_traceback_but_keeps_it_in_the_log(folder: DataFolder) -> None:
    with pytest.raises(DyncellError) as caught:
        _run(folder, ["break"])
    assert "ZeroDivisionError" not in str(caught.value)
    job = _only_job(folder)
    assert job is not None
    assert any("ZeroDivisionError" in line for line in log_of(folder, job.id))


def test_a_command_can_be_cancelled_from_a_page(folder: DataFolder) -> None:
    def cancel_when_it_runs() -> None:
        job = wait_until(lambda: _only_job(folder))
        queue.cancel(folder, job.id)

    thread = threading.Thread(target=cancel_when_it_runs)
    thread.start()
    with pytest.raises(Cancelled):
        _run(folder, ["count", 60.0])
    thread.join()
    job = _only_job(folder)
    assert job is not None
    assert job.state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("sign", "kind", "told"),
    [
        (signal.SIGINT, "segment_video", "cancelled; nothing of it was kept"),
        (signal.SIGTERM, "segment_video", "cancelled; nothing of it was kept"),
        (signal.SIGINT, "train_static", "its checkpoint kept; the same command goes on"),
        (signal.SIGTERM, "train_static", "its checkpoint kept; the same command goes on"),
    ],
)
def test_an_interrupted_command_ends_its_job_and_says_what_is_kept(
    folder: DataFolder, sign: signal.Signals, kind: str, told: str
) -> None:
    process = _start_command(folder, kind=kind)
    wait_until(lambda: (job := _only_job(folder)) and job.progress.done)
    process.send_signal(sign)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert told in said
    assert "Traceback" not in said
    job = _only_job(folder)
    assert job is not None
    assert job.state is JobState.CANCELLED


def test_a_killed_command_fails_its_job_and_is_not_run_again(folder: DataFolder) -> None:
    process = _start_command(folder)
    wait_until(lambda: (job := _only_job(folder)) and job.progress.done)
    process.kill()
    process.communicate()
    (job,) = expire_jobs(folder)
    assert job.state is JobState.FAILED
    assert "run it again" in str(job.error)
    with pytest.raises(DyncellError, match="run that command again"):
        queue.retry(folder, job.id)


def _start_command(folder: DataFolder, *, kind: str = "train_static") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _COMMAND, str(folder.settings.data), kind]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
