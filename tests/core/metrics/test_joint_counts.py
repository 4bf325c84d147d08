import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics import joint_counts as module
from core.metrics.joint_counts import confusion_of, joint_counts, refuse_foreign_ids


def slow(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    counts = np.zeros((256, 256), np.int64)
    for first, second in zip(rows.ravel().tolist(), columns.ravel().tolist(), strict=True):
        counts[first, second] += 1
    return counts


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 7),
    st.integers(1, 7),
    st.sampled_from([1, 2, 11, 254, 256]),
)
def test_pairs_are_counted_as_a_loop_counts_them(
    seed: int, height: int, width: int, ids: int
) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(0, ids, (2, height, width), dtype=np.uint8)
    np.testing.assert_array_equal(joint_counts(rows, columns), slow(rows, columns))


def test_maps_larger_than_one_histogram_are_counted_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "EXACT", 10)
    rows, columns = np.random.default_rng(0).integers(0, 256, (2, 7, 9), dtype=np.uint8)
    np.testing.assert_array_equal(joint_counts(rows, columns), slow(rows, columns))


def test_a_view_into_a_larger_array_is_counted_too() -> None:
    large = np.random.default_rng(1).integers(0, 4, (12, 12), dtype=np.uint8)
    rows, columns = large[::2, ::-3], large[1::2, :4]
    np.testing.assert_array_equal(joint_counts(rows, columns), slow(rows, columns))


def test_no_pixel_is_no_count() -> None:
    nothing = np.zeros((0, 5), np.uint8)
    assert joint_counts(nothing, nothing).sum() == 0


def test_maps_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in size"):
        joint_counts(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))


def test_a_confusion_leaves_out_what_either_side_ignores_and_refuses_other_ids() -> None:
    rows = np.array([[0, 1, 255, 255, 1]], np.uint8)
    columns = np.array([[1, 255, 7, 255, 1]], np.uint8)
    confusion = confusion_of(joint_counts(rows, columns), 2)
    assert confusion.tolist() == [[0, 1], [0, 1]]
    with pytest.raises(ValueError, match="this holds class 7, but there are 7 classes"):
        confusion_of(joint_counts(np.full((1, 1), 7, np.uint8), rows[:, :1]), 7, rows="this")
    with pytest.raises(ValueError, match="that holds class 254, but there are 254 classes"):
        confusion_of(joint_counts(rows[:, :1], np.full((1, 1), 254, np.uint8)), 254, columns="that")


def test_foreign_ids_are_named_by_the_highest() -> None:
    counts = np.zeros(256, np.int64)
    counts[[3, 40, 90, 255]] = 1
    refuse_foreign_ids(counts, 91, name="it")
    with pytest.raises(ValueError, match="it holds class 90, but there are 4 classes"):
        refuse_foreign_ids(counts, 4, name="it")
