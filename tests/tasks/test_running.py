import errno
import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch

from core.data_folder import DataFolder
from core.datasets.problems import BadDataset
from core.errors import BadMedia, Cancelled, LeaseLost, NotFound, Paused, StorageFull
from core.records import JobState, Progress
from core.store import jobs
from tasks.context import JobContext
from tasks.ending import Ending
from tasks.patience import Patience
from tasks.running import RunningJob, Wishes, is_out_of_memory, run_body
from tests.tasks.engine import job_of

_GAP = 1000.0  # longer than any test: reports in between are kept back


class Heard:
    """Keeps what the body says."""

    def __init__(self) -> None:
        self.reports: list[Progress] = []
        self.lines: list[str] = []

    def progress(self, progress: Progress) -> None:
        self.reports.append(progress)

    def log(self, text: str) -> None:
        self.lines.append(text)


def _context(folder: DataFolder, *, wishes: Wishes | None = None) -> tuple[RunningJob, Heard]:
    with folder.database.writing() as session:
        job = jobs.insert_claimed(
            session, "train_static", payload={}, title="A test", lease_owner="x", lease_seconds=60
        )
    heard = Heard()
    context = RunningJob(
        folder,
        job,
        work=folder.settings.work,
        wishes=wishes or Wishes(),
        listener=heard,
        patience=Patience(threading.Event()),
        outage=0.0,
    )
    return context, heard


def _raising(error: BaseException) -> Callable[[JobContext], None]:
    def body(_context: JobContext) -> None:
        raise error

    return body


def test_a_finished_body_is_done_with_its_result_and_its_last_report(folder: DataFolder) -> None:
    context, _ = _context(folder)

    def body(context: JobContext) -> None:
        for done in range(1, 101):
            context.report(Progress(done, 100, "frames"))
        context.finish(lambda _: {"frames": 100})

    assert run_body(context, body) == Ending("done")
    job = job_of(folder, context.job.id)
    assert (job.state, job.result, job.progress.done) == (JobState.DONE, {"frames": 100}, 100)


def test_what_publishing_wrote_is_gone_when_the_lease_was_lost(folder: DataFolder) -> None:
    context, _ = _context(folder)
    with folder.database.writing() as session:
        other = jobs.enqueue(session, "train_static", payload={}, title="B", priority=1)
        jobs.fail(session, context.job.id, context.job.fence, error="taken away")

    def publish(session: Any) -> dict[str, Any]:
        jobs.request_cancel(session, other.id)
        return {}

    assert run_body(context, lambda c: c.finish(publish)).outcome == "lost"
    assert job_of(folder, other.id).state is JobState.QUEUED


def test_a_finish_whose_answer_was_lost_is_not_written_twice(folder: DataFolder) -> None:
    context, _ = _context(folder)
    context.finish(lambda _: {"run": 1})
    context.finish(lambda _: {"run": 2})
    assert job_of(folder, context.job.id).result == {"run": 1}


@pytest.mark.parametrize(
    ("error", "outcome", "cause"),
    [
        (Cancelled("x"), "cancelled", ""),
        (Paused("x"), "paused", ""),
        (LeaseLost("x"), "lost", ""),
        (BadMedia("This is not a video."), "failed", "refused"),
        (BadDataset("a.zip is no zip archive."), "failed", "refused"),
        (StorageFull("The disk is full."), "failed", "full"),
        (NotFound("There is no video x."), "failed", ""),
        (MemoryError(), "failed", "oom"),
        (ZeroDivisionError("x"), "failed", "crash"),
    ],
)
def test_every_way_out_of_a_body_has_its_ending(
    folder: DataFolder, error: BaseException, outcome: str, cause: str
) -> None:
    context, _ = _context(folder)
    ending = run_body(context, _raising(error))
    assert (ending.outcome, ending.cause) == (outcome, cause)


def test_a_failure_for_people_keeps_its_sentence_and_a_defect_keeps_its_traceback(
    folder: DataFolder,
) -> None:
    context, _ = _context(folder)
    assert run_body(context, _raising(BadMedia("This is no video."))).error == "This is no video."
    defect = run_body(context, _raising(ZeroDivisionError("by zero")))
    assert "ZeroDivisionError: by zero" in defect.trace[-1]
    assert "ZeroDivisionError" not in defect.error


def test_a_full_disk_is_said_to_be_full(folder: DataFolder) -> None:
    context, _ = _context(folder)
    ending = run_body(context, _raising(OSError(errno.ENOSPC, "No space left on device")))
    assert "disk is full" in ending.error
    assert ending.cause == "full"
    assert run_body(context, _raising(OSError(errno.EIO, "broken"))).cause == "crash"


def test_what_was_deleted_meanwhile_cancels_the_job_with_the_reason(folder: DataFolder) -> None:
    context, _ = _context(folder)

    def publish(_session: Any) -> dict[str, Any]:
        raise NotFound("There is no video x.")

    ending = run_body(context, lambda c: c.finish(publish))
    assert ending.outcome == "cancelled"
    assert "There is no video x." in ending.error


def test_a_body_that_forgets_to_finish_is_a_defect(folder: DataFolder) -> None:
    context, _ = _context(folder)
    assert run_body(context, lambda _: None).cause == "crash"


def test_a_body_that_fails_after_its_finish_is_done(folder: DataFolder) -> None:
    context, _ = _context(folder)

    def body(context: JobContext) -> None:
        context.finish(lambda _: {})
        raise ZeroDivisionError

    assert run_body(context, body) == Ending("done")


def test_reports_between_are_kept_back_but_a_new_stage_is_told(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.running.REPORTS_APART", _GAP)
    context, heard = _context(folder)
    for done in range(50):
        context.report(Progress(done, 50, stage="reading"))
    context.report(Progress(0, 50, stage="writing"))
    assert [report.stage for report in heard.reports] == ["reading", "writing"]


def test_a_loss_that_is_no_number_becomes_none(folder: DataFolder) -> None:
    context, heard = _context(folder)
    context.report(Progress(1, 2, rate=float("inf"), detail={"loss": float("nan"), "lr": 0.1}))
    assert heard.reports[0].detail == {"loss": None, "lr": 0.1}
    assert heard.reports[0].rate == 0.0


def test_wishes_reach_the_body_at_its_next_report(folder: DataFolder) -> None:
    wishes = Wishes()
    context, _ = _context(folder, wishes=wishes)
    context.report(Progress(1))
    assert not context.pause_requested()
    wishes.pause = True
    assert context.pause_requested()
    wishes.cancel = True
    with pytest.raises(Cancelled):
        context.report(Progress(2))
    wishes.lost = True
    with pytest.raises(LeaseLost):
        context.report(Progress(3))


def test_torch_without_memory_is_told_apart_from_other_errors() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
