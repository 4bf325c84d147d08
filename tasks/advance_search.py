"""The job `advance_search`, and what every trial does at its end: tell results, ask for more.

Payload: `search_id`. There is no coordinator: whoever ends a trial advances its search. Telling
and asking happen outside any transaction and are stored, together with the new trials and their
jobs, only where nobody else has advanced the search meanwhile; otherwise all is read again.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.nn.config import StaticConfig
from core.records import Job, JobState, Progress
from core.search.config import SearchConfig
from core.search.constraint import anything
from core.search.limit import cost_limit
from core.search.running_time import running_seconds
from core.search.schedule import Asked, is_due
from core.search.schedule import advance as told_and_asked
from core.search.searcher import Searcher
from core.search.strategies import build_searcher, restore_searcher
from core.search_records import FailureCause, Search, SearchState, Trial
from core.store import searches, trials
from tasks.context import JobContext
from tasks.patience import PASSING
from tasks.queue.messages import notify
from tasks.search_jobs import find_job, order_trial, release, waiting_trials
from tasks.search_rest import refuse_other_code, rest

_CAUSES: tuple[FailureCause, ...] = ("oom", "timeout", "crash")
"""How a trial's job may fail so that the trial has failed; by other ends the search rests."""


def run(context: JobContext) -> None:
    """Advances the search of the payload."""
    context.report(Progress(stage="asking for trials"))
    advance(context.folder, context.job.payload["search_id"])
    context.finish(lambda _: {})


def advance(folder: DataFolder, search_id: str) -> None:
    """Takes in what ended, tells and asks as far as the results allow, and ends what is over.

    Safe when several do it at once. A search that does not run, or was deleted, is left alone.
    """
    try:
        while _changed(folder, search_id):
            pass
    except NotFound:
        return
    except PASSING:
        raise  # the database will be back, and upkeep advances the search then
    except DyncellError as error:
        rest(folder, search_id, str(error))
    notify(folder.settings)


@dataclass(frozen=True)
class _Standing:
    """A search as it was read at one moment."""

    search: Search
    config: SearchConfig
    trials: list[Trial]
    searcher: bytes | None
    is_disturbed: bool

    @property
    def asked(self) -> list[Asked]:
        return [_as_asked(trial) for trial in self.trials]

    @property
    def limit(self) -> int:
        """Trials in all that there shall be: no more than now once the hours are used up."""
        if self.config.hours is None:
            return self.config.trials
        spent = running_seconds(
            (trial.started_at, trial.finished_at)
            for trial in self.trials
            if trial.started_at is not None and trial.finished_at is not None
        )
        is_over = spent >= self.config.hours * 3600
        return min(self.config.trials, len(self.trials)) if is_over else self.config.trials

    @property
    def is_over(self) -> bool:
        return len(self.trials) >= self.limit and all(t.state.is_finished for t in self.trials)


def _changed(folder: DataFolder, search_id: str) -> bool:
    """One round; whether there may be more to do."""
    standing = _read(folder, search_id)
    if standing.search.state is not SearchState.RUNNING:
        return False
    if standing.is_disturbed:
        with folder.database.writing() as session:
            _settle(session, standing.search)
        return True
    if standing.is_over:
        return not _ended(folder, standing)
    if not is_due(
        standing.asked,
        told=standing.search.told,
        trials=standing.limit,
        parallelism=standing.config.parallelism,
    ):
        return False
    _tell_and_ask(folder, standing)
    return True


def _read(folder: DataFolder, search_id: str) -> _Standing:
    with folder.database.reading() as session:
        search = searches.get(session, search_id)
        asked = trials.list_trials(session, search.id, limit=None)
        return _Standing(
            search,
            SearchConfig.from_dict(search.config),
            asked,
            searches.read_searcher(session, search.id),
            _is_disturbed(session, search, asked),
        )


