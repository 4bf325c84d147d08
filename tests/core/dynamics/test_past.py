import pytest

from core.dynamics.past import past_use
from core.dynamics.protocol import ModelClass
from core.errors import DyncellError
from tests.core.dynamics.followers import CLASSES, Late, made_run, moving
from tests.core.dynamics.slow import slow_miou

TRUTHS = moving(20)
RUNS = [made_run(TRUTHS, range(6, 20))]


def test_a_memoryless_cell_does_not_use_the_past() -> None:
    found = past_use(Late(0), RUNS, num_classes=CLASSES, key_interval=0)
    assert found["use"] == 0
    assert not found["uses_past"]
    assert found["frames"] == 14


def test_what_a_late_cell_loses_by_its_past_is_negative_use() -> None:
    found = past_use(Late(1), RUNS, num_classes=CLASSES, key_interval=0)
    pairs = [(TRUTHS[n - 1] * (TRUTHS[n - 1] != 255), TRUTHS[n]) for n in range(6, 20)]
    assert found["miou"] == pytest.approx(slow_miou(pairs, classes=CLASSES), abs=1e-3)
    assert found["replaced"] == 100
    assert found["use"] == pytest.approx(found["miou"] - 100, abs=1e-3)
    assert not found["uses_past"]


def test_key_frames_are_not_judged() -> None:
    found = past_use(Late(1), RUNS, num_classes=CLASSES, key_interval=4)
    assert found["frames"] == sum(n % 4 != 0 for n in range(6, 20))


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("light", "A light cell needs the past"),
        ("static", "no past"),
        ("copy", "nothing but past"),
        ("baseline", "no cell"),
    ],
)
def test_other_models_are_told_why_it_is_not_asked(kind: ModelClass, why: str) -> None:
    with pytest.raises(DyncellError, match=why):
        past_use(Late(0, kind=kind), RUNS, num_classes=CLASSES, key_interval=0)


def test_frames_without_a_past_are_told() -> None:
    with pytest.raises(DyncellError, match="No judged frame has a frame before it"):
        past_use(Late(0), [made_run(TRUTHS[:1])], num_classes=CLASSES, key_interval=0)
