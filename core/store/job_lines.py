"""Jobs as lists show them: the many jobs of a search stand on one line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, case, delete, func, select
from sqlalchemy.orm import Session

from core.records import Job, JobKind, JobState
from core.store.finding import found_by, lined_up
from core.store.job_reading import filtered, record_of
from core.store.tables import JobRow, SearchRow

FOLDED: tuple[JobKind, ...] = ("trial", "advance_search")
"""Kinds of which a search has many."""

LINE_ORDERS = {
    "newest": (JobRow.created_at.desc(), JobRow.id),
    "oldest": (JobRow.created_at, JobRow.id),
}

_OF_SEARCHES: tuple[JobKind, ...] = (*FOLDED, "prepare_search")
_FINISHED = [state for state in JobState if state.is_finished]


@dataclass(frozen=True)
class JobLine:
    """One line: a job, or the jobs of one search that were looked for.

    Attributes:
        job: The job; of a search the newest.
        search_id: The search; empty where the line is one job.
        search_name: What it is called; empty where it was deleted.
        states: State -> number of the search's jobs in it; empty where the line is one job.
    """

    job: Job
    search_id: str = ""
    search_name: str = ""
    states: dict[JobState, int] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether anything of it runs or waits."""
        states = self.states or {self.job.state: 1}
        return bool({JobState.RUNNING, JobState.QUEUED} & set(states))


def list_lines(
    session: Session,
    *,
    states: Iterable[JobState] | None = None,
    kinds: Iterable[JobKind] | None = None,
    find: str = "",
    order: str = "newest",
    is_folded: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> list[JobLine]:
    """Lines of jobs in some states and of some kinds, in one of `LINE_ORDERS`.

    With `find`, only of jobs that have it in their titles. Unless `is_folded`, every job of a
    search has a line of its own.
    """
    if not is_folded:
        every = found_by(filtered(select(JobRow), states, kinds), find, JobRow.title)
        shown = lined_up(every, order, LINE_ORDERS).limit(limit).offset(offset)
        return [JobLine(record_of(row)) for row in session.scalars(shown)]
    place = func.row_number().over(
        partition_by=_LINE, order_by=(JobRow.created_at.desc(), JobRow.id)
    )
    chosen: Select[Any] = select(JobRow.id, place.label("place"), _LINE.label("line"))
    ranked = found_by(filtered(chosen, states, kinds), find, JobRow.title).subquery()
    lines = (
        select(JobRow, ranked.c.line)
        .join(ranked, ranked.c.id == JobRow.id)
        .where(ranked.c.place == 1)
    )
    shown = lined_up(lines, order, LINE_ORDERS).limit(limit).offset(offset)
    found = [(record_of(row), str(line)) for row, line in session.execute(shown)]
    searches = {line for job, line in found if line != job.id}
    counted = _counted(session, searches, states, kinds)
    named = select(SearchRow.id, SearchRow.name).where(SearchRow.id.in_(searches))
    names = {row.id: row.name for row in session.execute(named)}
    return [
        JobLine(job)
        if line == job.id
        else JobLine(job, line, names.get(line, ""), counted.get(line, {}))
        for job, line in found
    ]


def count_lines(
    session: Session,
    *,
    states: Iterable[JobState] | None = None,
    kinds: Iterable[JobKind] | None = None,
    find: str = "",
    is_folded: bool = True,
) -> int:
    """How many lines `list_lines` would give without a limit."""
    line = _LINE if is_folded else JobRow.id
    lines = filtered(select(func.count(line.distinct())), states, kinds)
    return session.scalar(found_by(lines, find, JobRow.title)) or 0


def count_left_over(session: Session) -> int:
    """How many finished jobs there are of searches that were deleted."""
    return session.scalar(select(func.count(JobRow.id)).where(*_left_over())) or 0


def delete_left_over(session: Session) -> int:
    """Removes the finished jobs, with their logs, of searches that were deleted.

    Returns:
        How many there were.
    """
    gone = session.execute(delete(JobRow).where(*_left_over()))
    return cast(CursorResult[Any], gone).rowcount


def _left_over() -> list[ColumnElement[bool]]:
    of_one = select(SearchRow.id).where(SearchRow.id == _SEARCH)
    return [JobRow.kind.in_(_OF_SEARCHES), JobRow.state.in_(_FINISHED), ~of_one.exists()]


def _counted(
    session: Session,
    searches: Iterable[str],
    states: Iterable[JobState] | None,
    kinds: Iterable[JobKind] | None,
) -> dict[str, dict[JobState, int]]:
    query: Select[Any] = select(_LINE.label("line"), JobRow.state)
    query = query.where(JobRow.kind.in_(FOLDED), _LINE.in_(list(searches)))
    found = filtered(query, states, kinds).subquery()  # PostgreSQL groups by columns alone
    grouped = select(found.c.line, found.c.state, func.count()).group_by(
        found.c.line, found.c.state
    )
    numbers: dict[str, dict[JobState, int]] = {}
    for line, state, number in session.execute(grouped):
        numbers.setdefault(str(line), {})[JobState(state)] = number
    return numbers


_SEARCH = JobRow.payload["search_id"].as_string()
_LINE = case((JobRow.kind.in_(FOLDED), func.coalesce(_SEARCH, JobRow.id)), else_=JobRow.id)
