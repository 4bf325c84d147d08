from itertools import combinations

import pytest
from coloraide import Color

from core.distinct_palette import DISTINCT, distinct_colours
from core.errors import BadInput
from core.palette import CAMVID


def as_seen(colour: tuple[int, int, int]) -> list[Color]:
    """The colour for everybody, and for those whose eyes lack one kind of cone."""
    shown = Color("srgb", [value / 255 for value in colour])
    return [shown, *(shown.clone().filter(kind) for kind in ("protan", "deutan", "tritan"))]


def least_difference(colours: tuple[tuple[int, int, int], ...]) -> float:
    """The smallest CIEDE2000 between two of the colours in any of the four ways to see them."""
    seen = [as_seen(colour) for colour in colours]
    return min(
        one.delta_e(other, method="2000")
        for a, b in combinations(seen, 2)
        for one, other in zip(a, b, strict=True)
    )


@pytest.mark.parametrize(("classes", "least"), [(11, 17), (19, 11), (24, 9)])
def test_any_two_colours_are_told_apart_by_everybody(classes: int, least: float) -> None:
    assert least_difference(DISTINCT[:classes]) >= least >= 8


def test_the_colours_of_camvid_are_not_told_apart_by_everybody() -> None:
    """What the second palette is for, and that the measure notices."""
    assert (
        least_difference(CAMVID.colours) < 8 <= least_difference(distinct_colours(CAMVID.colours))
    )


def test_every_class_takes_the_colour_most_like_its_own() -> None:
    dark, yellow, cyan = (80, 80, 110), (250, 250, 0), (0, 250, 250)
    assert distinct_colours([dark, yellow, cyan]) == DISTINCT[:3]
    assert distinct_colours([cyan, dark, yellow]) == (DISTINCT[2], DISTINCT[0], DISTINCT[1])


def test_every_class_has_a_colour_of_its_own() -> None:
    assert sorted(distinct_colours([(0, 0, 0)] * len(DISTINCT))) == sorted(DISTINCT)


def test_too_many_classes_are_told_in_a_sentence() -> None:
    with pytest.raises(BadInput, match=r"25 classes are too many .* no more than 24"):
        distinct_colours([(0, 0, 0)] * 25)
