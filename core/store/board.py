"""The leaderboard as it is read: pages of rows under a filter and an order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Boolean

from core.board.columns import COLUMNS, METRICS
from core.board.condition import All, Any_, Compare, Filter, Flag, Missing, Not
from core.board.row import Row
from core.board.sort import Sort
from core.errors import NotFound
from core.records import is_id
from core.store.board_tables import BoardRunRow, board_details, board_rows

_CELLS = board_rows.c
_MEASURED = [column.key for column in METRICS]
_TEXTS, _FLAGS, _COUNTS = (
    [key for key, column in COLUMNS.items() if column.kind == kind and key not in _MEASURED]
    for kind in ("text", "flag", "number")
)


@dataclass(frozen=True)
class Setting:
    """One setting and how many rows it has.

    Attributes:
        setting: Its key; empty for models that nobody judged yet.
        kind: Kind of one of its rows.
        dataset: What is judged on.
        split: Which split of it.
        frames: Which frames; empty for all.
        static: Of trials, the static network.
        searches: Of trials, the searches that tried them, by name.
        rows: Rows that are not archived.
    """

    setting: str
    kind: str
    dataset: str
    split: str
    frames: str
    static: str
    searches: tuple[str, ...]
    rows: int


class contains(FunctionElement[bool]):
    """Whether a text contains another, upper and lower case told apart."""

    type = Boolean()
    inherit_cache = True


@compiles(contains, "sqlite")
def _sqlite_contains(element: Any, compiler: Any, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(contains, "postgresql")
def _postgresql_contains(element: Any, compiler: Any, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


def in_sight(asked: Filter | None, *, archived: bool = False) -> Filter:
    """The filter, without what is archived, or with nothing else."""
    flag = Flag("archived")
    visible = flag if archived else Not(flag)
    return visible if asked is None else All((visible, asked))


def narrowed(asked: Filter, more: Filter | None) -> Filter:
    """A filter, and another one where there is one."""
    return asked if more is None else All((asked, more))


def condition(asked: Filter) -> ColumnElement[bool]:
    """A filter as an expression over the columns it names; it is true or false, never NULL.

    `coalesce` also keeps SQLite from walking an index of a column that tells few rows apart: on
    100,000 rows that takes several times as long as reading all of them in a row.
    """
    match asked:
        case Flag(column):
            return func.coalesce(_CELLS[column], false(), type_=Boolean)
        case Missing(column):
            return _CELLS[column].is_(None)
        case Compare(column, comparison, value):
            return func.coalesce(_compared(_CELLS[column], comparison, value), false())
        case Not(of):
            return not_(condition(of))
        case All(parts):
            return and_(*map(condition, parts))
        case Any_(parts):
            return or_(*map(condition, parts))


def count(session: Session, asked: Filter | None = None) -> int:
    """How many rows a filter lets through."""
    query = select(func.count()).select_from(board_rows)
    if asked is not None:
        query = query.where(condition(asked))
    return session.scalar(query) or 0


def page(
    session: Session,
    asked: Filter | None = None,
    *,
    sort: Sort = Sort(),  # noqa: B008  (it is frozen)
    limit: int = 50,
    offset: int = 0,
    total: int | None = None,
    spreads_of: Collection[str] | None = None,
) -> list[Row]:
    """Rows in order; what is missing stands last whichever way they are sorted.

    Sorted by a companion (METRICS.md), rows that are not greyed come first, by their ratio to
    their own static base; all others follow by their mIoU, high first.

    Args:
        session: An open session.
        asked: Which rows; None for all.
        sort: In which order.
        limit: At most so many.
        offset: Rows to skip.
        total: How many the filter lets through, counted in this session; where it is given, a
            page of the second half is read from the end, which sorts fewer rows.
        spreads_of: The same as of `numbered`.
    """
    if total is None or offset <= total // 2:
        found = numbers(session, asked, sort, limit=limit, offset=offset)
    else:
        last = max(0, min(limit, total - offset))
        start = max(0, total - offset - limit)
        backwards = numbers(session, asked, sort, limit=last, offset=start, backwards=True)
        found = backwards[::-1]
    return numbered(session, found, spreads_of=spreads_of)


def numbers(
    session: Session,
    asked: Filter | None,
    sort: Sort,
    *,
    limit: int | None = None,
    offset: int = 0,
    backwards: bool = False,
) -> list[int]:
    """Numbers of rows in order: all rows are read and sorted (docs/DECISIONS.md)."""
    query = select(_CELLS.number)
    if asked is not None:
        query = query.where(condition(asked))
    keys = [_order(_CELLS[sort.column], descending=sort.descending, backwards=backwards)]
    if sort.is_by_companion:
        keys.append(_order(_CELLS.miou, descending=True, backwards=backwards))
    keys.append(_CELLS.number.desc() if backwards else _CELLS.number.asc())
    whole = query.order_by(*keys).limit(limit).offset(offset)
    return [int(number) for (number,) in session.execute(whole)]


def numbered(
    session: Session, numbers: Sequence[int], *, spreads_of: Collection[str] | None = None
) -> list[Row]:
    """The rows of these numbers, in this order; those that are gone are left out.

    Args:
        session: An open session.
        numbers: Which rows.
        spreads_of: Metrics whose spreads are all that `Row.details` holds, which spares most of
            the work where many rows are drawn; None for all details.
    """
    whole = board_details.c.details
    columns = [whole] if spreads_of is None else [whole["spreads", key] for key in spreads_of]
    joined = board_rows.join(board_details, board_details.c.number == _CELLS.number)
    shown = [_CELLS.number, *(_CELLS[key] for key in COLUMNS)]
    chosen = select(*shown, *columns).select_from(joined).where(_CELLS.number.in_(numbers))
    found = {}
    for number, *values in session.execute(chosen):
        cells = dict(zip(COLUMNS, values, strict=False))
        details = values[len(COLUMNS) :]
        if spreads_of is None:
            found[number] = _row(number, cells, details[0])
        else:
            spreads = {key: each for key, each in zip(spreads_of, details, strict=True) if each}
            found[number] = _row(number, cells, {"spreads": spreads})
    return [found[number] for number in numbers if number in found]


def get(session: Session, row_id: str) -> Row:
    """The row of that id.

    Raises:
        NotFound: There is none (any more).
    """
    found = find(session, [row_id])
    if not found:
        raise NotFound("There is no such row on the leaderboard; it may have been deleted.")
    return found[0]


def find(session: Session, row_ids: Sequence[str]) -> list[Row]:
    """The rows of these ids, in this order; those that are gone are left out."""
    return numbered(session, [int(each, 16) for each in row_ids if is_id(each)])


def settings(session: Session) -> list[Setting]:
    """All settings with rows in sight, the fullest first."""
    query = (
        select(_CELLS.setting, func.count(), func.min(_CELLS.number))
        .where(not_(_CELLS.archived))
        .group_by(_CELLS.setting)
        .order_by(func.count().desc(), _CELLS.setting)
    )
    found = session.execute(query).all()
    columns = [_CELLS[key] for key in ("kind", "dataset", "split", "frames", "static")]
    examples = select(_CELLS.number, *columns).where(_CELLS.number.in_([each[2] for each in found]))
    words = {each["number"]: dict(each) for each in session.execute(examples).mappings()}
    tried: dict[str, set[str]] = {}
    pairs = select(_CELLS.setting, _CELLS.search).where(not_(_CELLS.archived)).distinct()
    for key, names in session.execute(pairs):
        tried.setdefault(key, set()).update(filter(None, names.split(", ")))
    settings = []
    for key, rows, number in found:
        told = {name: value for name, value in words[number].items() if name != "number"}
        searches = tuple(sorted(tried[key]))
        settings.append(Setting(**told | {"setting": key}, searches=searches, rows=rows))
    return settings


def count_by_setting(session: Session, asked: Filter) -> dict[str, int]:
    """How many rows a filter lets through in each setting; those with none are left out."""
    query = select(_CELLS.setting, func.count()).where(condition(asked))
    found = session.execute(query.group_by(_CELLS.setting))
    return {str(key): int(rows) for key, rows in found}


def row_of_run(session: Session, run_id: str) -> Row | None:
    """The row that a run belongs to; None where there is no such run."""
    number = session.scalar(select(BoardRunRow.row).where(BoardRunRow.id == run_id))
    found = [] if number is None else numbered(session, [number])
    return found[0] if found else None


def runs(session: Session, row_id: str) -> list[dict[str, Any]]:
    """The runs of a row as plain JSON, the newest first."""
    chosen = select(BoardRunRow.run).where(BoardRunRow.row == int(row_id, 16))
    found = list(session.scalars(chosen))
    return sorted(found, key=lambda run: -run["created_at"])


def _compared(cell: ColumnElement[Any], comparison: str, value: float | str) -> ColumnElement[bool]:
    match comparison:
        case "<":
            return cell < value
        case "<=":
            return cell <= value
        case ">":
            return cell > value
        case ">=":
            return cell >= value
        case "=":
            return cell == value
        case "!=":
            return cell != value
        case "~":
            return contains(cell, value)
    raise ValueError(f"comparison {comparison!r}")


def _order(column: ColumnElement[Any], *, descending: bool, backwards: bool) -> ColumnElement[Any]:
    """What is missing comes last, whichever way the others go; read backwards, first."""
    ordered = column.desc() if descending != backwards else column.asc()
    return ordered.nulls_first() if backwards else ordered.nulls_last()


def _row(number: int, cells: dict[str, Any], details: dict[str, Any]) -> Row:
    return Row(
        number=number,
        texts={key: cells[key] for key in _TEXTS},
        flags={key: cells[key] for key in _FLAGS},
        counts={key: cells[key] for key in _COUNTS},
        means={key: cells[key] for key in _MEASURED if cells[key] is not None},
        details=details,
    )
