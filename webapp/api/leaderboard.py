"""The leaderboard: pages of genotypes and models, its columns, and files of all rows."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from core.board.columns import COLUMNS
from core.board.comparison_document import comparison_document
from core.board.document import row_document, rows_csv
from core.board.filter import LONGEST
from core.store import board
from core.store.board_question import Question, read_question
from core.store.board_ranks import RankedRow, ranked
from core.store.board_whole import whole_board
from core.store.comparisons import read_comparison
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import Page
from webapp.api.paging import Paged
from webapp.api.ranges import content_disposition, file_response

router = APIRouter(prefix="/leaderboard", tags=["leaderboard"])


def _question(
    folder: OpenedFolder,
    filter_text: Annotated[
        str,
        Query(alias="filter", description=f"As `miou > 60 and light`; up to {LONGEST} characters."),
    ] = "",
    sort_text: Annotated[
        str, Query(alias="sort", description="`COLUMN`, `COLUMN:asc` or `:desc`; blank = usual.")
    ] = "",
    columns_text: Annotated[
        str, Query(alias="columns", description="`miou,name`; blank = the usual ones.")
    ] = "",
    archived: Annotated[bool, Query(description="What is archived, and nothing else.")] = False,
    view: Annotated[str, Query(description="Name or id of a saved view to start from.")] = "",
) -> Question:
    with folder.database.reading() as session:
        return read_question(
            session,
            filter_text=filter_text,
            sort_text=sort_text,
            columns_text=columns_text,
            archived=archived,
            view=view,
        )


Asked = Annotated[Question, Depends(_question)]


ComparedRows = Annotated[list[str], Query(alias="row", description="Ids of two to four rows.")]
ComparedBase = Annotated[
    str | None, Query(description="Id of the row that others are compared with; the first if none.")
]


class ColumnDocument(BaseModel):
    """A column: the only names that filters and sorts may use."""

    key: str
    kind: str
    label: str
    meaning: str
    better: str | None
    unit: str
    digits: int
    role: str


class RowDetailsDocument(BaseModel):
    """A row with all its columns and the runs it is made of."""

    row: dict[str, Any]
    runs: list[dict[str, Any]]


class RowChange(BaseModel):
    """Whether a row is out of sight."""

    archived: bool


class ComparisonDocument(BaseModel):
    """Rows by letter, and every number of each with how it stands to the base's."""

    base: str
    rows: dict[str, dict[str, Any]]
    metrics: dict[str, dict[str, Any]]
    classes: dict[str, Any]
    confusion: dict[str, dict[str, Any]]
    distance: dict[str, dict[str, Any]]
    cells: dict[str, dict[str, Any]]


@router.get("")
def list_rows(folder: OpenedFolder, asked: Asked, paging: Paged) -> Page[dict[str, Any]]:
    """Rows in order; seeds are one row, and only rows of one `setting` can be compared."""
    with folder.database.reading() as session:
        total = board.count(session, asked.filter)
        rows = board.page(
            session,
            asked.filter,
            sort=asked.sort,
            limit=paging.limit,
            offset=paging.offset,
            total=total,
        )
        found = ranked(session, rows, asked.sort)
    items = [
        row_document(each.row, asked.columns, rank=each.rank, is_tied=each.is_tied)
        for each in found
    ]
    return paging.page(items, total)


@router.get("/columns")
def list_columns() -> list[ColumnDocument]:
    """All columns with what they mean."""
    return [ColumnDocument(**vars(column)) for column in COLUMNS.values()]


@router.get("/rows.csv", response_class=StreamingResponse, responses=file_response("text/csv"))
def csv_file(folder: OpenedFolder, asked: Asked) -> StreamingResponse:
    """All rows that match, as CSV with intervals."""
    rows = whole_board(folder.database, asked.filter, asked.sort, with_ranks=False)
    lines = rows_csv((each.row for each in rows), asked.columns)
    return _file(lines, name="leaderboard.csv", media_type="text/csv")


@router.get(
    "/rows.json", response_class=StreamingResponse, responses=file_response("application/json")
)
def json_file(folder: OpenedFolder, asked: Asked) -> StreamingResponse:
    """All rows that match, as a JSON list."""
    rows = whole_board(folder.database, asked.filter, asked.sort)
    lines = _json_lines(rows, asked.columns)
    return _file(lines, name="leaderboard.json", media_type="application/json")


@router.get("/compare")
def compare(
    folder: OpenedFolder, rows: ComparedRows, base: ComparedBase = None
) -> ComparisonDocument:
    """Two to four rows against one of them: differences with intervals, classes, confusion, cells.

    Rows are lettered A to D in the order in which they are named; a `difference` is the row minus
    the base, `verdict` is what its 95% interval says: `better`, `worse`, `tie`; counted costs may
    be `equal`, and `open` means that nothing can be said, for the `reason` beside it.
    """
    with folder.database.reading() as session:
        found = read_comparison(session, rows, base=base)
    return ComparisonDocument(**comparison_document(found))


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> RowDetailsDocument:
    """One row with all its columns, and what it is made of."""
    with folder.database.reading() as session:
        row, runs = board.get(session, item_id), board.runs(session, item_id)
    shown = [{key: run[key] for key in ("seed", "values", "source", "created_at")} for run in runs]
    return RowDetailsDocument(row=row_document(row, list(COLUMNS)), runs=shown)


@router.patch("/{item_id}")
def archive(item_id: ItemId, asked: RowChange, folder: OpenedFolder) -> RowDetailsDocument:
    """Puts a row out of sight, or brings it back."""
    show(item_id, folder)
    queue.archive_rows(folder, [item_id], archived=asked.archived)
    return show(item_id, folder)


@router.delete("/{item_id}", status_code=204)
def delete(
    item_id: ItemId,
    folder: OpenedFolder,
    with_models: Annotated[bool, Query(description="Its models and their weights, too.")] = False,
) -> None:
    """Deletes what a row is made of: its evaluations, and its models where asked."""
    queue.delete_row(folder, item_id, with_models=with_models)


def _json_lines(rows: Iterator[RankedRow], columns: tuple[str, ...]) -> Iterator[str]:
    yield "["
    for number, each in enumerate(rows):
        document = row_document(each.row, columns, rank=each.rank, is_tied=each.is_tied)
        yield (",\n" if number else "\n") + json.dumps(
            document, ensure_ascii=False, allow_nan=False
        )
    yield "\n]\n"


def _file(lines: Any, *, name: str, media_type: str) -> StreamingResponse:
    headers = {"Content-Disposition": content_disposition(name), "Cache-Control": "no-store"}
    return StreamingResponse(lines, headers=headers, media_type=media_type)
