"""Evaluations: models' scores on dataset splits, one row per model, data and protocol."""

import math
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from core.board.reasons import NO_NUMBER
from core.errors import NotFound
from core.records import Evaluation
from core.store import board_upkeep
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time
from core.store.tables import EvaluationRow, ModelRow


def add(session: Session, evaluation_id: str, **values: Any) -> Evaluation:
    """Adds an evaluation whose scores are to come.

    Args:
        session: A writing session.
        evaluation_id: Its id.
        values: The other fields of `Evaluation` but scores, details and created_at.
    """
    now = session.scalar(select(database_time()))
    row = EvaluationRow(id=evaluation_id, scores={}, created_at=now, **values)
    session.add(row)
    session.flush()
    return _record(row)


def find(
    session: Session, *, model_key: str, data_key: str, protocol_key: str
) -> Evaluation | None:
    """The evaluation with these keys, finished or not; None where nobody asked for it yet."""
    row = session.scalar(
        select(EvaluationRow).where(
            EvaluationRow.model_key == model_key,
            EvaluationRow.data_key == data_key,
            EvaluationRow.protocol_key == protocol_key,
        )
    )
    return None if row is None else _record(row)


def delete_same(session: Session, values: dict[str, Any]) -> None:
    """Removes the evaluation with the three keys in `values`; its job finds nothing to fill."""
    keys = ("model_key", "data_key", "protocol_key")
    known = find(session, **{key: values[key] for key in keys})
    if known is not None:
        delete_evaluation(session, known.id)


def restart(session: Session, evaluation_id: str, *, job_id: str) -> Evaluation:
    """Gives an evaluation without scores to a new job.

    Raises:
        NotFound: The evaluation was deleted meanwhile.
    """
    return _change(session, evaluation_id, {"job_id": job_id})


def publish(
    session: Session, evaluation_id: str, *, scores: dict[str, Any], details: str | None
) -> Evaluation:
    """Stores the scores; the caller finishes the job in the same transaction.

    A score that is no finite number is stored as None, with the reason among the notes.

    Raises:
        NotFound: The evaluation was deleted meanwhile.
    """
    odd = [key for key, value in scores.items() if _is_odd(value)]
    if odd:
        notes = {**scores.get("notes", {}), **dict.fromkeys(odd, NO_NUMBER)}
        scores = {**scores, **dict.fromkeys(odd), "notes": notes}
    found = _change(session, evaluation_id, {"scores": scores, "details": details})
    board_upkeep.refresh_model(session, found.model_key)
    return found


def get(session: Session, evaluation_id: str) -> Evaluation:
    """The evaluation of that id.

    Raises:
        NotFound: There is none.
    """
    found = select(EvaluationRow).where(EvaluationRow.id == evaluation_id)
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(f"There is no evaluation {evaluation_id}; it may have been deleted.")
    return _record(row)


EVALUATION_ORDERS = {
    "newest": (EvaluationRow.created_at.desc(), EvaluationRow.id),
    "oldest": (EvaluationRow.created_at, EvaluationRow.id),
    "model": (
        naturally(EvaluationRow.model_name),
        EvaluationRow.created_at.desc(),
        EvaluationRow.id,
    ),
    "dataset": (
        naturally(EvaluationRow.dataset_name),
        EvaluationRow.created_at.desc(),
        EvaluationRow.id,
    ),
    "miou": (
        EvaluationRow.scores["miou"].as_float().desc().nulls_last(),
        EvaluationRow.created_at.desc(),
        EvaluationRow.id,
    ),
}
"""`miou`: the best first, those without scores last."""


def list_evaluations(
    session: Session,
    *,
    model_id: str | None = None,
    dataset_id: str | None = None,
    find: str = "",
    order: str = "newest",
    limit: int | None = 200,
    offset: int = 0,
) -> list[Evaluation]:
    """Evaluations (of one model, on one dataset), in one of `EVALUATION_ORDERS`.

    With `find`, only those that have it in the name of their dataset or a name of their model, now
    or then.
    """
    newest = lined_up(_found(select(EvaluationRow), find), order, EVALUATION_ORDERS)
    if model_id is not None:
        newest = newest.where(EvaluationRow.model_id == model_id)
    if dataset_id is not None:
        newest = newest.where(EvaluationRow.dataset_id == dataset_id)
    return [_record(row) for row in session.scalars(newest.limit(limit).offset(offset))]


def under_other_labels(session: Session, evaluation: Evaluation) -> list[Evaluation]:
    """Finished evaluations of the same weights, split and protocol by other labels, newest first.

    They are of the dataset of that name or row, as it was at other times, or of another one by
    whose labels the same predictions were scored again.
    """
    chosen = select(EvaluationRow).where(
        EvaluationRow.model_key == evaluation.model_key,
        EvaluationRow.protocol_key == evaluation.protocol_key,
        EvaluationRow.split == evaluation.split,
        EvaluationRow.data_key != evaluation.data_key,
    )
    newest = chosen.order_by(EvaluationRow.created_at.desc(), EvaluationRow.id)
    found = [record for record in map(_record, session.scalars(newest)) if record.is_ready]
    linked = _linked(evaluation, found)
    return [
        each
        for each in found
        if each.id in linked
        or each.dataset_name == evaluation.dataset_name
        or (each.dataset_id is not None and each.dataset_id == evaluation.dataset_id)
    ]


def _linked(evaluation: Evaluation, others: list[Evaluation]) -> set[str]:
    """Ids of those that judge the same predictions, one scored again from another."""
    linked = {evaluation.id, evaluation.rescored_from} - {""}
    while True:
        more = {each.id for each in others if each.id in linked or each.rescored_from in linked} | {
            each.rescored_from for each in others if each.id in linked and each.rescored_from
        }
        if more <= linked:
            return linked
        linked |= more


def count(session: Session, *, find: str = "") -> int:
    """How many evaluations there are (with `find` in a name, as in `list_evaluations`)."""
    return session.scalar(_found(select(func.count(EvaluationRow.id)), find)) or 0


def delete_evaluation(session: Session, evaluation_id: str) -> Evaluation:
    """Removes the evaluation and returns it; the caller removes its artifact after the commit.

    Raises:
        NotFound: There is no such evaluation.
    """
    found = get(session, evaluation_id)
    session.execute(delete(EvaluationRow).where(EvaluationRow.id == evaluation_id))
    board_upkeep.refresh_model(session, found.model_key)
    return found


def _found(query: Select[Any], find: str) -> Select[Any]:
    now = select(ModelRow.name).where(ModelRow.sha256 == EvaluationRow.model_key)
    names = func.coalesce(now.limit(1).scalar_subquery(), "")
    return found_by(query, find, EvaluationRow.model_name, EvaluationRow.dataset_name, names)


def _is_odd(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _change(session: Session, evaluation_id: str, values: dict[str, Any]) -> Evaluation:
    chosen = EvaluationRow.id == evaluation_id
    session.execute(update(EvaluationRow).where(chosen).values(**values))
    return get(session, evaluation_id)


def _record(row: EvaluationRow) -> Evaluation:
    return Evaluation(**{field.name: getattr(row, field.name) for field in fields(Evaluation)})
