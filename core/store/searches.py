"""Searches: what was asked, the strategy's state, and where the search stands.

The strategy's state changes by compare-and-swap on `version`: who computed from an older one
changes nothing.
"""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from core.errors import DyncellError
from core.search_records import Search, SearchState
from core.store import board_upkeep
from core.store.search_reading import (
    count,
    get,
    list_searches,
    record_of,
    stranded,
    twins,
    unfinished_with,
)
from core.store.session import database_time
from core.store.tables import SearchRow

__all__ = [
    "add",
    "advance",
    "count",
    "delete_search",
    "get",
    "give_job",
    "list_searches",
    "move",
    "prepare",
    "read_searcher",
    "reconfigure",
    "spend",
    "stranded",
    "twins",
    "unfinished_with",
]


def add(
    session: Session,
    search_id: str,
    *,
    name: str,
    config: dict[str, Any],
    job_id: str,
    dataset_id: str | None = None,
    static_id: str | None = None,
    twin_of: str | None = None,
) -> Search:
    """Adds a search that its job will prepare; a twin is as old as the search it belongs to.

    Raises:
        NotFound: There is no search that it could be the twin of.
        DyncellError: The name is taken.
    """
    if session.scalar(select(SearchRow.id).where(SearchRow.name == name)) is not None:
        raise DyncellError(f"A search named {name!r} exists already; choose another name.")
    now = session.scalar(select(database_time()))
    row = SearchRow(
        id=search_id,
        name=name,
        state=SearchState.PREPARING,
        config=config,
        dataset_id=dataset_id,
        data_key="",
        static_id=static_id,
        static_key="",
        twin_of=twin_of,
        job_id=job_id,
        searcher=None,
        version=0,
        asked=0,
        told=0,
        code="",
        message="",
        prepared={},
        stages={},
        created_at=get(session, twin_of).created_at if twin_of else now,
    )
    session.add(row)
    session.flush()
    return record_of(row)


def prepare(
    session: Session,
    search_id: str,
    *,
    static_id: str | None,
    static_key: str,
    data_key: str,
    code: str,
    prepared: dict[str, Any],
    stages: dict[str, float],
) -> Search:
    """Stores what the trials stand on; a preparing search runs from now on, a resting one rests.

    Args:
        session: A writing session.
        search_id: The search.
        static_id: The static network; None where it lies at a path.
        static_key: Hash of its weights.
        data_key: Hash of the frames and labels searched on.
        code: Fingerprint of the code that makes the results.
        prepared: What else was found, small and plain JSON.
        stages: Seconds of work it took, by stage.

    Raises:
        NotFound: The search was deleted meanwhile.
    """
    known = get(session, search_id)
    values = {
        "static_id": static_id,
        "static_key": static_key,
        "data_key": data_key,
        "code": code,
        "prepared": prepared,
        "stages": _summed(known.stages, stages),
        "started_at": database_time(),
    }
    if known.state is SearchState.PREPARING:
        values["state"] = SearchState.RUNNING
    return _change(session, search_id, values)


def spend(session: Session, search_id: str, stages: dict[str, float]) -> Search:
    """Adds seconds of work, by stage, that came to nothing yet.

    Raises:
        NotFound: The search was deleted meanwhile.
    """
    summed = _summed(get(session, search_id).stages, stages)
    return _change(session, search_id, {"stages": summed})


def read_searcher(session: Session, search_id: str) -> bytes | None:
    """The strategy's state as it was last stored; None before the first advance.

    Raises:
        NotFound: There is no such search.
    """
    get(session, search_id)
    return session.scalar(select(SearchRow.searcher).where(SearchRow.id == search_id))


def advance(
    session: Session,
    search_id: str,
    *,
    version: int,
    searcher: bytes,
    asked: int,
    told: int,
    stages: dict[str, float] | None = None,
) -> bool:
    """Stores the strategy's next state, if it was computed from the newest and the search runs.

    Args:
        session: A writing session; add the trials asked for in the same transaction.
        search_id: The search.
        version: The version that the new state was computed from.
        searcher: The strategy's state.
        asked: Trials proposed by then.
        told: Results told by then.
        stages: Seconds of work it took, by stage.

    Returns:
        Whether it was stored; otherwise read again and compute anew.

    Raises:
        NotFound: The search was deleted meanwhile.
    """
    values: dict[str, Any] = {
        "version": version + 1,
        "searcher": searcher,
        "asked": asked,
        "told": told,
        "stages": _summed(get(session, search_id).stages, stages or {}),
    }
    return _swap(
        session,
        search_id,
        values,
        SearchRow.version == version,
        SearchRow.state == SearchState.RUNNING,
    )


def give_job(session: Session, search_id: str, *, job_id: str, instead_of: str) -> bool:
    """Notes the job that moves the search on; False where another was noted meanwhile."""
    return _swap(session, search_id, {"job_id": job_id}, SearchRow.job_id == instead_of)


def move(
    session: Session,
    search_id: str,
    state: SearchState,
    *,
    since: Collection[SearchState],
    message: str = "",
) -> bool:
    """Puts the search into a state, if it is in one of `since`.

    Args:
        session: A writing session.
        search_id: The search.
        state: The state it shall be in.
        since: The states it may be in now.
        message: Why, for people; empty where somebody asked for it.

    Returns:
        Whether it was in one of them.
    """
    values: dict[str, Any] = {"state": state, "message": message, "finished_at": None}
    if state.is_finished:
        values["finished_at"] = database_time()
    return _swap(session, search_id, values, SearchRow.state.in_(list(since)))


def reconfigure(
    session: Session, search_id: str, config: dict[str, Any], *, static_id: str | None
) -> Search:
    """Stores what the search is asked for now, and the static network it stands on.

    Raises:
        NotFound: There is no such search.
    """
    return _change(session, search_id, {"config": config, "static_id": static_id})


def delete_search(session: Session, id_or_name: str) -> Search:
    """Removes a search with its trials and its twins, and returns it.

    Raises:
        NotFound: There is no such search.
    """
    found = get(session, id_or_name)
    board_upkeep.forget_search(session, found.id)
    session.execute(delete(SearchRow).where(SearchRow.id == found.id))
    return found


def _summed(known: dict[str, float], more: dict[str, float]) -> dict[str, float]:
    return {
        stage: known.get(stage, 0.0) + more.get(stage, 0.0) for stage in sorted({*known, *more})
    }


def _change(session: Session, search_id: str, values: dict[str, Any]) -> Search:
    session.execute(update(SearchRow).where(SearchRow.id == search_id).values(**values))
    return get(session, search_id)


def _swap(session: Session, search_id: str, values: dict[str, Any], *conditions: Any) -> bool:
    chosen = update(SearchRow).where(SearchRow.id == search_id, *conditions)
    changed = session.execute(chosen.values(**values))
    return cast(CursorResult[Any], changed).rowcount > 0
