"""Lists of jobs in which the trials of a search stand on one line, by SQLite and PostgreSQL."""

from itertools import count
from typing import Any

from sqlalchemy import update

from core.records import Job, JobKind, JobState, new_id
from core.search.config import SearchConfig
from core.store import jobs, searches
from core.store.job_lines import count_left_over, count_lines, delete_left_over, list_lines
from core.store.session import Database
from core.store.tables import JobRow

_SECONDS = count()


def _search(database: Database, name: str) -> str:
    with database.writing() as session:
        config = SearchConfig(dataset="streets").to_dict()
        return searches.add(session, new_id(), name=name, config=config, job_id=new_id()).id


def _add(database: Database, kind: JobKind, title: str, **payload: Any) -> Job:
    """Every job a second younger than the one before: they are listed by their age."""
    with database.writing() as session:
        job = jobs.enqueue(session, kind, payload=payload, title=title, priority=1)
        moment = update(JobRow).where(JobRow.id == job.id)
        session.execute(moment.values(created_at=job.created_at + next(_SECONDS)))
        return jobs.get(session, job.id)


def _mixed(database: Database) -> tuple[str, str]:
    """An import, two searches of three and two trials, a segmentation: the oldest first."""
    first, second = _search(database, "cells"), _search(database, "cells-twin")
    _add(database, "import_video", "import")
    _add(database, "prepare_search", "prepare", search_id=first)
    for number in range(3):
        _add(database, "trial", f"trial {number}", search_id=first, trial_id=new_id())
    for number in range(2):
        _add(database, "trial", f"twin {number}", search_id=second, trial_id=new_id())
    _add(database, "segment_video", "segment")
    return first, second


def test_the_trials_of_a_search_are_one_line_and_pages_count_lines(database: Database) -> None:
    first, second = _mixed(database)
    with database.writing() as session:
        claimed = jobs.claim(session, ["trial"], lease_owner="me", lease_seconds=60)
        assert claimed is not None
        jobs.finish(session, claimed.id, claimed.fence)
    with database.reading() as session:
        assert (jobs.count(session), count_lines(session)) == (8, 5)
        lines = list_lines(session)
        paged = [line for at in range(5) for line in list_lines(session, limit=1, offset=at)]
        assert list_lines(session, limit=5, offset=5) == []
    assert paged == lines
    told = [line.search_name or line.job.title for line in lines]
    assert told == ["segment", "cells-twin", "cells", "prepare", "import"]
    assert [line.search_id for line in lines] == ["", second, first, "", ""]
    assert lines[2].states == {JobState.QUEUED: 2, JobState.DONE: 1}
    assert lines[2].job.title == "trial 2"
    assert lines[0].states == {}
    assert all(line.is_active for line in lines)


def test_a_line_counts_only_what_was_looked_for(database: Database) -> None:
    first, second = _mixed(database)
    with database.writing() as session:
        claimed = jobs.claim(session, ["trial"], lease_owner="me", lease_seconds=60)
        assert claimed is not None
        jobs.fail(session, claimed.id, claimed.fence, error="It broke.")
    with database.reading() as session:
        (line,) = list_lines(session, states=[JobState.FAILED])
        assert (line.search_id, line.states, line.is_active) == (first, {JobState.FAILED: 1}, False)
        assert count_lines(session, states=[JobState.FAILED]) == 1
        found = list_lines(session, kinds=["trial"])
        assert [each.search_id for each in found] == [second, first]
        assert count_lines(session, kinds=["import_video", "trial"]) == 3


def test_finished_jobs_of_deleted_searches_go_with_their_logs(database: Database) -> None:
    first, second = _mixed(database)
    with database.writing() as session:
        ended, running = (
            jobs.claim(session, ["trial"], lease_owner="me", lease_seconds=60) for _ in range(2)
        )
        assert ended is not None
        assert running is not None
        jobs.append_log(session, ended.id, ended.fence, lines=["reward 50"])
        jobs.finish(session, ended.id, ended.fence)
        searches.delete_search(session, first)
        for job in jobs.list_jobs(session, kinds=["prepare_search", "trial"]):
            jobs.request_cancel(session, job.id)
    with database.writing() as session:
        # three trials and the preparation, but for the trial that is still being ended
        assert (count_left_over(session), delete_left_over(session)) == (3, 3)
        assert jobs.read_log(session, ended.id) == []
        assert jobs.get(session, running.id).cancel_requested
        lines = list_lines(session, kinds=["trial"])
        assert [(line.search_id, line.search_name) for line in lines] == [
            (second, "cells-twin"),
            (first, ""),
        ]
        jobs.give_up(session, running.id, running.fence, state=JobState.CANCELLED)
        assert (delete_left_over(session), count_left_over(session)) == (1, 0)
