"""Dynamics: models' behaviour over time, one row per model, data and protocol.

A row's `document` is plain JSON, scores in percent, None where there is nothing to say:

- `model_class`: `static`, `copy`, `light`, `full` or `baseline`; `key_interval`, 0 = never;
  `frames`, judged.
- `distance`: mIoU@d. `d` (0, 1, ...), and for each d `miou`, `static` (the static network at every
  frame), `copy` (the key frame's labels, kept) and `frames`, on how many frames they were judged;
  `min`, `min_at`, `mean`; `note`. A static network's frames are all key frames: `miou` is `static`.
- `lag`: `k` and for each `miou`; `lag`, the best k; `at_edge`; `frames`.
- `recovery`: `with_detection` and `without_detection` of scene cuts, each with `offsets` behind the
  cut and for each `miou` and `static`; `frames` until recovered, None = never within the offsets;
  `found` cuts of `splices`.
- `past`: `miou`, `replaced`, `use`, `uses_past`, `frames`.
- `drift`: `early`, `every`; `still`, `noise` and `clip`, each with `rms` (the state's strength at
  every `every`-th frame from `early` on, as a share of that at `early`), `least`, `most`, `beyond`,
  `lost`; of the clip, of `played` different frames, `window_ends` and for each window `miou` and
  `static`.
- `notes`: part -> why it is None; the other parts are there all the same.
- `numbers`: `miou_d_min miou_d_mean lag cut_recovery cut_recovery_blind use_of_past state_drift`,
  as `core.metrics.descriptions.BEHAVIOUR` describes them.
"""

from dataclasses import fields
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import Dynamics, new_id
from core.store.dynamics_table import DynamicsRow
from core.store.session import database_time
from core.store.tables import ModelRow


def put(session: Session, **values: Any) -> Dynamics:
    """Stores a measurement, in place of the one with the same keys.

    Args:
        session: A writing session.
        values: The fields of `Dynamics` but id and created_at.
    """
    keys = {key: values[key] for key in ("model_key", "data_key", "protocol_key")}
    session.execute(delete(DynamicsRow).filter_by(**keys))
    now = session.scalar(select(database_time()))
    row = DynamicsRow(id=new_id(), created_at=now, **values)
    session.add(row)
    session.flush()
    return _record(row)


def find(session: Session, *, model_key: str, data_key: str, protocol_key: str) -> Dynamics | None:
    """The measurement with these keys; None where there is none."""
    keys = {"model_key": model_key, "data_key": data_key, "protocol_key": protocol_key}
    row = session.scalar(select(DynamicsRow).filter_by(**keys))
    return None if row is None else _record(row)


def get(session: Session, dynamics_id: str) -> Dynamics:
    """The measurement of that id.

    Raises:
        NotFound: There is none.
    """
    row = session.get(DynamicsRow, dynamics_id, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no measurement {dynamics_id}; it may have been deleted.")
    return _record(row)


def list_dynamics(session: Session, *, model_key: str, limit: int = 50) -> list[Dynamics]:
    """Measurements of the model with these weights, the newest first."""
    newest = (
        select(DynamicsRow)
        .where(DynamicsRow.model_key == model_key)
        .order_by(DynamicsRow.created_at.desc(), DynamicsRow.id)
    )
    return [_record(row) for row in session.scalars(newest.limit(limit))]


def delete_dynamics(session: Session, dynamics_id: str) -> Dynamics:
    """Removes a measurement and returns it.

    Raises:
        NotFound: There is no such measurement.
    """
    found = get(session, dynamics_id)
    session.execute(delete(DynamicsRow).where(DynamicsRow.id == dynamics_id))
    return found


def delete_of_weights(session: Session, model_key: str) -> None:
    """Removes what was measured of weights that no model has any more."""
    left = select(func.count(ModelRow.id)).where(ModelRow.sha256 == model_key)
    if not session.scalar(left):
        session.execute(delete(DynamicsRow).where(DynamicsRow.model_key == model_key))


def _record(row: DynamicsRow) -> Dynamics:
    return Dynamics(**{field.name: getattr(row, field.name) for field in fields(Dynamics)})
