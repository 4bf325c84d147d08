import pytest

from core.errors import BadInput
from core.frame_changes import frame_changes
from core.frame_ranking import Ranking, why_none, worst_first
from core.frame_scores import FrameScore

NAMES = ("Sky", "Tree", "Road")


def _frame(position: int, *confusion: tuple[int, int, int], **values: object) -> FrameScore:
    scored = sum(n for _, _, n in confusion)
    right = sum(n for t, p, n in confusion if t == p)
    known = {
        "index": position,
        "name": f"f{position}",
        "sequence": "s",
        "width": 4,
        "height": 3,
        "miou": float(right),
        "pixel_accuracy": 100 * right / scored if scored else None,
    }
    return FrameScore(position=position, confusion=confusion, **{**known, **values})  # type: ignore[arg-type]


FRAMES = (
    _frame(0, (0, 0, 8), (1, 1, 2), (1, 2, 2)),
    _frame(1, (0, 0, 10), (1, 0, 1), (1, 1, 1), aba_flicker=3.0, pcr=4.0),
    _frame(2, (0, 0, 12), aba_flicker=5.0, pcr=1.0),
    _frame(3, (0, 1, 6), (0, 0, 6)),
)


def _order(metric: str, **classes: str) -> list[int]:
    ranking = Ranking.of(metric, NAMES, **classes)
    return [frame.position for frame in worst_first(FRAMES, ranking)]


def test_frames_are_ranked_by_what_is_asked_the_worst_first() -> None:
    assert _order("miou") == [3, 0, 1, 2]
    assert _order("pixel_accuracy") == [3, 0, 1, 2]
    assert _order("aba_flicker") == [2, 1]
    assert _order("pcr") == [1, 2]


def test_the_iou_of_a_class_counts_what_was_taken_for_it_too() -> None:
    ranking = Ranking.of("iou", NAMES, truth="Tree")
    assert [ranking.value(frame) for frame in FRAMES] == [50.0, 50.0, None, 0.0]
    assert _order("iou", truth="Tree") == [3, 0, 1]  # of equals more wrong pixels come first
    assert ranking.class_text(NAMES) == "Tree"


def test_a_mistake_is_ranked_by_its_pixels() -> None:
    assert _order("mistake", truth="tree", predicted="ROAD") == [0]
    assert Ranking.of("mistake", NAMES, truth="Tree", predicted="Sky").class_text(NAMES) == (
        "Tree taken for Sky"
    )


@pytest.mark.parametrize(
    ("metric", "classes", "told"),
    [
        ("luck", {}, "There is no metric 'luck'; frames are ranked by miou, pixel_accuracy"),
        ("miou", {"truth": "Tree"}, "The metric miou needs no class"),
        ("iou", {}, "The metric iou needs one class"),
        ("mistake", {"truth": "Tree"}, "needs a class and what it was taken for"),
        ("iou", {"truth": "Boat"}, "There is no class 'Boat'; the classes are Sky, Tree, Road"),
    ],
)
def test_what_cannot_be_ranked_by_has_one_sentence(
    metric: str, classes: dict[str, str], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        Ranking.of(metric, NAMES, **classes)


def test_why_nothing_is_ranked_is_said() -> None:
    assert "evaluate its model again" in why_none(FRAMES[:1], Ranking("aba_flicker"))
    assert why_none(FRAMES, Ranking("mistake", 2, 1)) == "No frame has such pixels."
    assert why_none((), Ranking()) == "No frame was evaluated."


def test_changes_tell_gains_and_what_has_labels_on_one_side_only() -> None:
    new = (
        _frame(0, (0, 0, 8), (1, 1, 4), label_digest="b"),
        _frame(1, (0, 0, 10), (1, 0, 1), (1, 1, 1)),
        _frame(5, (0, 0, 12)),
    )
    found = frame_changes(FRAMES[:3], new)
    assert [(each.frame.position, each.gain) for each in found] == [(0, 2.0), (2, None), (5, None)]
    assert [each.is_relabelled for each in found] == [None, True, True]
    assert frame_changes(FRAMES, FRAMES) == []
