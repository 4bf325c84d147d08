"""The basket of frames: put in, taken out, put back; one row per frame and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.frame_ranking import Ranking
from core.frame_scores import FrameScore
from core.records import Dataset, Evaluation, new_id
from core.store.basket_table import BasketRow
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time

LONGEST_NOTE = 500
"""Characters of a note."""

_KEPT_SECONDS = 7 * 86_400.0  # what was taken out can be put back so long


@dataclass(frozen=True)
class BasketFrame:
    """A frame in the basket.

    Attributes:
        dataset_id: Its dataset; None where it was deleted since.
        position: Its number in the split.
        evaluation_id: What showed it; None where it was deleted since.
        model_name: Whose mistakes they are.
        data_key: Hash of the frames and labels that were judged.
        metric: What it was ranked by, see `core.frame_ranking.FrameMetric`.
        class_text: The classes in words; empty without.
        value: What it had: percent, or pixels of a mistake.
        note: What somebody wrote.
        created_at: When it was put in.
        removed_at: When it was taken out; None while it is in.
    """

    id: str
    dataset_id: str | None
    dataset_name: str
    split: str
    sequence: str
    frame: str
    position: int
    width: int
    height: int
    evaluation_id: str | None
    model_name: str
    data_key: str
    metric: str
    class_text: str
    value: float | None
    note: str
    created_at: float
    removed_at: float | None


def add(
    session: Session,
    evaluation: Evaluation,
    frames: Sequence[FrameScore],
    *,
    ranking: Ranking,
    note: str = "",
) -> int:
    """Puts frames of an evaluation in; to those that lie there for that reason the note is added.

    Returns:
        How many are new.

    Raises:
        BadInput: The note is too long, alone or below one that a frame has.
    """
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"The note has {len(note):,} characters; up to {LONGEST_NOTE} are kept.")
    names = [str(name) for name in evaluation.scores.get("classes_list") or ()]
    class_text = ranking.class_text(names)
    same = _same(evaluation, ranking.metric, class_text)
    chosen = select(BasketRow).where(*same, _among(frames))
    there = {row.frame: row for row in session.scalars(chosen)}
    for row in there.values():
        row.note = _both(row, note)
    now = session.scalar(select(database_time()))
    new = [frame for frame in frames if frame.name not in there]
    session.add_all(
        BasketRow(
            id=new_id(),
            dataset_id=evaluation.dataset_id,
            dataset_name=evaluation.dataset_name,
            split=evaluation.split,
            sequence=frame.sequence,
            frame=frame.name,
            position=frame.position,
            width=frame.width,
            height=frame.height,
            evaluation_id=evaluation.id,
            model_name=evaluation.model_name,
            data_key=evaluation.data_key,
            metric=ranking.metric,
            class_text=class_text,
            value=ranking.value(frame),
            note=note,
            created_at=now,
            removed_at=None,
        )
        for frame in new
    )
    session.flush()
    return len(new)


BASKET_ORDERS = {
    "newest": (BasketRow.created_at.desc(), BasketRow.position, BasketRow.id),
    "frame": (naturally(BasketRow.dataset_name), BasketRow.split, BasketRow.position, BasketRow.id),
    "why": (BasketRow.metric, BasketRow.class_text, BasketRow.value, BasketRow.id),
}


def list_frames(
    session: Session,
    *,
    dataset: str = "",
    find: str = "",
    order: str = "newest",
    limit: int | None = None,
    offset: int = 0,
) -> list[BasketFrame]:
    """The frames in the basket (of one dataset, by name), in one of `BASKET_ORDERS`.

    With `find`, only those that have it in their names, notes, classes or their model's name.
    """
    query = lined_up(_found(_in(select(BasketRow), dataset), find), order, BASKET_ORDERS)
    return [_record(row) for row in session.scalars(query.limit(limit).offset(offset))]


def get(session: Session, frame_id: str) -> BasketFrame:
    """The frame of that id.

    Raises:
        NotFound: It is not in the basket.
    """
    row = session.scalar(_in(select(BasketRow), "").where(BasketRow.id == frame_id))
    if row is None:
        raise NotFound(f"There is no frame {frame_id} in the basket.")
    return _record(row)


def count(session: Session, *, dataset: str = "", find: str = "") -> int:
    """How many frames are in it (of one dataset, by name; with `find`, as in `list_frames`)."""
    return session.scalar(_found(_in(select(func.count(BasketRow.id)), dataset), find)) or 0


def datasets(session: Session) -> dict[str, int]:
    """Name of a dataset -> its frames in the basket."""
    found = (
        select(BasketRow.dataset_name, func.count(BasketRow.id))
        .where(BasketRow.removed_at.is_(None))
        .group_by(BasketRow.dataset_name)
        .order_by(naturally(BasketRow.dataset_name))
    )
    return {str(name): int(number) for name, number in session.execute(found)}


def remove(session: Session, ids: Sequence[str]) -> int:
    """Takes frames out; they can be put back for a week. Returns how many there were."""
    session.execute(delete(BasketRow).where(BasketRow.removed_at < database_time() - _KEPT_SECONDS))
    chosen = update(BasketRow).where(BasketRow.id.in_(ids), BasketRow.removed_at.is_(None))
    return _rows(session, chosen.values(removed_at=database_time()))


def restore(session: Session, ids: Sequence[str]) -> int:
    """Puts frames back that were taken out; returns how many there were."""
    chosen = update(BasketRow).where(BasketRow.id.in_(ids), BasketRow.removed_at.is_not(None))
    return _rows(session, chosen.values(removed_at=None))


def attach(session: Session, dataset: Dataset, positions: Mapping[str, Mapping[str, int]]) -> int:
    """Gives the frames of a deleted dataset of that name their pictures back.

    Args:
        session: A writing session.
        dataset: The dataset that was imported under the name.
        positions: Of every split the number of each frame, by its name.

    Returns:
        How many frames the dataset has again.
    """
    chosen = select(BasketRow).where(
        BasketRow.dataset_id.is_(None), BasketRow.dataset_name == dataset.name
    )
    found = 0
    for row in session.scalars(chosen):
        position = positions.get(row.split, {}).get(row.frame)
        if position is not None:
            row.dataset_id, row.position = dataset.id, position
            found += 1
    session.flush()
    return found


def _both(row: BasketRow, note: str) -> str:
    """The note that a frame has, and below it another one."""
    lines = [each for each in (row.note, note) if each]
    both = row.note if note in row.note.split("\n") else "\n".join(lines)
    if len(both) > LONGEST_NOTE:
        raise BadInput(
            f"Frame {row.frame} has a note, and with this one below it {len(both):,} characters; "
            f"up to {LONGEST_NOTE} are kept. Write less, or take the frame out first."
        )
    return both


def _same(evaluation: Evaluation, metric: str, class_text: str) -> tuple[Any, ...]:
    return (
        BasketRow.evaluation_id == evaluation.id,
        BasketRow.metric == metric,
        BasketRow.class_text == class_text,
        BasketRow.removed_at.is_(None),
    )


def _among(frames: Sequence[FrameScore]) -> Any:
    return BasketRow.frame.in_([frame.name for frame in frames])


def _found(query: Select[Any], find: str) -> Select[Any]:
    named = (BasketRow.frame, BasketRow.note, BasketRow.class_text, BasketRow.model_name)
    return found_by(query, find, *named)


def _in(query: Select[Any], dataset: str) -> Select[Any]:
    found = query.where(BasketRow.removed_at.is_(None))
    return found.where(BasketRow.dataset_name == dataset) if dataset else found


def _rows(session: Session, statement: Any) -> int:
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def _record(row: BasketRow) -> BasketFrame:
    return BasketFrame(**{field.name: getattr(row, field.name) for field in fields(BasketFrame)})
