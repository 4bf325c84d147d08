"""A job that is done leads to what it made; one that is not leads nowhere."""

from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.records import JobKind, new_id
from core.store import jobs
from core.store.tables import JobRow

pytestmark = pytest.mark.usefixtures("ours")


def ended(folder: DataFolder, kind: JobKind, result: dict[str, Any], **payload: Any) -> str:
    with folder.database.writing() as session:
        jobs.enqueue(session, kind, payload=payload, title=kind, priority=1)
        job = jobs.claim(session, [kind], lease_owner="tests", lease_seconds=60)
        assert job is not None
        jobs.finish(session, job.id, job.fence, result=result)
    return job.id


def shown(job_id: str) -> AppTest:
    return AppTest.from_function(_show, kwargs={"job_id": job_id}, default_timeout=60).run()


def _show(job_id: str) -> None:
    from core.store import jobs
    from webapp.folder import current_folder
    from webapp.job_result import result_button

    with current_folder().database.reading() as session:
        result_button(jobs.get(session, job_id), place="here")


def links(test: AppTest) -> list[str]:
    return [each.proto.url for each in test.get("link_button")]


@pytest.mark.parametrize(
    ("kind", "payload", "result"),
    [
        ("segment_video", {"segmentation_id": new_id()}, {}),
        ("import_video", {"video_id": new_id()}, {}),
        ("train_cell", {"dataset_id": new_id()}, {"model_id": new_id()}),
    ],
)
def test_what_has_a_page_can_be_opened(
    folder: DataFolder, kind: JobKind, payload: dict[str, Any], result: dict[str, Any]
) -> None:
    test = shown(ended(folder, kind, result, **payload))
    assert [each.label for each in test.button] == ["Open"]


def test_a_video_that_could_not_be_imported_is_opened_to_be_deleted(folder: DataFolder) -> None:
    with folder.database.writing() as session:
        jobs.enqueue(session, "import_video", payload={"video_id": new_id()}, title="x", priority=1)
        job = jobs.claim(session, ["import_video"], lease_owner="tests", lease_seconds=60)
        assert job is not None
        jobs.fail(session, job.id, job.fence, error="It is cut off.", cause="refused")
    assert [each.label for each in shown(job.id).button] == ["Open"]


def test_what_a_terminal_made_has_no_page(folder: DataFolder) -> None:
    test = shown(ended(folder, "segment_video", {}, video="/drive.mp4"))
    assert (list(test.button), links(test)) == ([], [])


def test_an_export_is_downloaded_for_a_day(folder: DataFolder) -> None:
    job_id = ended(folder, "export_range", {"artifact": "a"}, video_id=new_id())
    assert links(shown(job_id)) == [f"/api/v1/exports/{job_id}/file"]
    with folder.database.writing() as session:
        old = update(JobRow).where(JobRow.id == job_id)
        session.execute(old.values(finished_at=JobRow.finished_at - 90_000))
    test = shown(job_id)
    assert (list(test.button), links(test)) == ([], [])


def test_what_failed_leads_nowhere(folder: DataFolder) -> None:
    with folder.database.writing() as session:
        payload = {"dataset_id": new_id()}
        jobs.enqueue(session, "import_dataset", payload=payload, title="no", priority=1)
        job = jobs.claim(session, ["import_dataset"], lease_owner="tests", lease_seconds=60)
        assert job is not None
        jobs.fail(session, job.id, job.fence, error="It broke.")
    assert list(shown(job.id).button) == []
