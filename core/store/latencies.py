"""Latencies: how fast models were, where and when; every timing is a row of its own."""

from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.records import Latency, new_id
from core.store import board_upkeep
from core.store.session import database_time
from core.store.tables import LatencyRow


def add(
    session: Session,
    *,
    model_key: str,
    model_name: str,
    setting: dict[str, Any],
    measured: dict[str, Any],
) -> Latency:
    """Adds a timing."""
    row = LatencyRow(
        id=new_id(),
        model_key=model_key,
        model_name=model_name,
        setting=setting,
        measured=measured,
        created_at=session.scalar(select(database_time())),
    )
    session.add(row)
    session.flush()
    board_upkeep.refresh_model(session, model_key)
    return _record(row)


def list_latencies(session: Session, *, model_key: str, limit: int = 50) -> list[Latency]:
    """Timings of one model, the newest first."""
    newest = (
        select(LatencyRow)
        .where(LatencyRow.model_key == model_key)
        .order_by(LatencyRow.created_at.desc(), LatencyRow.id)
    )
    return [_record(row) for row in session.scalars(newest.limit(limit))]


def _record(row: LatencyRow) -> Latency:
    return Latency(**{field.name: getattr(row, field.name) for field in fields(Latency)})
