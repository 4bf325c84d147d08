import pytest

from core.errors import BadInput
from core.panes.export import MOST_FRAMES, RangeExport
from core.panes.look import Look, layers_of

LOOK = Look(
    panes=("source", "A-B", "flicker-A"), hidden=(1, 4), zoom=(2.0, 0.5, 0.25), colours=((1, 2, 3),)
)
GOOD = {
    "kind": "panes",
    "first": 5,
    "last": 9,
    "segmentations": {"A": "0" * 16, "B": "1" * 16},
    "look": LOOK,
}


def test_an_export_comes_back_from_its_own_text() -> None:
    export = RangeExport(**GOOD)  # type: ignore[arg-type]
    assert RangeExport.from_dict(export.to_dict()) == export
    assert export.frames == 5
    assert export.letters == ("A", "B")
    assert layers_of("source") == ()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"last": 4}, "must not be before the first"),
        ({"first": -1}, "must not be before the first"),
        ({"last": 5 + MOST_FRAMES}, "too many for one export"),
        ({"kind": "gif"}, "are possible"),
        ({"segmentations": {"A": "../../etc/passwd"}}, "needs the ids"),
        ({"segmentations": {"A": "0" * 16}}, "no segmentation 'B' among"),
        ({"kind": "label_maps", "letter": "C"}, "no segmentation 'C' among"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        RangeExport(**(GOOD | wrong))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"panes": ["source"]},
        {"panes": ["source", "A", "A"], "mode": "wipe"},
        {"panes": ["source", "<script>"]},
        {"mode": "upside"},
        {"share": 2},
        {"opacity": float("nan")},
        {"zoom": [0.5, 0.5, 0.5]},
        {"zoom": [2]},
        {"hidden": "all"},
        {"colours": [[1, 2]]},
        {"colours": [[1, 2, 300]]},
    ],
)
def test_a_look_that_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="again"):
        Look.from_dict(LOOK.to_dict() | wrong)
