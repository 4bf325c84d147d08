import itertools

from core.board.columns import COLUMNS
from core.board.dominance import points
from core.board.made import made_rows
from core.board.row import Row

X, Y = "latency_p50", "miou"


def _is_beaten(row: Row, other: Row) -> bool:
    if row.texts["setting"] != other.texts["setting"]:
        return False
    for key in (X, Y):
        mine, theirs = (each.details["spreads"].get(key) for each in (row, other))
        if mine is None or theirs is None or min(mine[0], theirs[0]) < 3:
            return False
        lower = COLUMNS[key].better == "lower"
        if not (theirs[3] < mine[2] if lower else theirs[2] > mine[3]):
            return False
    return True


def test_a_row_is_dominated_where_both_intervals_are_worse_than_those_of_one_other() -> None:
    rows = list(made_rows(300))
    found = {point.row.number: point.is_dominated for point in points(rows, X, Y)}
    shown = [row for row in rows if row.number in found]
    expected = {row.number: any(_is_beaten(row, other) for other in shown) for row in shown}
    assert found == expected
    assert 10 < sum(found.values()) < len(found) - 10


def test_nothing_of_the_front_has_both_means_worse_than_another_row() -> None:
    found = points(list(made_rows(200)), X, Y)
    for one, other in itertools.product(found, found):
        if one.is_front and one.row.texts["setting"] == other.row.texts["setting"]:
            assert not (other.x < one.x and other.y > one.y)
    assert {point.row.texts["setting"] for point in found if point.is_front} == {
        point.row.texts["setting"] for point in found
    }


def test_rows_that_lack_one_of_the_two_are_left_out() -> None:
    rows = list(made_rows(100))
    lacking = {row.number for row in rows if X not in row.means or Y not in row.means}
    assert lacking
    assert lacking.isdisjoint(point.row.number for point in points(rows, X, Y))
