"""The jobs of a search follow its state; everything here happens within the caller's transaction.

A trial keeps its job for life: a rest pauses it, a stop cancels it, going on queues it again.
"""

from typing import Any

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import Job, JobKind, JobState, new_id
from core.search.schedule import Proposal
from core.search_records import Search, Trial, TrialState
from core.store import jobs, searches, trials
from tasks.kinds import KINDS


def order_preparation(session: Session, search: Search, job_id: str, **payload: Any) -> Job:
    """Queues the preparation of a search and its twins."""
    payload |= {"search_id": search.id, "model_id": new_id()}
    return _enqueue(
        session, "prepare_search", job_id, payload, title=f"Prepare the search {search.name}"
    )


def order_trial(session: Session, search: Search, proposal: Proposal) -> Trial:
    """Adds a trial and queues its job; one that shares a result has none."""
    trial_id, job_id = new_id(), "" if proposal.same_as is not None else new_id()
    if job_id:
        _enqueue_trial(session, search, trial_id, proposal.number, job_id)
    return trials.add(
        session,
        trial_id,
        search_id=search.id,
        number=proposal.number,
        key=proposal.key,
        genotype=proposal.genotype.to_dict(),
        seed=proposal.seed,
        thresholds=proposal.thresholds,
        same_as=proposal.same_as,
        job_id=job_id,
    )


def order_advance(session: Session, search: Search) -> None:
    """Queues a job that tells and asks, unless another process has just done so."""
    job_id = new_id()
    if searches.give_job(session, search.id, job_id=job_id, instead_of=search.job_id):
        title = f"Move the search {search.name} on"
        _enqueue(session, "advance_search", job_id, {"search_id": search.id}, title=title)


def hold(session: Session, search: Search) -> None:
    """Rests the jobs of a search; a running trial begins anew when the search goes on."""
    for job_id in _job_ids(session, search):
        if find_job(session, job_id) is not None:
            jobs.request_pause(session, job_id)


def cancel(session: Session, search: Search) -> None:
    """Cancels the jobs of a search."""
    for job_id in _job_ids(session, search):
        if find_job(session, job_id) is not None:
            jobs.request_cancel(session, job_id)


def release(session: Session, search: Search) -> None:
    """Queues again whatever of a search's jobs rests, failed, was cancelled or is gone."""
    if not search.is_prepared:
        job = find_job(session, search.job_id)
        if not _requeued(session, job):
            payload = job.payload if job is not None else {"search_id": search.id}
            again = order_preparation(session, search, new_id(), **payload)
            for each in (search, *searches.twins(session, search.id)):
                searches.give_job(session, each.id, job_id=again.id, instead_of=each.job_id)
        return
    for trial in waiting_trials(session, search):
        if not _requeued(session, find_job(session, trial.job_id)):
            job_id = new_id()
            _enqueue_trial(session, search, trial.id, trial.number, job_id)
            trials.give_job(session, trial.id, job_id)


def waiting_trials(session: Session, search: Search) -> list[Trial]:
    """Trials without a result that have a job of their own."""
    states = [TrialState.WAITING, TrialState.RUNNING]
    found = trials.list_trials(session, search.id, states=states, limit=None)
    return [trial for trial in found if trial.same_as is None]


def find_job(session: Session, job_id: str) -> Job | None:
    """The job, or None where it is gone."""
    try:
        return jobs.get(session, job_id)
    except NotFound:
        return None


def _job_ids(session: Session, search: Search) -> list[str]:
    if search.is_prepared:
        return [trial.job_id for trial in waiting_trials(session, search)]
    return [] if search.twin_of else [search.job_id]  # a twin waits for another search's job


def _requeued(session: Session, job: Job | None) -> bool:
    """Whether the job will run, after it was queued again where that was needed."""
    if job is None or job.state is JobState.DONE or (job.cancel_requested and not _rests(job)):
        return False
    if job.state.can_retry:
        jobs.retry(session, job.id)
    elif job.state is JobState.PAUSED:
        jobs.resume(session, job.id)
    return True


def _rests(job: Job) -> bool:
    return job.state is not JobState.RUNNING


def _enqueue_trial(
    session: Session, search: Search, trial_id: str, number: int, job_id: str
) -> None:
    payload = {"search_id": search.id, "trial_id": trial_id}
    _enqueue(session, "trial", job_id, payload, title=f"Trial {number} of {search.name}")


def _enqueue(
    session: Session, kind: JobKind, job_id: str, payload: dict[str, Any], *, title: str
) -> Job:
    return jobs.enqueue(
        session,
        kind,
        payload=payload,
        title=title,
        priority=KINDS[kind].priority,
        max_attempts=KINDS[kind].max_attempts,
        job_id=job_id,
    )