def _is_disturbed(session: Session, search: Search, asked: Sequence[Trial]) -> bool:
    """Whether a trial waits for a job that will not run, or for a result that is there."""
    for trial in asked:
        if trial.state.is_finished or trial.same_as is None:
            continue
        if asked[trial.same_as].state.is_finished:
            return True
    return any(
        not _will_run(find_job(session, trial.job_id)) for trial in waiting_trials(session, search)
    )


def _settle(session: Session, search: Search) -> None:
    """Trials whose jobs failed have failed; where a job ended otherwise the search rests."""
    for trial in waiting_trials(session, search):
        job = find_job(session, trial.job_id)
        cause = None if job is None else job.result.get("cause")
        if job is None or job.state in (JobState.PAUSED, JobState.DONE):
            continue
        if job.state is JobState.FAILED and cause in _CAUSES:
            _fail(session, trial, job, cause)
        elif job.state.is_finished:
            said = f"The job of trial {trial.number} was cancelled; resume the search to run it."
            message = (job.error or said) if job.state is JobState.FAILED else said
            since = [SearchState.RUNNING]
            searches.move(session, search.id, SearchState.PAUSED, since=since, message=message)
            return
    trials.share(session, search.id)
    release(session, search)


def _fail(session: Session, trial: Trial, job: Job, cause: FailureCause) -> None:
    seconds = (job.finished_at or 0.0) - (job.started_at or job.finished_at or 0.0)
    trials.publish(
        session,
        trial.id,
        reward=None,
        cause=cause,
        seconds=max(0.0, seconds),
        started_at=job.started_at,
    )


def _tell_and_ask(folder: DataFolder, standing: _Standing) -> None:
    begun = time.monotonic()
    search, config = standing.search, standing.config
    refuse_other_code(search)
    searcher = build(search, config, standing.searcher)
    step = told_and_asked(
        searcher,
        standing.asked,
        told=search.told,
        trials=standing.limit,
        parallelism=config.parallelism,
        seed=config.seed,
        rungs=config.budget.rungs,
    )
    state = searcher.to_bytes()
    spent = time.monotonic() - begun
    with folder.database.writing() as session:
        is_newest = searches.advance(
            session,
            search.id,
            version=search.version,
            searcher=state,
            asked=searcher.asked,
            told=step.told,
            stages={"controller": spent},
        )
        if is_newest:
            for proposal in step.proposals:
                order_trial(session, search, proposal)
            trials.share(session, search.id)


def build(search: Search, config: SearchConfig, stored: bytes | None) -> Searcher:
    """The strategy of a prepared search, as it was stored or at its beginning.

    Raises:
        BadSearcher: What was stored cannot be read.
        NothingAccepted: No genotype of the space keeps the limit on cost.
    """
    found = search.prepared
    network = StaticConfig.from_dict(found["static"])
    limit = cost_limit(config, network, height=found["height"], width=found["width"])
    accepts = limit or anything
    if stored is not None:
        return restore_searcher(stored, accepts=accepts)
    return build_searcher(
        config.strategy, space=config.genotypes, seed=config.seed, accepts=accepts
    )


def _ended(folder: DataFolder, standing: _Standing) -> bool:
    """Ends the search; False where it was extended or asked for more meanwhile."""
    is_early = len(standing.trials) < standing.config.trials
    message = f"Its {standing.config.hours:g} hours are used up." if is_early else ""
    with folder.database.writing() as session:
        now = searches.get(session, standing.search.id)
        if (now.config, now.version) != (standing.search.config, standing.search.version):
            return False
        since = [SearchState.RUNNING]
        searches.move(session, now.id, SearchState.DONE, since=since, message=message)
    return True


def _as_asked(trial: Trial) -> Asked:
    return Asked(
        trial.key,
        is_finished=trial.state.is_finished,
        reward=trial.reward,
        rungs=tuple((int(n), float(r)) for n, r in trial.result.get("rungs", ())),
        same_as=trial.same_as,
    )


def _will_run(job: Job | None) -> bool:
    return job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)
