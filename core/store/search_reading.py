"""Searches as they are read: one, its twins, many, and those that need somebody."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import JobState
from core.search_records import Search, SearchState
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time
from core.store.tables import JobRow, SearchRow, TrialRow

_NAMED_AT_MOST = 10  # names in the text of an error
_AT_WORK = (JobState.QUEUED, JobState.RUNNING)


def get(session: Session, id_or_name: str) -> Search:
    """The search of that id or name.

    Raises:
        NotFound: There is none; the text lists some that exist.
    """
    chosen = or_(SearchRow.id == id_or_name, SearchRow.name == id_or_name)
    found = select(SearchRow).where(chosen)
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        newest = select(SearchRow.name).order_by(SearchRow.created_at.desc(), SearchRow.name)
        known = ", ".join(session.scalars(newest.limit(_NAMED_AT_MOST))) or "none yet"
        raise NotFound(f"There is no search {id_or_name!r}; searches: {known}.")
    return record_of(row)


def twins(session: Session, search_id: str) -> list[Search]:
    """The random twins of a search; usually one or none."""
    chosen = select(SearchRow).where(SearchRow.twin_of == search_id).order_by(SearchRow.name)
    return [record_of(row) for row in _fresh(session, chosen)]


_BEST = (
    select(func.max(TrialRow.reward)).where(TrialRow.search_id == SearchRow.id).scalar_subquery()
)
_IS_TWIN = SearchRow.twin_of.is_not(None)
SEARCH_ORDERS = {
    "newest": (SearchRow.created_at.desc(), _IS_TWIN, SearchRow.name),
    "oldest": (SearchRow.created_at, _IS_TWIN, SearchRow.name),
    "name": (naturally(SearchRow.name), SearchRow.name),
    "best": (_BEST.desc().nulls_last(), SearchRow.name),
}
"""`best`: the highest reward first."""


def list_searches(
    session: Session,
    *,
    states: Iterable[SearchState] | None = None,
    with_twins: bool = True,
    find: str = "",
    order: str = "newest",
    limit: int | None = 50,
    offset: int = 0,
) -> list[Search]:
    """Searches (with `find` in their names), in one of `SEARCH_ORDERS`.

    Of the newest and of the oldest a twin follows the search it belongs to.
    """
    query = found_by(_filtered(select(SearchRow), states, with_twins), find, SearchRow.name)
    shown = lined_up(query, order, SEARCH_ORDERS).limit(limit).offset(offset)
    return [record_of(row) for row in _fresh(session, shown)]


def count(
    session: Session,
    *,
    states: Iterable[SearchState] | None = None,
    with_twins: bool = True,
    find: str = "",
) -> int:
    """How many searches `list_searches` would give without a limit."""
    query = _filtered(select(func.count(SearchRow.id)), states, with_twins)
    return session.scalar(found_by(query, find, SearchRow.name)) or 0


def unfinished_with(
    session: Session, *, dataset_id: str | None = None, static_id: str | None = None
) -> list[Search]:
    """Searches that are not over and stand on a dataset or a static network."""
    uses = [SearchRow.dataset_id == dataset_id] if dataset_id else []
    uses += [SearchRow.static_id == static_id] if static_id else []
    over = [state for state in SearchState if state.is_finished]
    chosen = select(SearchRow).where(or_(*uses), SearchRow.state.not_in(over))
    return [record_of(row) for row in _fresh(session, chosen.order_by(SearchRow.name))]


def stranded(session: Session, *, idle_seconds: float) -> list[Search]:
    """Searches that should go on while none of their jobs waits or runs, and none just ended.

    Args:
        session: An open session.
        idle_seconds: How long ago their last job must have ended.
    """
    ended_late = database_time() - idle_seconds
    is_at_work = or_(JobRow.state.in_(_AT_WORK), JobRow.finished_at > ended_late)
    own = select(JobRow.id).where(JobRow.id == SearchRow.job_id, is_at_work)
    trying = select(JobRow.id).join(TrialRow, TrialRow.job_id == JobRow.id)
    trying = trying.where(TrialRow.search_id == SearchRow.id, is_at_work)
    chosen = select(SearchRow).where(
        SearchRow.state.in_([SearchState.PREPARING, SearchState.RUNNING]),
        ~own.exists(),
        ~trying.exists(),
    )
    return [record_of(row) for row in _fresh(session, chosen.order_by(SearchRow.created_at))]


def record_of(row: SearchRow) -> Search:
    """The frozen record of a row."""
    values = {field.name: getattr(row, field.name) for field in fields(Search)}
    return Search(**values | {"state": SearchState(row.state)})


def _filtered(
    query: Select[Any], states: Iterable[SearchState] | None, with_twins: bool
) -> Select[Any]:
    if states is not None:
        query = query.where(SearchRow.state.in_(list(states)))
    return query if with_twins else query.where(SearchRow.twin_of.is_(None))


def _fresh(session: Session, query: Select[Any]) -> Iterable[SearchRow]:
    return session.scalars(query.execution_options(populate_existing=True))
