"""Trials: the genotypes of a search, in the order they were asked for, and what they came to.

A row never says that its trial runs: the job does, and a worker that dies takes nothing along.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Literal

from sqlalchemy import RowMapping, Select, case, func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import JobState
from core.search_records import FailureCause, Trial, TrialState
from core.store import board_upkeep
from core.store.session import database_time
from core.store.tables import JobRow, SearchRow, TrialRow

TrialOrder = Literal["number", "newest", "reward"]
"""As they were asked for; the last ones first; the best first, those without a reward last."""


def add(
    session: Session,
    trial_id: str,
    *,
    search_id: str,
    number: int,
    key: str,
    genotype: dict[str, Any],
    seed: int,
    thresholds: dict[int, float],
    same_as: int | None,
    job_id: str,
) -> Trial:
    """Adds a trial whose job is queued in the same transaction; one that shares has no job."""
    row = TrialRow(
        id=trial_id,
        search_id=search_id,
        number=number,
        key=key,
        genotype=genotype,
        seed=seed,
        thresholds={str(epochs): reward for epochs, reward in thresholds.items()},
        same_as=same_as,
        state=TrialState.WAITING,
        job_id=job_id,
        result={},
        cause="",
        seconds=0.0,
        host="",
        device="",
        created_at=session.scalar(select(database_time())),
    )
    session.add(row)
    session.flush()
    return get(session, trial_id)


def give_job(session: Session, trial_id: str, job_id: str) -> None:
    """Notes another job that runs the trial."""
    session.execute(update(TrialRow).where(TrialRow.id == trial_id).values(job_id=job_id))


def publish(
    session: Session,
    trial_id: str,
    *,
    reward: float | None,
    cause: FailureCause | None = None,
    result: dict[str, Any] | None = None,
    seconds: float = 0.0,
    host: str = "",
    device: str = "",
    started_at: float | None = None,
) -> Trial:
    """Ends a trial with its result: a reward, or the cause of its failure.

    A trial that has ended already keeps what it has.

    Raises:
        NotFound: The trial was deleted meanwhile.
        ValueError: Both or neither of reward and cause are given.
    """
    if (reward is None) == (cause is None):
        raise ValueError(f"a trial ends with a reward or a cause, not {reward!r} and {cause!r}")
    values = {
        "state": TrialState.DONE if cause is None else TrialState.FAILED,
        "reward": reward,
        "cause": cause or "",
        "result": result or {},
        "seconds": seconds,
        "host": host,
        "device": device,
        "started_at": started_at,
        "finished_at": database_time(),
    }
    chosen = update(TrialRow).where(TrialRow.id == trial_id, TrialRow.state == TrialState.WAITING)
    session.execute(chosen.values(**values))
    board_upkeep.refresh_trials(session, [trial_id])
    return get(session, trial_id)


def share(session: Session, search_id: str) -> int:
    """Ends every waiting trial whose equal one has ended, with the same result.

    Returns:
        How many there were.
    """
    shared = 0
    for trial in list_trials(session, search_id, states=[TrialState.WAITING], limit=None):
        if trial.same_as is None:
            continue
        equal = at(session, search_id, trial.same_as)
        if equal.state.is_finished:
            values = {
                "state": equal.state,
                "reward": equal.reward,
                "cause": equal.cause,
                "result": equal.result,
                "finished_at": database_time(),
            }
            session.execute(update(TrialRow).where(TrialRow.id == trial.id).values(**values))
            shared += 1
    return shared


def get(session: Session, trial_id: str) -> Trial:
    """The trial of that id.

    Raises:
        NotFound: There is none.
    """
    return _one(session, _all().where(TrialRow.id == trial_id), f"There is no trial {trial_id}.")


def at(session: Session, search_id: str, number: int) -> Trial:
    """The trial of that number.

    Raises:
        NotFound: The search has none.
    """
    chosen = _all().where(TrialRow.search_id == search_id, TrialRow.number == number)
    return _one(session, chosen, f"Search {search_id} has no trial {number}.")


def best(session: Session, search_id: str) -> Trial | None:
    """The trial with the highest reward, the first of equals; None while there is no reward."""
    found = list_trials(session, search_id, states=[TrialState.DONE], order="reward", limit=1)
    return found[0] if found else None


def genotype_of_key(session: Session, key: str) -> dict[str, Any] | None:
    """The genotype with that key, of whichever trial has it; None where none has."""
    return session.scalar(select(TrialRow.genotype).where(TrialRow.key == key).limit(1))


def count_keys(session: Session) -> dict[str, int]:
    """How many trials have each genotype, by its key, those that were asked first before others."""
    first = func.min(TrialRow.created_at)
    found = (
        select(TrialRow.key, func.count().label("trials"))
        .group_by(TrialRow.key)
        .order_by(first, TrialRow.key)
    )
    return {row.key: int(row.trials) for row in session.execute(found)}


def marks(session: Session) -> dict[str, str]:
    """Search -> a text that changes whenever its trials, their results or its name do.

    Searches without trials are left out.
    """
    ended = func.sum(case((TrialRow.state.in_([TrialState.DONE, TrialState.FAILED]), 1), else_=0))
    counted = (
        select(
            TrialRow.search_id,
            SearchRow.name,
            func.count(TrialRow.id),
            func.count(TrialRow.reward),
            func.max(TrialRow.finished_at),
            ended,
        )
        .join(SearchRow, SearchRow.id == TrialRow.search_id)
        .group_by(TrialRow.search_id, SearchRow.name)
    )
    return {search_id: repr(tuple(told)) for search_id, *told in session.execute(counted)}


def list_trials(
    session: Session,
    search_id: str,
    *,
    states: Iterable[TrialState] | None = None,
    order: TrialOrder = "number",
    limit: int | None = 200,
    offset: int = 0,
) -> list[Trial]:
    """Trials of a search."""
    query = _filtered(_all(), search_id, states)
    match order:
        case "number":
            query = query.order_by(TrialRow.number)
        case "newest":
            query = query.order_by(TrialRow.number.desc())
        case "reward":
            query = query.order_by(
                TrialRow.reward.is_(None), TrialRow.reward.desc(), TrialRow.number
            )
    return [_record(row) for row in session.execute(query.limit(limit).offset(offset)).mappings()]


def count(session: Session, search_id: str, *, states: Iterable[TrialState] | None = None) -> int:
    """How many trials `list_trials` would give without a limit."""
    query = select(func.count(TrialRow.id)).outerjoin(JobRow, JobRow.id == TrialRow.job_id)
    return session.scalar(_filtered(query, search_id, states)) or 0


def count_states(session: Session, search_id: str) -> dict[TrialState, int]:
    """How many trials are in each state."""
    query = _filtered(
        select(_STATE, func.count(TrialRow.id)).outerjoin(JobRow, JobRow.id == TrialRow.job_id),
        search_id,
        None,
    )
    found = {TrialState(state): number for state, number in session.execute(query.group_by(_STATE))}
    return {state: found.get(state, 0) for state in TrialState}


def count_causes(session: Session, search_id: str) -> dict[str, int]:
    """How many trials failed, by cause; causes that never occurred are left out."""
    query = (
        select(TrialRow.cause, func.count(TrialRow.id).label("number"))
        .where(TrialRow.search_id == search_id, TrialRow.state == TrialState.FAILED)
        .group_by(TrialRow.cause)
        .order_by(TrialRow.cause)
    )
    return {row.cause: row.number for row in session.execute(query)}


_STATE = case(
    (
        (TrialRow.state == TrialState.WAITING) & (JobRow.state == JobState.RUNNING),
        TrialState.RUNNING.value,
    ),
    else_=TrialRow.state,
)


_COLUMNS = [
    _STATE.label("state") if field.name == "state" else getattr(TrialRow, field.name)
    for field in fields(Trial)
]


def _all() -> Select[Any]:
    return select(*_COLUMNS).outerjoin(JobRow, JobRow.id == TrialRow.job_id)


def _filtered(
    query: Select[Any], search_id: str, states: Iterable[TrialState] | None
) -> Select[Any]:
    query = query.where(TrialRow.search_id == search_id)
    return query if states is None else query.where(_STATE.in_(list(states)))


def _one(session: Session, query: Select[Any], otherwise: str) -> Trial:
    found = session.execute(query).mappings().first()
    if found is None:
        raise NotFound(otherwise)
    return _record(found)


def _record(row: RowMapping) -> Trial:
    thresholds = {int(epochs): reward for epochs, reward in row["thresholds"].items()}
    return Trial(**{**row, "state": TrialState(row["state"]), "thresholds": thresholds})
