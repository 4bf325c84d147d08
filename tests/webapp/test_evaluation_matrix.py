import numpy as np
import pytest

from webapp.evaluation_matrix import MOST_CLASSES, chosen_cell, drawn_classes, matrix_figure

NAMES = ("Road", "Tree", "Car")
CONFUSION = [[80, 20, 0], [1, 9, 0], [0, 0, 0]]


def test_every_cell_carries_its_classes_and_its_pixels() -> None:
    points = matrix_figure(CONFUSION, NAMES).data[-1]
    cells = {tuple(data): text for data, text in zip(points.customdata, points.text, strict=True)}
    assert set(cells) == {(t, p) for t in range(3) for p in range(3)}
    assert cells[0, 1] == "<b>Road</b> taken for Tree<br>20 pixels, 20.00 % of it"
    assert cells[1, 1] == "<b>Tree</b> labelled right<br>9 pixels, 90.00 % of it"
    assert cells[2, 2] == "<b>Car</b> labelled right<br>0 pixels, 0.00 % of it"


def test_rows_are_shares_of_themselves_right_and_wrong_apart() -> None:
    right, wrong, _ = matrix_figure(CONFUSION, NAMES).data
    np.testing.assert_allclose([right.z[n][n] for n in range(3)], [0.8, 0.9, 0.0])
    assert wrong.z[0][1] == pytest.approx(0.2)
    assert right.z[0][1] is None
    assert wrong.z[0][0] is None


def test_names_are_never_markup() -> None:
    figure = matrix_figure([[1, 0], [0, 1]], ["<b>x</b>", "<a href='y'>"])
    assert list(figure.data[0].x) == ["&lt;b&gt;x&lt;/b&gt;", "&lt;a href='y'&gt;"]
    assert "<a" not in str(figure.data[-1].text)


def test_equal_short_names_stay_apart() -> None:
    names = ["a very long class name one", "a very long class name two"]
    labels = list(matrix_figure([[1, 0], [0, 1]], names).data[0].x)
    assert len(set(labels)) == 2


def test_of_many_classes_those_with_the_most_pixels_are_drawn() -> None:
    many = np.diag(np.arange(300)).tolist()
    assert drawn_classes(many) == list(range(300 - MOST_CLASSES, 300))
    figure = matrix_figure(many, [f"class {n}" for n in range(300)])
    assert len(figure.data[-1].x) == MOST_CLASSES**2
    assert not figure.layout.annotations


def test_the_chosen_cell_is_framed() -> None:
    (shape,) = matrix_figure(CONFUSION, NAMES, chosen=(0, 1)).layout.shapes
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (0.5, 1.5, -0.5, 0.5)
    assert not matrix_figure(CONFUSION, NAMES).layout.shapes


def test_a_click_is_read_and_anything_else_is_none() -> None:
    assert chosen_cell({"selection": {"points": [{"customdata": [5, 1]}]}}) == (5, 1)
    for nothing in (None, {}, {"selection": {}}, {"selection": {"points": [{"x": 1}]}}):
        assert chosen_cell(nothing) is None
