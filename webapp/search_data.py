"""What the Search page reads: one short transaction each, closed before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Job
from core.search.config import SearchConfig
from core.search.searcher import BadSearcher, StrategyReport
from core.search.strategies import restore_searcher
from core.search_records import Search, SearchState, Trial, TrialState, joint_state
from core.search_summary import SearchSummary
from core.store import jobs, searches, trials, workers
from webapp.listing import Listing

UNDER_WAY = (SearchState.PREPARING, SearchState.RUNNING)
"""States in which a search may change by itself."""


@dataclass(frozen=True)
class Standing:
    """Where one search stands, in a few numbers.

    Attributes:
        search: The search.
        finished: Trials with a result, failures among them.
        failed: Those of them that failed.
        best: The highest reward; None while there is none.
    """

    search: Search
    finished: int
    failed: int
    best: float | None

    @property
    def share(self) -> float:
        """How much of what was ordered is done, 0..1."""
        return min(1.0, self.finished / self.search.trials)


@dataclass(frozen=True)
class Pair:
    """A search beside its twin, as the list shows them.

    Attributes:
        own: The search.
        twin: Its random twin; None where it has none.
        preparing: The job that prepares both; None where they are prepared, or it is gone.
    """

    own: Standing
    twin: Standing | None
    preparing: Job | None = None

    @property
    def states(self) -> tuple[SearchState, ...]:
        """The states of the search and its twin."""
        return (self.own.search.state, *([self.twin.search.state] if self.twin else []))

    @property
    def is_under_way(self) -> bool:
        """Whether anything about them may change by itself."""
        return joint_state(self.states) in UNDER_WAY


@dataclass(frozen=True)
class SearchView:
    """All that one search's view shows.

    Attributes:
        search: The search.
        config: What it was asked.
        trials: Its trials in number order.
        twin: Its random twin; None where it has none.
        twin_trials: The twin's trials.
        of: The search that this one is the twin of.
        jobs: The jobs of running trials, by id; while preparing, the one that prepares.
        room: Trials that the workers alive can run at once, of all searches together.
    """

    search: Search
    config: SearchConfig
    trials: tuple[Trial, ...]
    twin: Search | None
    twin_trials: tuple[Trial, ...]
    of: Search | None
    jobs: dict[str, Job]
    room: int

    @property
    def is_under_way(self) -> bool:
        """Whether anything about it may change by itself."""
        return joint_state(self.states) in UNDER_WAY

    @property
    def is_moving(self) -> bool:
        """The same, or trials are still ending after a rest or a stop was asked for."""
        both = (*self.trials, *self.twin_trials)
        return self.is_under_way or any(t.state is TrialState.RUNNING for t in both)

    @property
    def preparing(self) -> Job | None:
        """The job that prepares it; None once it is prepared, or where the job is gone."""
        return None if self.search.is_prepared else self.jobs.get(self.search.job_id)

    @property
    def waiting(self) -> int:
        """Trials of it and its twin that wait for a worker."""
        both = (*self.trials, *self.twin_trials)
        return sum(t.state is TrialState.WAITING and t.same_as is None for t in both)

    @property
    def states(self) -> tuple[SearchState, ...]:
        """The states of the search and its twin: the verbs depend on them."""
        return (self.search.state, *([self.twin.state] if self.twin else []))

    @property
    def summaries(self) -> list[SearchSummary]:
        """The search, then its twin, with their trials."""
        own = [SearchSummary(self.search, self.trials)]
        return own + ([SearchSummary(self.twin, self.twin_trials)] if self.twin else [])

    def trial(self, number: int) -> Trial | None:
        """The trial of that number; None where there is none."""
        return self.trials[number] if 0 <= number < len(self.trials) else None


def find_searches(folder: DataFolder, listing: Listing, *, limit: int, offset: int) -> list[Pair]:
    """Searches that were asked for, each with its twin."""
    with folder.database.reading() as session:
        found = searches.list_searches(
            session,
            with_twins=False,
            find=listing.find,
            order=listing.order,
            limit=limit,
            offset=offset,
        )
        return [_pair(session, each) for each in found]


def count_searches(folder: DataFolder, *, find: str = "") -> int:
    """How many searches there are, twins aside (with `find` in their names)."""
    with folder.database.reading() as session:
        return searches.count(session, with_twins=False, find=find)


def read_search(folder: DataFolder, search_id: str) -> SearchView:
    """One search with its trials and its twin.

    Raises:
        NotFound: There is no such search.
    """
    with folder.database.reading() as session:
        search = searches.get(session, search_id)
        twin = next(iter(searches.twins(session, search.id)), None)
        own = _trials(session, search)
        others = _trials(session, twin) if twin else ()
        return SearchView(
            search,
            SearchConfig.from_dict(search.config),
            own,
            twin,
            others,
            searches.get(session, search.twin_of) if search.twin_of else None,
            _jobs(session, search, [*own, *others]),
            trial_room(session),
        )


def trial_room(session: Session) -> int:
    """Trials that the workers alive can run at once."""
    return sum(each.search_slots for each in workers.list_workers(session) if each.is_alive)


def read_report(folder: DataFolder, search: Search) -> StrategyReport:
    """Where its strategy stands; nothing where none was stored, or another version stored it."""
    return _report(folder, search.id, search.version)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs={DataFolder: id})
def _report(folder: DataFolder, search_id: str, version: int) -> StrategyReport:
    del version  # it only tells one stored state from the next
    with folder.database.reading() as session:
        stored = searches.read_searcher(session, search_id)
    try:
        return StrategyReport() if stored is None else restore_searcher(stored).report
    except BadSearcher:
        return StrategyReport()


def _pair(session: Session, search: Search) -> Pair:
    twin = next(iter(searches.twins(session, search.id)), None)
    preparing = _jobs(session, search, ()).get(search.job_id)
    return Pair(_standing(session, search), _standing(session, twin) if twin else None, preparing)


def _standing(session: Session, search: Search) -> Standing:
    found = trials.count_states(session, search.id)
    best = trials.best(session, search.id)
    return Standing(
        search,
        finished=found[TrialState.DONE] + found[TrialState.FAILED],
        failed=found[TrialState.FAILED],
        best=None if best is None else best.reward,
    )


def _trials(session: Session, search: Search) -> tuple[Trial, ...]:
    return tuple(trials.list_trials(session, search.id, limit=None))


def _jobs(session: Session, search: Search, asked: Sequence[Trial]) -> dict[str, Job]:
    wanted = [trial.job_id for trial in asked if trial.state is TrialState.RUNNING]
    if not search.is_prepared:
        wanted.append(search.job_id)
    found = {}
    for job_id in wanted:
        try:
            found[job_id] = jobs.get(session, job_id)
        except NotFound:
            continue
    return found
