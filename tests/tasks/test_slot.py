import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.records import JobState, new_id
from core.store import jobs
from tasks import queue
from tasks.kinds import INTERACTIVE, KINDS
from tests.tasks.engine import (
    QUICK,
    add_job,
    is_running,
    job_of,
    log_of,
    wait_for_end,
    wait_for_state,
    wait_until,
)

RunSlot = Callable[..., Any]


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_a_job_is_run_with_its_progress_and_everything_it_said(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    job_id = add_job(folder, ["report", 3, 4], ["print", "printed"], ["log", "logged"], ["finish"])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert (job.state, job.attempt, job.lease_owner) == (JobState.DONE, 1, None)
    assert (job.progress.done, job.progress.total) == (3, 4)
    wait_until(lambda: len(log_of(folder, job_id)) == 3)
    assert set(log_of(folder, job_id)) == {"printed", "printed (error)", "logged"}


def test_progress_is_seen_while_the_job_runs(folder: DataFolder, run_slot: RunSlot) -> None:
    job_id = add_job(folder, ["count", 20.0], ["finish"])
    run_slot()
    first = wait_until(lambda: job_of(folder, job_id).progress.done)
    wait_until(lambda: job_of(folder, job_id).progress.done > first)
    assert job_of(folder, job_id).state is JobState.RUNNING


def test_the_most_urgent_job_goes_first_then_the_oldest(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    training = add_job(folder, ["finish"])
    first = add_job(folder, ["finish"], kind="import_video")
    time.sleep(0.002)  # ages are told in milliseconds
    second = add_job(folder, ["finish"], kind="import_video")
    run_slot()
    ended = [wait_for_end(folder, job_id) for job_id in (first, second, training)]
    started = [job.started_at or 0.0 for job in ended]
    assert started == sorted(started)


def test_a_warm_child_takes_the_next_job_of_its_kind_and_no_other(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    run_slot()
    pids = []
    for kind in ("train_static", "train_static", "import_video"):
        job_id = add_job(folder, ["finish"], kind=kind)  # type: ignore[arg-type]
        pids.append(wait_for_end(folder, job_id).result["pid"])
    assert pids[0] == pids[1]
    assert pids[1] != pids[2]
    wait_until(lambda: not is_running(pids[0]))


def test_a_child_is_replaced_after_a_failure(folder: DataFolder, run_slot: RunSlot) -> None:
    run_slot()
    first = wait_for_end(folder, add_job(folder, ["finish"])).result["pid"]
    failed = wait_for_end(folder, add_job(folder, ["fail", "This is no video."]))
    assert (failed.state, failed.error, failed.attempt) == (
        JobState.FAILED,
        "This is no video.",
        1,
    )
    second = wait_for_end(folder, add_job(folder, ["finish"])).result["pid"]
    assert first != second
    assert not is_running(first)


def test_a_child_is_replaced_when_the_code_has_changed(
    folder: DataFolder, run_slot: RunSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_slot()
    first = wait_for_end(folder, add_job(folder, ["finish"])).result["pid"]
    monkeypatch.setattr("tasks.slot.fingerprint", lambda: "another")
    second = wait_for_end(folder, add_job(folder, ["finish"])).result["pid"]
    assert first != second


def test_a_child_is_replaced_after_its_share_of_jobs(folder: DataFolder, run_slot: RunSlot) -> None:
    run_slot(timing=replace(QUICK, jobs_per_child=2))
    pids = [wait_for_end(folder, add_job(folder, ["finish"])).result["pid"] for _ in range(3)]
    assert pids[0] == pids[1] != pids[2]


def test_an_idle_child_is_ended_after_a_while(folder: DataFolder, run_slot: RunSlot) -> None:
    run_slot(timing=replace(QUICK, idle=0.3))
    pid = wait_for_end(folder, add_job(folder, ["finish"])).result["pid"]
    wait_until(lambda: not is_running(pid))


def test_a_cancelled_body_stops_by_itself_and_its_child_stays_warm(
    folder: DataFolder, run_slot: RunSlot, tmp_path: Path
) -> None:
    noted = tmp_path / "pids"
    job_id = add_job(folder, ["note", str(noted)], ["count", 60.0])
    run_slot()
    wait_for_state(folder, job_id, JobState.RUNNING)
    wait_until(lambda: job_of(folder, job_id).progress.done)
    queue.cancel(folder, job_id)
    assert wait_for_end(folder, job_id).state is JobState.CANCELLED
    assert wait_for_end(folder, add_job(folder, ["finish"])).result["pid"] == _pids(noted)[0]


@pytest.mark.parametrize("deaf", [["sleep", 60.0], ["hold_the_interpreter", 60]])
def test_a_body_that_does_not_hear_is_ended_after_the_grace_with_its_processes(
    folder: DataFolder, run_slot: RunSlot, tmp_path: Path, deaf: list[Any]
) -> None:
    noted = tmp_path / "pids"
    job_id = add_job(folder, ["note", str(noted)], ["start_process", str(noted)], deaf)
    run_slot()
    wait_until(lambda: len(_pids(noted)) == 2)
    queue.cancel(folder, job_id)
    job = wait_for_end(folder, job_id)
    assert (job.state, job.error) == (JobState.CANCELLED, None)
    wait_until(lambda: not any(is_running(pid) for pid in _pids(noted)))


def test_a_job_rests_when_asked_and_goes_on_when_asked(
    folder: DataFolder, run_slot: RunSlot, tmp_path: Path
) -> None:
    job_id = add_job(folder, ["count", 1.0], ["finish"])
    run_slot()
    wait_until(lambda: job_of(folder, job_id).progress.done)
    queue.pause(folder, job_id)
    paused = wait_for_state(folder, job_id, JobState.PAUSED)
    assert (paused.attempt, paused.pause_requested) == (0, False)
    queue.resume(folder, job_id)
    assert wait_for_end(folder, job_id).state is JobState.DONE


def test_a_body_that_makes_no_progress_is_ended_with_that_reason(
    folder: DataFolder, run_slot: RunSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "train_static", replace(KINDS["train_static"], silence_limit=0.5))
    job_id = add_job(folder, ["report", 1, 9], ["sleep", 60.0])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert (job.state, job.result) == (JobState.FAILED, {"cause": "timeout"})
    assert "no progress" in str(job.error)


def test_a_killed_child_means_another_attempt(folder: DataFolder, run_slot: RunSlot) -> None:
    job_id = add_job(folder, ["die_once", "SIGKILL"], ["finish"])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert (job.state, job.attempt, job.error) == (JobState.DONE, 2, None)
    assert any(
        "SIGKILL, probably because memory ran out" in line for line in log_of(folder, job_id)
    )


def test_a_body_that_always_crashes_fails_with_the_reason_after_its_attempts(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    job_id = add_job(folder, ["die", "SIGSEGV"])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert (job.state, job.attempt) == (JobState.FAILED, KINDS["train_static"].max_attempts)
    assert "SIGSEGV" in str(job.error)
    assert any("Segmentation fault" in line for line in log_of(folder, job_id))


def test_a_defect_keeps_its_traceback_out_of_sight_in_the_log(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    job_id = add_job(folder, ["break"])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert "Traceback" not in str(job.error)
    wait_until(lambda: any("ZeroDivisionError" in line for line in log_of(folder, job_id)))


def test_running_out_of_memory_is_a_failure_with_its_cause(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    job_id = add_job(folder, ["run_out_of_memory"])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert (job.state, job.attempt, job.result) == (JobState.FAILED, 1, {"cause": "oom"})


def test_what_a_failed_attempt_wrote_is_removed_and_what_was_there_stays(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    row_id = new_id()
    file = folder.settings.data / "before"
    file.write_bytes(b"before")
    before = artifact_id(row_id, 0, "original.bin")
    folder.artifacts.put(file, before)
    job_id = add_job(folder, ["put", row_id, "labels.bin"], ["fail", "No."], segmentation_id=row_id)
    run_slot()
    wait_for_end(folder, job_id)
    wait_until(lambda: folder.artifacts.names() == [before])
    wait_until(lambda: list(folder.settings.work.iterdir()) == [])


def test_a_stopped_slot_releases_its_job_without_counting_the_attempt(
    folder: DataFolder, run_slot: RunSlot, tmp_path: Path
) -> None:
    noted = tmp_path / "pids"
    job_id = add_job(folder, ["note", str(noted)], ["sleep", 60.0])
    runner = run_slot()
    wait_until(lambda: _pids(noted))
    runner.stop()
    job = job_of(folder, job_id)
    assert (job.state, job.attempt, job.lease_owner) == (JobState.QUEUED, 0, None)
    assert not is_running(_pids(noted)[0])
    assert list(folder.settings.work.iterdir()) == []


def test_an_owner_that_lost_its_lease_ends_its_child_and_publishes_nothing(
    folder: DataFolder, run_slot: RunSlot, tmp_path: Path
) -> None:
    noted, go = tmp_path / "pids", tmp_path / "go"
    job_id = add_job(folder, ["note", str(noted)], ["wait_for", str(go)], ["finish"])
    runner = run_slot()
    wait_until(lambda: _pids(noted))
    with folder.database.writing() as session:
        fence = jobs.get(session, job_id).fence
        jobs.give_up(session, job_id, fence, state=JobState.PAUSED)
    wait_until(lambda: not is_running(_pids(noted)[0]))
    go.touch()
    assert job_of(folder, job_id).state is JobState.PAUSED
    runner.stop()
    assert job_of(folder, job_id).state is JobState.PAUSED


def test_the_reserved_slot_never_takes_training(folder: DataFolder, run_slot: RunSlot) -> None:
    training = add_job(folder, ["finish"])
    run_slot("interactive", kinds=INTERACTIVE)
    wait_for_end(folder, add_job(folder, ["finish"], kind="import_video"))
    wait_for_end(folder, add_job(folder, ["finish"], kind="segment_video"))
    assert job_of(folder, training).state is JobState.QUEUED


def test_an_upload_is_imported_while_training_holds_the_general_slot(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    training = add_job(folder, ["count", 60.0])
    run_slot("general-0")
    wait_for_state(folder, training, JobState.RUNNING)
    run_slot("interactive", kinds=INTERACTIVE)
    upload = wait_for_end(folder, add_job(folder, ["finish"], kind="import_video"))
    assert upload.state is JobState.DONE
    assert job_of(folder, training).state is JobState.RUNNING


def test_a_flood_of_output_keeps_its_last_lines_and_nothing_else(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    job_id = add_job(folder, ["flood", 20_000], ["finish"])
    run_slot()
    assert wait_for_end(folder, job_id).state is JobState.DONE
    wait_until(lambda: any("line 19999" in line for line in log_of(folder, job_id)))
    assert len(log_of(folder, job_id)) <= jobs.KEPT_LOG_LINES


def test_a_loss_that_is_no_number_does_not_stop_a_job(
    folder: DataFolder, run_slot: RunSlot
) -> None:
    job_id = add_job(folder, ["loss"], ["finish"])
    run_slot()
    job = wait_for_end(folder, job_id)
    assert json.dumps(job.progress.detail, allow_nan=False) == '{"loss": null}'


def test_a_child_ends_with_its_process_group_when_it_is_killed_from_outside(
    folder: DataFolder, run_slot: RunSlot, tmp_path: Path
) -> None:
    noted = tmp_path / "pids"
    job_id = add_job(folder, ["note", str(noted)], ["start_process", str(noted)], ["sleep", 60.0])
    run_slot()
    wait_until(lambda: len(_pids(noted)) == 2)
    child, started = _pids(noted)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: not is_running(started))
    queue.cancel(folder, job_id)
