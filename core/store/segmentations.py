"""Segmentations: models' results on videos."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import Segmentation
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time
from core.store.tables import ModelRow, SegmentationRow, VideoRow


def add(
    session: Session,
    segmentation_id: str,
    *,
    video_id: str,
    model_id: str,
    job_id: str,
    options: dict[str, Any],
) -> Segmentation:
    """Adds a segmentation whose job is queued in the same transaction."""
    row = SegmentationRow(
        id=segmentation_id,
        video_id=video_id,
        model_id=model_id,
        job_id=job_id,
        options=options,
        width=0,
        height=0,
        start=0,
        frames=0,
        size=0,
        report={},
        created_at=session.scalar(select(database_time())),
    )
    session.add(row)
    session.flush()
    return _record(row)


def publish(session: Session, segmentation_id: str, *, found: dict[str, Any]) -> Segmentation:
    """Stores the result; the caller finishes its job in the same transaction.

    Args:
        session: A writing session.
        segmentation_id: The segmentation.
        found: Values of `Segmentation`'s fields, by name.

    Raises:
        NotFound: The segmentation or its video was deleted meanwhile.
    """
    chosen = SegmentationRow.id == segmentation_id
    session.execute(update(SegmentationRow).where(chosen).values(**found))
    return get(session, segmentation_id)


def get(session: Session, segmentation_id: str) -> Segmentation:
    """The segmentation of that id.

    Raises:
        NotFound: There is none.
    """
    found = select(SegmentationRow).where(SegmentationRow.id == segmentation_id)
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(f"There is no segmentation {segmentation_id}; it may have been deleted.")
    return _record(row)


def list_segmentations(
    session: Session,
    *,
    video_id: str | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> list[Segmentation]:
    """Segmentations (of one video), the newest first."""
    newest = select(SegmentationRow).order_by(SegmentationRow.created_at.desc(), SegmentationRow.id)
    if video_id is not None:
        newest = newest.where(SegmentationRow.video_id == video_id)
    return [_record(row) for row in session.scalars(newest.limit(limit).offset(offset))]


RESULT_ORDERS = {
    "newest": (SegmentationRow.created_at.desc(), SegmentationRow.id),
    "oldest": (SegmentationRow.created_at, SegmentationRow.id),
    "video": (naturally(VideoRow.name), SegmentationRow.created_at.desc(), SegmentationRow.id),
    "model": (naturally(ModelRow.name), SegmentationRow.created_at.desc(), SegmentationRow.id),
}


def list_results(
    session: Session, *, find: str = "", order: str = "newest", limit: int = 50, offset: int = 0
) -> list[Segmentation]:
    """Finished segmentations, in one of `RESULT_ORDERS`.

    With `find`, only those that have it in the name of their video or model.
    """
    shown = lined_up(_results(select(SegmentationRow), find), order, RESULT_ORDERS)
    return [_record(row) for row in session.scalars(shown.limit(limit).offset(offset))]


def count_results(session: Session, *, find: str = "") -> int:
    """How many segmentations `list_results` would give without a limit."""
    return session.scalar(_results(select(func.count(SegmentationRow.id)), find)) or 0


def _results(query: Select[Any], find: str) -> Select[Any]:
    query = query.join(VideoRow, VideoRow.id == SegmentationRow.video_id)
    query = query.join(ModelRow, ModelRow.id == SegmentationRow.model_id)
    is_ready = SegmentationRow.labels.is_not(None)
    return found_by(query.where(is_ready), find, VideoRow.name, ModelRow.name)


def count(session: Session, *, video_id: str | None = None) -> int:
    """How many segmentations there are (of one video)."""
    query = select(func.count(SegmentationRow.id))
    if video_id is not None:
        query = query.where(SegmentationRow.video_id == video_id)
    return session.scalar(query) or 0


def delete_segmentation(session: Session, segmentation_id: str) -> Segmentation:
    """Removes the segmentation and returns it.

    The caller cancels its job and removes its artifacts once the transaction is committed.

    Raises:
        NotFound: There is no such segmentation.
    """
    found = get(session, segmentation_id)
    session.execute(delete(SegmentationRow).where(SegmentationRow.id == segmentation_id))
    return found


def _record(row: SegmentationRow) -> Segmentation:
    return Segmentation(**{field.name: getattr(row, field.name) for field in fields(Segmentation)})
