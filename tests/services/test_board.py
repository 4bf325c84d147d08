"""The leaderboard as it is read, the same on every database, against a board in plain Python."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from core.board.columns import COLUMNS
from core.board.filter import parse_filter
from core.board.made import made_rows
from core.board.row import Row
from core.board.sort import SORTABLE, Sort
from core.errors import NotFound
from core.metrics.statistics import Spread, ranks
from core.store import board, board_upkeep
from core.store.board_ranks import ranked
from core.store.migrate import migrate
from core.store.session import Database, open_database
from tests.board_of_tests import fill_board
from tests.core.board.filters import FILTERS, Written, value
from tests.servers import OwnServer, new_database

ROWS = list(made_rows(600))
PAGES = 500


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path_factory.mktemp('board') / 'dyncell.db'}")
        return
    server: tuple[str, OwnServer | None] = request.getfixturevalue("postgresql")
    with new_database(server[0]) as url:
        yield from _opened(url)


def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    migrate(database)
    fill_board(database, ROWS)
    yield database
    database.close()


def _in_order(rows: list[Row], sort: Sort) -> list[Row]:
    """Sorted by hand: what is missing last, ties by mIoU for companions, then by number."""

    def place(row: Row) -> tuple[object, ...]:
        found = value(row, sort.column)
        keys: list[object] = [found is None, _Reversed(found) if sort.descending else found or 0]
        if found is None:
            keys[1] = 0
        elif not sort.descending:
            keys[1] = found
        if sort.is_by_companion:
            miou = row.means.get("miou")
            keys += [miou is None, -(miou or 0.0)]
        return (*keys, row.number)

    return sorted(rows, key=place)


class _Reversed:
    def __init__(self, found: object) -> None:
        self.found = found

    def __lt__(self, other: "_Reversed") -> bool:
        return self.found > other.found  # type: ignore[operator]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and self.found == other.found


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(written=FILTERS)
def test_a_filter_lets_through_what_it_says(filled: Database, written: Written) -> None:
    asked = parse_filter(written.text)
    expected = {row.number for row in ROWS if written.means(row)}
    with filled.reading() as session:
        found = board.page(session, asked, limit=len(ROWS) + 1)
        assert {row.number for row in found} == expected
        assert board.count(session, asked) == len(expected)


@pytest.mark.parametrize("key", SORTABLE)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_page_500_under_any_sort_is_that_of_a_list_sorted_by_hand(
    filled: Database, key: str, direction: str
) -> None:
    sort = Sort.parse(f"{key}:{direction}")
    expected = _in_order(ROWS, sort)
    total = len(ROWS)
    with filled.reading() as session:
        page_500 = board.page(session, sort=sort, limit=1, offset=PAGES - 1)
        around = board.page(session, sort=sort, limit=50, offset=450)
        last = board.page(session, sort=sort, limit=50, offset=580)
        from_the_end = [
            board.page(session, sort=sort, limit=limit, offset=offset, total=total)
            for limit, offset in ((1, PAGES - 1), (50, 450), (50, 580), (50, total), (9, 2 * total))
        ]
    assert [[row.number for row in page] for page in from_the_end] == [
        [row.number for row in page] for page in (page_500, around, last, [], [])
    ]
    assert [row.number for row in page_500] == [expected[PAGES - 1].number]
    assert [row.number for row in around] == [row.number for row in expected[450:500]]
    assert [row.number for row in last] == [row.number for row in expected[580:]]


def test_a_filtered_list_is_paged_in_order(filled: Database) -> None:
    sort = Sort.parse("latency_p50")
    kept = [row for row in ROWS if row.means.get("miou", -1) > 20 and row.flags["light"]]
    expected = _in_order(kept, sort)
    asked = parse_filter("miou > 20 and light")
    with filled.reading() as session:
        pages = [board.page(session, asked, sort=sort, limit=7, offset=n) for n in range(0, 700, 7)]
    assert [row.number for page in pages for row in page] == [row.number for row in expected]


def test_a_row_comes_back_as_it_was_made(filled: Database) -> None:
    with filled.reading() as session:
        found = board.get(session, ROWS[7].id)
    assert found.texts == ROWS[7].texts
    assert found.means == ROWS[7].means
    assert found.counts == ROWS[7].counts
    assert found.details == ROWS[7].details
    assert found.flags == ROWS[7].flags | {"archived": False}


def test_ranks_and_ties_are_those_of_the_statistics(filled: Database) -> None:
    sort = Sort.parse("miou")
    with filled.reading() as session:
        found = ranked(session, board.page(session, sort=sort, limit=1000), sort)
    for setting in {row.texts["setting"] for row in ROWS}:
        alike = [each for each in found if each.row.texts["setting"] == setting]
        spreads = [_spread(each.row) for each in alike]
        assert [each.rank for each in alike] == ranks(spreads)
        for each, mine in zip(alike, spreads, strict=True):
            others = [s for s in spreads if s is not mine and s.count >= 3 and s.low is not None]
            overlaps = mine.count >= 3 and any(_overlap(mine, other) for other in others)
            assert each.is_tied == overlaps


def _spread(row: Row) -> Spread:
    count, sd, low, high = row.details["spreads"].get("miou", (0, None, None, None))
    return Spread(count if row.flags["ranked"] else 0, row.means.get("miou"), sd, low, high)


def _overlap(one: Spread, other: Spread) -> bool:
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert other.high is not None
    return one.low <= other.high and other.low <= one.high


def test_sorts_by_other_numbers_give_no_ranks(filled: Database) -> None:
    sort = Sort.parse("params")
    with filled.reading() as session:
        found = ranked(session, board.page(session, sort=sort), sort)
    assert {(each.rank, each.is_tied) for each in found} == {(None, False)}


def test_settings_are_counted(filled: Database) -> None:
    with filled.reading() as session:
        found = board.settings(session)
    assert sorted(each.setting for each in found) == [f"{n:08x}" for n in range(5)]
    assert {each.rows for each in found} == {120}


def test_a_row_that_is_gone_is_said_so_and_left_out_of_a_basket(filled: Database) -> None:
    gone = "0" * 15 + "1"
    with filled.reading() as session:
        kept = board.find(session, [ROWS[3].id, gone, ROWS[1].id, "nonsense", ""])
        with pytest.raises(NotFound, match="no such row on the leaderboard; it may have been"):
            board.get(session, gone)
    assert [row.id for row in kept] == [ROWS[3].id, ROWS[1].id]


def test_archived_rows_can_be_brought_back(database: Database) -> None:
    rows = ROWS[:20]
    fill_board(database, rows)
    with database.writing() as session:
        assert board_upkeep.set_archived(session, [rows[0].number, rows[1].number, 5], True) == 2
    with database.reading() as session:
        assert board.count(session, parse_filter("archived")) == 2
        assert sum(each.rows for each in board.settings(session)) == 18
    with database.writing() as session:
        board_upkeep.set_archived(session, [rows[0].number], False)
    with database.reading() as session:
        assert board.count(session, parse_filter("not archived")) == 19


def test_no_stored_number_is_infinite_or_none_at_all() -> None:
    for row in ROWS:
        assert all(math.isfinite(number) for number in row.means.values())
        assert set(row.means) <= set(COLUMNS)


def test_an_empty_board_has_no_rows_and_no_settings(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate(database)
    with database.reading() as session:
        assert board.page(session) == []
        assert board.settings(session) == []
    database.close()
