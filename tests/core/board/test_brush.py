import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.board.brush import BadBrush, Brush, Range, rounded, within
from core.board.condition import All, Compare
from core.board.filter import parse_filter

_ENDS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def _ranges(draw: st.DrawFn) -> Range:
    column = draw(st.sampled_from(["miou", "params", "gain", "nodes"]))
    low, high = draw(_ENDS), draw(_ENDS)
    if low is None and high is None:
        low = 0.0
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return Range(column, low, high)


@given(st.lists(_ranges(), max_size=4, unique_by=lambda each: each.column))
def test_a_brush_and_its_text_are_the_same_and_so_is_its_filter(ranges: list[Range]) -> None:
    brush = Brush(tuple(ranges))
    assert Brush.parse(str(brush)) == brush
    if not ranges:
        assert brush.filter is None
        return
    read = parse_filter(brush.filter_text)
    wanted = brush.filter
    assert isinstance(wanted, All)
    assert read == (wanted.parts[0] if len(wanted.parts) == 1 else wanted)


def test_a_new_range_replaces_that_of_its_column_and_one_click_takes_it_out() -> None:
    brush = Brush.parse("miou:60..65, params:..2e6")
    assert brush.marked(Range("miou", 61.0, None)) == Brush.parse("miou:61..,params:..2000000")
    assert brush.without("miou") == Brush.parse("params:..2000000")
    assert brush.marked(Range("miou", None, None)) == brush.without("miou")
    assert brush.of("miou") == Range("miou", 60.0, 65.0)
    assert brush.of("gain") is None


def test_ends_the_wrong_way_round_are_turned() -> None:
    assert Brush.parse("miou:65..60") == Brush.parse("miou:60..65")


def test_a_filter_is_narrowed_as_a_whole() -> None:
    brush = Brush.parse("miou:60..")
    assert within("light or cell", brush) == "(light or cell) and miou >= 60"
    assert within("", brush) == "miou >= 60"
    assert within(" light ", Brush()) == "light"
    assert parse_filter(within("", brush)) == Compare("miou", ">=", 60.0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("miou", "'miou' is no marked range; write miou:60..65"),
        ("mio:1..2", "There is no column 'mio' to mark; perhaps: miou"),
        ("name:1..2", "name is no number, so no range of it can be marked"),
        ("miou:..", "The marked range of miou has no end"),
        ("miou:a..2", "'a' is no end of a marked range"),
        ("miou:nan..2", "'nan' is no end"),
        ("miou:1..inf", "'inf' is no end"),
        ("x" * 10_000, "is no marked range"),
        ("miou:1..2'; drop table", "is no end of a marked range"),
    ],
)
def test_what_marks_nothing_is_told_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadBrush, match=re.escape(sentence)) as told:
        Brush.parse(text)
    assert len(str(told.value)) < 200


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
def test_a_range_drawn_by_hand_keeps_every_row_within_it(low: float, length: float) -> None:
    high = low + length
    found = rounded("miou", low, high, scale=(-1e12, 1e12))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= low
    assert found.high >= high
    assert abs(found.low - low) <= 1e-3 * abs(low)


def test_an_end_that_reaches_the_end_of_its_axis_is_open() -> None:
    assert rounded("miou", 10.0, 61.2345, scale=(10.0, 70.0)) == Range("miou", None, 61.24)
    assert rounded("params", 123456.7, 9e9, scale=(0.0, 8e9)) == Range("params", 123400.0, None)
    assert rounded("gain", 0.0, 1.0, scale=(-1.0, 2.0)) == Range("gain", 0.0, 1.0)
