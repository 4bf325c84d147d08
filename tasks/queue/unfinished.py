"""Jobs and searches that are not over yet: what they use stays."""

from sqlalchemy.orm import Session

from core.errors import DyncellError, NotFound
from core.records import Job, JobKind, JobState
from core.store import jobs, searches
from tasks.process import is_gone

_STATES = [state for state in JobState if not state.is_finished]
_ALL = 1_000_000


def unfinished_jobs(session: Session, *, kinds: list[JobKind] | None = None) -> list[Job]:
    """Jobs that wait, run or rest; not those of commands that were killed on this host."""
    found = jobs.list_jobs(session, states=_STATES, kinds=kinds, limit=_ALL)
    return [job for job in found if not _is_abandoned(job)]


def _is_abandoned(job: Job) -> bool:
    """A killed command's job says that it runs until some worker looks, if one ever does."""
    return bool(job.payload.get("foreground")) and is_gone(job.lease_owner or "")


def is_unfinished(session: Session, job_id: str) -> bool:
    """Whether there is such a job and it is not over; an empty id is none."""
    try:
        return bool(job_id) and not jobs.get(session, job_id).state.is_finished
    except NotFound:
        return False


def refuse_in_use(
    session: Session,
    row: tuple[str, str],
    *,
    what: str,
    keys: tuple[str, ...],
    but: JobKind | None = None,
) -> None:
    """Demands that no unfinished job names a row in its payload.

    Args:
        session: An open session.
        row: The row's id and its name: commands in a terminal give names.
        what: What it is, as the sentence begins: `The dataset 'streets'`.
        keys: Where payloads name such rows.
        but: A kind of job that does not count.

    Raises:
        DyncellError: A job uses it; the text names the job.
    """
    for job in unfinished_jobs(session):
        if job.kind != but and any(job.payload.get(key) in row for key in keys):
            raise DyncellError(
                f"{what} is in use by {job.title!r} ({job.state}); wait for it or cancel it on the "
                "Jobs page, then delete it."
            )


def refuse_searched_on(
    session: Session,
    what: str,
    *,
    dataset_id: str | None = None,
    static_id: str | None = None,
) -> None:
    """Demands that no search that is not over stands on a dataset or a static network.

    Raises:
        DyncellError: One does; the text names it.
    """
    for search in searches.unfinished_with(session, dataset_id=dataset_id, static_id=static_id):
        raise DyncellError(
            f"{what} is in use by the search {search.name!r} ({search.state}); stop that search, "
            "then delete it."
        )
