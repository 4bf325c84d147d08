"""How fast the leaderboard answers: pages, filters, sorts and plots over many made rows."""

import resource
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import insert, text

from core.board.columns import METRICS
from core.board.filter import parse_filter
from core.board.made import made_rows
from core.board.row import Row
from core.board.sort import Sort
from core.other_work import is_busy_now
from core.store import board
from core.store.board_drawn import drawn_rows
from core.store.board_ranks import ranked
from core.store.board_tables import board_details, board_rows
from core.store.board_upkeep import row_values
from core.store.session import Database

PAGE = 50
"""Rows of a page."""

GOAL_MS = 300.0
"""What any page, sort or filter is to stay under."""

FILTERS = (
    "",
    "miou > 20",
    "miou > 60 and light and latency_p50 < 10",
    "setting = '00000003' and not (params > 50 or reward is missing)",
    "name ~ '77' or key = 'no such key'",
)
SORTS = ("miou", "reward:asc", "latency_p50", "aba_flicker", "name", "seeds")

MARKS = ("", "miou >= 20 and miou <= 60")
"""What is marked in the plots: nothing, or a range of one number."""

AXES = ("macs_steady", "miou")

_REPEATS = 3
_CHUNK = 5000


def fill(database: Database, count: int, *, say: Callable[[str], None]) -> float:
    """Adds made rows to an empty board; returns the seconds it took."""
    begun = time.perf_counter()
    waiting: list[Row] = []
    for number, row in enumerate(made_rows(count), 1):
        waiting.append(row)
        if len(waiting) == _CHUNK or number == count:
            _add(database, waiting)
            waiting.clear()
            say(f"{number:,} of {count:,} rows")
    if database.engine.dialect.name == "postgresql":
        with database.writing() as session:
            session.execute(text("ANALYZE board_rows"))
    return time.perf_counter() - begun


def measure_board(database: Database, *, rows: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Times first, middle and last pages under every filter and sort, with ranks and count.

    Timed as well: the rows of the plots under every filter and sort, with and without a mark.

    Args:
        database: A database with a filled board.
        rows: How many rows it has.
        say: Told what is being measured.

    Returns:
        Plain JSON: `rows metrics database page goal_ms cases plots worst_wall_ms worst_cpu_ms
        busy rss_growth_mb`; of each case the median wall and processor milliseconds. On SQLite the
        processor time is all of the work; of a server only what is done in this process.
    """
    busy = is_busy_now()
    before = _rss()
    cases: list[dict[str, Any]] = []
    plots: list[dict[str, Any]] = []
    for asked in FILTERS:
        say(asked or "no filter")
        with database.reading() as session:
            total = board.count(session, board.in_sight(parse_filter(asked)))
        for sort in SORTS:
            for offset in _offsets(total):
                took = _timed(partial(_answer, database, asked, sort, offset))
                cases.append({"filter": asked, "sort": sort, "offset": offset} | took)
            for mark in MARKS:
                took = _timed(partial(_draw, database, asked, sort, mark))
                plots.append({"filter": asked, "sort": sort, "mark": mark} | took)
    return {
        "rows": rows,
        "metrics": len(METRICS),
        "database": database.engine.dialect.name,
        "page": PAGE,
        "goal_ms": GOAL_MS,
        "worst_wall_ms": max(case["wall_ms"] for case in cases + plots),
        "worst_cpu_ms": max(case["cpu_ms"] for case in cases + plots),
        "median_wall_ms": round(statistics.median(case["wall_ms"] for case in cases), 1),
        "rss_growth_mb": round(_rss() - before, 1),
        "busy": busy,
        "cases": cases,
        "plots": plots,
    }


def _add(database: Database, rows: Iterable[Row]) -> None:
    found = list(rows)
    with database.writing() as session:
        session.execute(insert(board_rows), [row_values(row) for row in found])
        details = [{"number": row.number, "details": row.details} for row in found]
        session.execute(insert(board_details), details)


def _offsets(total: int) -> list[int]:
    """The first page, the 500th or the middle one where there are fewer, and the last."""
    last = max(0, (total - 1) // PAGE * PAGE)
    middle = min(499 * PAGE, last // 2 // PAGE * PAGE)
    return sorted({0, middle, last})


def _timed(work: Callable[[], None]) -> dict[str, float]:
    wall, processor = [], []
    for _ in range(_REPEATS):
        begun, used = time.perf_counter(), time.process_time()
        work()
        wall.append(1000 * (time.perf_counter() - begun))
        processor.append(1000 * (time.process_time() - used))
    return {
        "wall_ms": round(statistics.median(wall), 1),
        "cpu_ms": round(statistics.median(processor), 1),
    }


def _answer(database: Database, asked: str, sort: str, offset: int) -> None:
    """What the server does for one page."""
    order, wanted = Sort.parse(sort), board.in_sight(parse_filter(asked))
    with database.reading() as session:
        total = board.count(session, wanted)
        rows = board.page(session, wanted, sort=order, limit=PAGE, offset=offset, total=total)
        ranked(session, rows, order)


def _draw(database: Database, asked: str, sort: str, mark: str) -> None:
    """What the server does for the plots beside it."""
    wanted = board.in_sight(parse_filter(asked))
    with database.reading() as session:
        drawn_rows(session, wanted, parse_filter(mark), Sort.parse(sort), AXES)


def _rss() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
