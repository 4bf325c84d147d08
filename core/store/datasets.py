"""Datasets: what was found in a source, and the pack it became."""

from typing import Any, cast

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import NameTaken, NotFound
from core.palette import Palette
from core.records import Dataset, DatasetOrigin
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time
from core.store.tables import DatasetRow


def add(
    session: Session,
    dataset_id: str,
    *,
    name: str,
    origin: DatasetOrigin,
    job_id: str = "",
    layout: str = "",
    source: str = "",
    path: str = "",
) -> Dataset:
    """Adds a dataset that is not packed yet.

    Raises:
        NameTaken: Another dataset has the name.
    """
    _refuse_taken(session, name)
    row = DatasetRow(
        id=dataset_id,
        name=name,
        origin=origin,
        layout=layout,
        source=source,
        path=path,
        job_id=job_id,
        preview={},
        artifact=None,
        digest="",
        size=0,
        palette={"names": [], "colours": []},
        splits={},
        created_at=session.scalar(select(database_time())),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # another host was quicker between the look and the insertion
        raise _taken(name) from error
    return _record(row)


def show_preview(session: Session, dataset_id: str, *, preview: dict[str, Any]) -> Dataset:
    """Stores what a look at the source found.

    Raises:
        NotFound: The dataset was deleted meanwhile.
    """
    layout = str(preview.get("layout", ""))
    return _change(session, dataset_id, {"preview": preview, "layout": layout})


def take(session: Session, dataset_id: str, *, job_id: str, name: str | None = None) -> Dataset:
    """Notes the job that packs the dataset, and the name it shall have.

    Raises:
        NotFound: There is no such dataset.
        NameTaken: Another dataset has the name.
    """
    values: dict[str, Any] = {"job_id": job_id}
    known = get(session, dataset_id)
    if name is not None and name != known.name:
        _refuse_taken(session, name)
        values["name"] = name
    return _change(session, dataset_id, values)


def publish(
    session: Session,
    dataset_id: str,
    *,
    artifact: str,
    layout: str,
    digest: str,
    size: int,
    palette: Palette,
    splits: dict[str, dict[str, Any]],
) -> Dataset:
    """Stores the pack; the source is needed no more.

    Raises:
        NotFound: The dataset was deleted meanwhile.
    """
    values = {
        "artifact": artifact,
        "layout": layout,
        "digest": digest,
        "size": size,
        "palette": {"names": list(palette.names), "colours": [list(c) for c in palette.colours]},
        "splits": splits,
        "source": "",
    }
    return _change(session, dataset_id, values)


def get(session: Session, id_or_name: str) -> Dataset:
    """The dataset of that id or name.

    Raises:
        NotFound: There is none; the text lists some that exist.
    """
    chosen = or_(DatasetRow.id == id_or_name, DatasetRow.name == id_or_name)
    found = select(DatasetRow).where(chosen)
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        usable = or_(DatasetRow.artifact.is_not(None), DatasetRow.origin == "shipped")
        query = select(DatasetRow.name).where(usable).order_by(DatasetRow.name).limit(10)
        names = session.scalars(query).all()
        known = ", ".join(names) or "none yet"
        raise NotFound(f"There is no dataset {id_or_name!r}; datasets: {known}.")
    return _record(row)


def rename(session: Session, dataset_id: str, *, name: str) -> Dataset:
    """Gives a dataset another name; what was measured on it keeps the one of then.

    Raises:
        NotFound: There is no such dataset.
        NameTaken: Another dataset has the name.
    """
    if name != get(session, dataset_id).name:
        _refuse_taken(session, name)
    return _change(session, dataset_id, {"name": name})


DATASET_ORDERS = {
    "newest": (DatasetRow.created_at.desc(), DatasetRow.name),
    "oldest": (DatasetRow.created_at, DatasetRow.name),
    "name": (naturally(DatasetRow.name), DatasetRow.name),
    "largest": (DatasetRow.size.desc(), DatasetRow.name),
}


def list_datasets(
    session: Session, *, find: str = "", order: str = "newest", limit: int = 200, offset: int = 0
) -> list[Dataset]:
    """Datasets (with `find` in their names), in one of `DATASET_ORDERS`."""
    query = lined_up(found_by(select(DatasetRow), find, DatasetRow.name), order, DATASET_ORDERS)
    return [_record(row) for row in session.scalars(query.limit(limit).offset(offset))]


def count(session: Session, *, find: str = "") -> int:
    """How many datasets there are (with `find` in their names)."""
    return session.scalar(found_by(select(func.count(DatasetRow.id)), find, DatasetRow.name)) or 0


def delete_dataset(session: Session, dataset_id: str) -> Dataset:
    """Removes the dataset and returns it; evaluations on it keep their scores.

    The caller removes its artifacts once the transaction is committed.

    Raises:
        NotFound: There is no such dataset.
    """
    found = get(session, dataset_id)
    session.execute(delete(DatasetRow).where(DatasetRow.id == found.id))
    return found


def _refuse_taken(session: Session, name: str) -> None:
    if session.scalar(select(DatasetRow.id).where(DatasetRow.name == name)) is not None:
        raise _taken(name)


def _taken(name: str) -> NameTaken:
    return NameTaken(f"A dataset named {name!r} exists already; choose another name.")


def _change(session: Session, dataset_id: str, values: dict[str, Any]) -> Dataset:
    session.execute(update(DatasetRow).where(DatasetRow.id == dataset_id).values(**values))
    return get(session, dataset_id)


def _record(row: DatasetRow) -> Dataset:
    return Dataset(
        id=row.id,
        name=row.name,
        origin=cast(DatasetOrigin, row.origin),
        layout=row.layout,
        source=row.source,
        path=row.path,
        job_id=row.job_id,
        preview=row.preview,
        artifact=row.artifact,
        digest=row.digest,
        size=row.size,
        classes=tuple(row.palette["names"]),
        colours=tuple((r, g, b) for r, g, b in row.palette["colours"]),
        splits=row.splits,
        created_at=row.created_at,
    )
