"""Keeps the leaderboard's rows in step: whoever writes what they are made of calls one function.

Everything happens in the caller's transaction, so a row is never older than what it shows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from core.board.columns import METRICS
from core.board.making import cohort_run, evaluated_run, trial_run, unjudged_run
from core.board.row import Row, group
from core.board.run import TOLD, Json, ModelFacts, Run, base_of
from core.metrics.ranking import RANKING_KEYS
from core.records import Evaluation
from core.search_records import Search, Trial, TrialState
from core.store.board_tables import (
    BOARD_VERSION,
    HIGH,
    LOW,
    BoardRunRow,
    BoardStateRow,
    board_details,
    board_rows,
)
from core.store.tables import EvaluationRow, LatencyRow, ModelRow, SearchRow, TrialRow

_CHUNK = 500  # rows in one statement
_ENDED = (TrialState.DONE, TrialState.FAILED)
_Item = TypeVar("_Item")


def refresh_model(session: Session, model_key: str) -> None:
    """Makes the runs of these weights anew, and those that are compared with them."""
    keys = [model_key]
    chosen = select(BoardRunRow.model_key).where(BoardRunRow.base_key == model_key).distinct()
    keys += [key for key in session.scalars(chosen) if key != model_key]
    touched: set[int] = set()
    for key in keys:
        touched |= _replace(session, BoardRunRow.model_key == key, _runs_of_model(session, key))
    _regroup(session, touched)


def refresh_name(session: Session, model_key: str) -> None:
    """Makes anew all that tells the name of these weights: trials of searches on them, too."""
    refresh_model(session, model_key)
    on_them = select(SearchRow.id).where(SearchRow.static_key == model_key)
    chosen = select(TrialRow.id).where(TrialRow.search_id.in_(on_them), TrialRow.state.in_(_ENDED))
    for ids in _chunks(session.scalars(chosen.order_by(TrialRow.id)).all()):
        refresh_trials(session, ids)


def remember_model(session: Session, model_key: str) -> None:
    """Keeps what is told of a model with its evaluations; call it before the model is deleted."""
    model = _model(session, model_key)
    if model is not None:
        told = {key: model.provenance[key] for key in TOLD if key in model.provenance}
        facts = asdict(replace(model, provenance=told))
        chosen = update(EvaluationRow).where(EvaluationRow.model_key == model_key)
        session.execute(chosen.values(facts=facts))


def refresh_trials(session: Session, trial_ids: Sequence[str]) -> None:
    """Makes the runs of trials that have ended."""
    runs = _runs_of_trials(session, TrialRow.id.in_(trial_ids))
    ids = [run.id for run in runs]
    _regroup(session, _replace(session, BoardRunRow.id.in_(ids), runs))


def forget_search(session: Session, search_id: str) -> None:
    """Takes a search and its twins out; call it before they are deleted."""
    twins = session.scalars(select(SearchRow.id).where(SearchRow.twin_of == search_id)).all()
    gone = BoardRunRow.search_id.in_([search_id, *twins])
    _regroup(session, _replace(session, gone, []))


def is_current(session: Session) -> bool:
    """Whether the rows were made by this version of the code."""
    return session.scalar(select(BoardStateRow.version)) == BOARD_VERSION


def rebuild(session: Session) -> None:
    """Makes all rows anew from what is stored; what was archived stays archived."""
    session.execute(delete(BoardRunRow))
    for key in _all_model_keys(session):
        _insert_runs(session, _runs_of_model(session, key))
    ended = select(TrialRow.id).where(TrialRow.state.in_(_ENDED))
    for ids in _chunks(session.scalars(ended.order_by(TrialRow.id)).all()):
        _insert_runs(session, _runs_of_trials(session, TrialRow.id.in_(ids)))
    numbers = set(session.scalars(select(BoardRunRow.row).distinct()))
    _regroup(session, numbers | set(session.scalars(select(board_rows.c.number))))
    session.execute(delete(BoardStateRow))
    session.execute(insert(BoardStateRow).values(id=1, version=BOARD_VERSION))


def set_archived(session: Session, numbers: Sequence[int], archived: bool) -> int:
    """Puts rows out of sight or back; returns how many there were."""
    found = 0
    for some in _chunks(numbers):
        chosen = update(board_rows).where(board_rows.c.number.in_(some))
        done = session.execute(chosen.values(archived=archived))
        found += cast(CursorResult[Any], done).rowcount
    return found


def _all_model_keys(session: Session) -> list[str]:
    keys = set(session.scalars(select(ModelRow.sha256).distinct()))
    return sorted(keys | set(session.scalars(select(EvaluationRow.model_key).distinct())))


def _runs_of_model(session: Session, model_key: str) -> list[Run]:
    kept = _model(session, model_key)
    model = kept or _remembered(session, model_key)
    timings = _timings(session, model_key)
    static_key = "" if model is None else base_of(model)
    static = _model_name(session, static_key)
    judged = [found for found in _evaluations(session, model_key) if found.is_ready]
    if not judged:
        return [] if kept is None else [unjudged_run(kept, static=static, timings=timings)]
    bases = {
        (each.data_key, each.protocol_key): each.scores
        for each in (_evaluations(session, static_key) if static_key else [])
    }
    runs = [
        evaluated_run(
            each,
            model=model,
            static=static,
            base_scores=bases.get((each.data_key, each.protocol_key)),
            timings=timings,
            is_deleted=kept is None and model is not None,
        )
        for each in judged
    ]
    if model is not None and model.cohort:
        runs += [cohort_run(run, model) for run in runs]
    return runs


def _runs_of_trials(session: Session, chosen: Any) -> list[Run]:
    """Trials that share the result of an equal one are the same run and left out."""
    columns = [getattr(TrialRow, field.name) for field in fields(Trial)]
    query = select(*columns).where(
        chosen,
        TrialRow.same_as.is_(None),
        TrialRow.state.in_(_ENDED),
    )
    searches: dict[str, tuple[Search, str]] = {}
    runs = []
    for values in session.execute(query).mappings():
        trial = Trial(**{**values, "state": TrialState(values["state"])})
        if trial.search_id not in searches:
            search = _search(session, trial.search_id)
            named = str(search.prepared.get("static_name") or "")
            static = _model_name(session, search.static_key, otherwise=named)
            searches[trial.search_id] = search, static
        search, static = searches[trial.search_id]
        runs.append(trial_run(trial, search, static=static))
    return runs


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    found = list(items)
    for start in range(0, len(found), _CHUNK):
        yield found[start : start + _CHUNK]


def _replace(session: Session, old: Any, runs: Sequence[Run]) -> set[int]:
    """Puts runs in the place of others; returns the rows that either belong to."""
    touched = set(session.scalars(select(BoardRunRow.row).where(old)))
    session.execute(delete(BoardRunRow).where(old))
    _insert_runs(session, runs)
    return touched | {run.row for run in runs}


def _insert_runs(session: Session, runs: Sequence[Run]) -> None:
    if runs:
        session.execute(insert(BoardRunRow), [_run_values(run) for run in runs])


def _regroup(session: Session, numbers: Iterable[int]) -> None:
    """Makes rows out of their runs; a row without runs goes."""
    for some in _chunks(sorted(numbers)):
        runs: dict[int, list[Run]] = {}
        chosen = select(BoardRunRow.row, BoardRunRow.run).where(BoardRunRow.row.in_(some))
        for number, run in session.execute(chosen):
            runs.setdefault(number, []).append(Run.from_dict(run))
        out_of_sight = select(board_rows.c.number).where(
            board_rows.c.number.in_(some), board_rows.c.archived
        )
        archived = set(session.scalars(out_of_sight))
        session.execute(delete(board_details).where(board_details.c.number.in_(some)))
        session.execute(delete(board_rows).where(board_rows.c.number.in_(some)))
        rows = [group(each) for each in runs.values()]
        if rows:
            values = [row_values(row, archived=row.number in archived) for row in rows]
            session.execute(insert(board_rows), values)
            details = [{"number": row.number, "details": row.details} for row in rows]
            session.execute(insert(board_details), details)


def row_values(row: Row, *, archived: bool = False) -> dict[str, Any]:
    """The values of `board_rows` for a row."""
    ends: dict[str, float | None] = {}
    for key in RANKING_KEYS:
        found = row.interval(key) if row.flags["ranked"] else None
        ends[key + LOW], ends[key + HIGH] = found or (None, None)
    metrics = {key: row.means.get(key) for key in (column.key for column in METRICS)}
    flags = row.flags | {"archived": archived}
    return {"number": row.number, **row.texts, **flags, **row.counts, **metrics, **ends}


def _run_values(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "row": run.row,
        "model_key": run.model_key,
        "base_key": run.base_key,
        "search_id": run.search_id,
        "run": run.to_dict(),
    }


def _model(session: Session, sha256: str) -> ModelFacts | None:
    """The model with these weights; the first of several names."""
    names = [field.name for field in fields(ModelFacts) if field.name != "classes"]
    columns = [getattr(ModelRow, name) for name in names]
    chosen = select(*columns, ModelRow.palette).where(ModelRow.sha256 == sha256)
    found = session.execute(chosen.order_by(ModelRow.created_at, ModelRow.name).limit(1))
    values = found.mappings().first()
    if values is None:
        return None
    return ModelFacts(**{name: values[name] for name in names}, classes=values["palette"]["names"])


def _remembered(session: Session, sha256: str) -> ModelFacts | None:
    """What an evaluation remembers of a deleted model with these weights."""
    chosen = select(EvaluationRow.facts).where(
        EvaluationRow.model_key == sha256, EvaluationRow.facts.is_not(None)
    )
    facts = session.scalar(chosen.order_by(EvaluationRow.created_at.desc()).limit(1))
    return None if facts is None else ModelFacts(**facts)


def _model_name(session: Session, sha256: str, *, otherwise: str = "") -> str:
    if not sha256:
        return ""
    named = select(ModelRow.name).where(ModelRow.sha256 == sha256)
    name = session.scalar(named.order_by(ModelRow.created_at, ModelRow.name).limit(1))
    if name is not None:
        return name
    deleted = _remembered(session, sha256)
    return otherwise or sha256[:8] if deleted is None else deleted.name


def _evaluations(session: Session, model_key: str) -> list[Evaluation]:
    columns = [getattr(EvaluationRow, field.name) for field in fields(Evaluation)]
    chosen = select(*columns).where(EvaluationRow.model_key == model_key)
    return [Evaluation(**values) for values in session.execute(chosen).mappings()]


def _timings(session: Session, model_key: str) -> list[tuple[Json, Json]]:
    chosen = select(LatencyRow.setting, LatencyRow.measured).where(
        LatencyRow.model_key == model_key
    )
    newest = chosen.order_by(LatencyRow.created_at.desc(), LatencyRow.id)
    return [(setting, measured) for setting, measured in session.execute(newest)]


def _search(session: Session, search_id: str) -> Search:
    columns = [getattr(SearchRow, field.name) for field in fields(Search)]
    values = session.execute(select(*columns).where(SearchRow.id == search_id)).mappings().one()
    return Search(**values)
