"""Models: the registry of trained weights."""

from typing import Any, cast

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import DyncellError, NameTaken, NotFound
from core.palette import Palette
from core.records import Model, ModelKind
from core.store import board_upkeep, dynamics
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time
from core.store.tables import ModelRow, SegmentationRow


def add(
    session: Session,
    model_id: str,
    *,
    name: str,
    kind: ModelKind,
    artifact: str,
    sha256: str,
    size: int,
    palette: Palette,
    config: dict[str, Any],
    provenance: dict[str, Any],
    metrics: dict[str, Any],
    params: int,
    is_shipped: bool = False,
    cohort: str = "",
) -> Model:
    """Adds a model.

    Raises:
        NameTaken: Another model has the name.
    """
    _refuse_taken(session, name)
    row = ModelRow(
        id=model_id,
        name=name,
        kind=kind,
        artifact=artifact,
        sha256=sha256,
        size=size,
        palette={"names": list(palette.names), "colours": [list(c) for c in palette.colours]},
        config=config,
        provenance=provenance,
        metrics=metrics,
        params=params,
        is_shipped=is_shipped,
        cohort=cohort,
        created_at=session.scalar(select(database_time())),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # another host was quicker between the look and the insertion
        raise _taken(name) from error
    board_upkeep.refresh_name(session, sha256)
    return _record(row)


def get(session: Session, id_or_name: str) -> Model:
    """The model of that id or name.

    Raises:
        NotFound: There is none; the text lists some that exist.
    """
    chosen = or_(ModelRow.id == id_or_name, ModelRow.name == id_or_name)
    found = select(ModelRow).where(chosen)
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        names = session.scalars(select(ModelRow.name).order_by(ModelRow.name).limit(10)).all()
        known = ", ".join(names) or "none yet"
        raise NotFound(f"There is no model {id_or_name!r}; models: {known}.")
    return _record(row)


MODEL_ORDERS = {
    "newest": (ModelRow.created_at.desc(), ModelRow.name),
    "usual": (
        ModelRow.name != "camvid",
        ModelRow.is_shipped.desc(),
        ModelRow.created_at.desc(),
        ModelRow.name,
    ),
    "name": (naturally(ModelRow.name), ModelRow.name),
    "smallest": (ModelRow.params, ModelRow.name),
}
"""`usual`: the default model, then the other shipped ones, then the newest."""


def list_models(
    session: Session, *, find: str = "", order: str = "newest", limit: int = 50, offset: int = 0
) -> list[Model]:
    """Models (with `find` in their names), in one of `MODEL_ORDERS`."""
    query = lined_up(found_by(select(ModelRow), find, ModelRow.name), order, MODEL_ORDERS)
    return [_record(row) for row in session.scalars(query.limit(limit).offset(offset))]


def count(session: Session, *, find: str = "") -> int:
    """How many models there are (with `find` in their names)."""
    return session.scalar(found_by(select(func.count(ModelRow.id)), find, ModelRow.name)) or 0


def delete_model(session: Session, id_or_name: str) -> Model:
    """Removes the model and what was measured of its behaviour over time, and returns it.

    Evaluations keep their scores. The caller removes its artifact after the commit.

    Raises:
        NotFound: There is no such model.
        DyncellError: Segmentations made with it are kept.
    """
    model = get(session, id_or_name)
    used = session.scalar(
        select(func.count(SegmentationRow.id)).where(SegmentationRow.model_id == model.id)
    )
    if used:
        raise DyncellError(
            f"Model {model.name!r} made {used} segmentation(s) that are kept; "
            "delete those first, on the Segment page."
        )
    board_upkeep.remember_model(session, model.sha256)
    session.execute(delete(ModelRow).where(ModelRow.id == model.id))
    dynamics.delete_of_weights(session, model.sha256)
    board_upkeep.refresh_name(session, model.sha256)
    return model


def rename(session: Session, id_or_name: str, name: str) -> Model:
    """Gives a model another name.

    Raises:
        NotFound: There is no such model.
        NameTaken: Another model has the name.
        DyncellError: The model is a shipped one.
    """
    model = get(session, id_or_name)
    if model.is_shipped:
        raise DyncellError(
            f"{model.name!r} comes with dyncell and keeps its name; download it and import it "
            "under another name."
        )
    if name != model.name:
        _refuse_taken(session, name)
        session.execute(update(ModelRow).where(ModelRow.id == model.id).values(name=name))
        board_upkeep.refresh_name(session, model.sha256)
    return get(session, model.id)


def set_cohort(session: Session, model_id: str, cohort: str) -> None:
    """Puts a model into a cohort, see `Model`; it leaves the one it was in.

    Raises:
        NotFound: There is no such model.
    """
    model = get(session, model_id)
    if model.cohort != cohort:
        session.execute(update(ModelRow).where(ModelRow.id == model.id).values(cohort=cohort))
        board_upkeep.refresh_model(session, model.sha256)


def retire(session: Session, model_id: str, *, name: str) -> None:
    """Gives a shipped model that a newer version replaces another name; it is shipped no more."""
    chosen = update(ModelRow).where(ModelRow.id == model_id)
    session.execute(chosen.values(name=name, is_shipped=False))
    board_upkeep.refresh_name(session, get(session, model_id).sha256)


def _refuse_taken(session: Session, name: str) -> None:
    if session.scalar(select(ModelRow.id).where(ModelRow.name == name)) is not None:
        raise _taken(name)


def _taken(name: str) -> NameTaken:
    return NameTaken(f"A model named {name!r} exists already; choose another name.")


def _record(row: ModelRow) -> Model:
    return Model(
        id=row.id,
        name=row.name,
        kind=cast(ModelKind, row.kind),
        artifact=row.artifact,
        sha256=row.sha256,
        size=row.size,
        classes=tuple(row.palette["names"]),
        colours=tuple((r, g, b) for r, g, b in row.palette["colours"]),
        config=row.config,
        provenance=row.provenance,
        metrics=row.metrics,
        params=row.params,
        is_shipped=row.is_shipped,
        created_at=row.created_at,
        cohort=row.cohort,
    )
