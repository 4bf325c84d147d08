from core.board.brush import Brush
from core.board.dominance import points
from core.board.made import made_rows
from core.store.board_drawn import Drawn
from webapp.leaderboard_brush import range_text
from webapp.leaderboard_parallel import parallel_axis, parallel_lines
from webapp.leaderboard_plot import plot_figure

ROWS = list(made_rows(60))


def test_an_axis_spans_all_rows_and_has_the_better_values_above() -> None:
    brush = Brush.parse("latency_p50:..40")
    axis = parallel_axis(ROWS, "latency_p50", brush)
    values = [row.means["latency_p50"] for row in ROWS if "latency_p50" in row.means]
    assert axis is not None
    assert (axis["low"], axis["high"]) == (min(values), max(values))
    assert axis["falls"]
    assert axis["marked"] == [None, 40.0]
    assert parallel_axis(ROWS, "miou", brush) == {
        **axis,
        "key": "miou",
        "label": "mIoU, %",
        "low": min(row.means["miou"] for row in ROWS if "miou" in row.means),
        "high": max(row.means["miou"] for row in ROWS if "miou" in row.means),
        "falls": False,
        "marked": None,
    }


def test_a_number_that_no_row_has_has_no_axis() -> None:
    rows = [row for row in ROWS if "tc_m" not in row.means]
    assert rows
    assert parallel_axis(rows, "tc_m", Brush()) is None


def test_lines_have_gaps_and_rows_without_any_of_the_numbers_have_no_line() -> None:
    keys = ["miou", "tc_m"]
    drawn = Drawn(ROWS[:40], ROWS[40:])
    lines = parallel_lines(drawn, keys, {ROWS[0].id, ROWS[50].id})
    kept = [row for row in (*ROWS[40:], *ROWS[:40]) if "miou" in row.means or "tc_m" in row.means]
    assert [line["values"] for line in lines] == [[r.means.get(k) for k in keys] for r in kept]
    looks = dict(zip([row.id for row in kept], [line["look"] for line in lines], strict=True))
    assert looks.pop(ROWS[0].id) == "chosen"
    assert {looks[row.id] for row in kept if row in ROWS[40:]} == {"others"}
    assert {look for key, look in looks.items() if key in {r.id for r in ROWS[1:40]}} == {"plain"}


def test_the_scatter_tells_what_is_marked_what_is_not_and_what_is_in_the_basket() -> None:
    found = points(ROWS, "params", "miou")
    others = {each.row.id for each in found[:9]}
    figure = plot_figure(
        found,
        "params",
        "miou",
        is_one_setting=False,
        others=others,
        chosen={found[20].row.id},
        brush=Brush.parse("miou:20..,params:10..30"),
    )
    by_name = {trace.name: trace for trace in figure.data}
    assert len(by_name["not marked"].x) == len(others)
    assert list(by_name["in the basket"].x) == [found[20].x]
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.y0) == (10.0, 30.0, 20.0)
    assert shape.y1 > max(each.y for each in found)


def test_ranges_are_told_in_words() -> None:
    brush = Brush.parse("miou:60..65,params:..2000000,gain:0.5..")
    assert [range_text(each) for each in brush.ranges] == [
        "mIoU 60.0 to 65.0",
        "Parameters up to 2 M",
        "Gain from 0.50",
    ]
