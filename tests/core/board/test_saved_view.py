import pytest

from core.board.saved_view import SavedView, checked_parts, lost_columns, without_lost
from core.errors import BadInput


def _view(**parts: str) -> SavedView:
    return SavedView(
        id="0" * 16, name="mine", parts=parts, is_default=False, created_at=0.0, changed_at=0.0
    )


def test_a_view_keeps_what_is_there_and_leaves_out_what_is_empty() -> None:
    parts = {"filter": " light ", "sort": "", "columns": "name,miou", "brush": "miou:60.."}
    assert checked_parts(parts) == {"filter": "light", "columns": "name,miou", "brush": "miou:60.."}
    assert checked_parts({}) == {}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"page": "3"}, "A view has no part 'page'; it has setting, filter"),
        ({"filter": "mio > 1"}, "There is no column mio; perhaps: miou"),
        ({"filter": 'name = "'}, 'The quote " at character 8 of the filter is not closed'),
        ({"filter": "x" * 10_000}, "10,000 characters"),
        ({"sort": "tc_ratio"}, "Rows are not sorted by tc_ratio"),
        ({"columns": "name,foo"}, "There is no column 'foo'"),
        ({"brush": "miou"}, "'miou' is no marked range"),
        ({"setting": "'; drop"}, "The setting of a view is its key"),
    ],
)
def test_what_cannot_be_shown_is_not_saved(parts: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput) as told:
        checked_parts(parts)
    assert sentence in str(told.value)


def test_columns_that_there_are_no_more_are_named_and_left_out() -> None:
    view = _view(columns="name,foo,miou", axes="bar", x="foo", y="miou", filter="light")
    assert lost_columns(view) == ["foo", "bar"]
    assert without_lost(view) == {"columns": "name,miou", "y": "miou", "filter": "light"}
    assert lost_columns(_view(columns="name")) == []


def test_filter_setting_and_what_is_marked_are_one_filter() -> None:
    view = _view(filter="light or cell", setting="1f0c22aa", brush="miou:60..")
    assert view.filter_text == "(light or cell) and (setting = '1f0c22aa') and (miou >= 60)"
    assert _view(setting="all").filter_text == ""
    assert _view(brush="miou:60..").filter_text == "miou >= 60"
