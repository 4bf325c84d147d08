"""The index of a dataset: its hashes, its dense stretches and its text form."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.index import DatasetIndex, Frame, Split, SplitStatistics
from core.datasets.index_json import index_from_json, index_to_json
from core.datasets.problems import BadDataset
from core.errors import NotFound
from core.palette import Palette

PALETTE = Palette(("road", "sky"), ((1, 2, 3), (4, 5, 6)))
HASH = "ab" * 32


def frame(
    number: int, *, sequence: str = "a", seconds: float | None = None, labelled: bool = True
) -> Frame:
    return Frame(
        name=f"{sequence}{number}",
        sequence=sequence,
        image=f"images/{number:06d}.png",
        label=f"labels/{number:06d}.png" if labelled else None,
        height=4,
        width=6,
        image_digest=HASH,
        label_digest=HASH if labelled else None,
        seconds=seconds,
    )


def index_of(*frames: Frame, name: str = "val") -> DatasetIndex:
    return DatasetIndex(
        palette=PALETTE,
        splits=(Split(name, frames),),
        layout="camvid",
        statistics={name: SplitStatistics((10, 0), 2, len(frames))},
        notes=("A note with ünicode.",),
    )


def timed(*seconds: float | None, sequence: str = "a", first: int = 0) -> list[Frame]:
    return [frame(first + n, sequence=sequence, seconds=s) for n, s in enumerate(seconds)]


def test_a_run_of_close_labelled_frames_is_dense() -> None:
    index = index_of(*timed(*[265.3 + n / 15 for n in range(10)]))
    (run,) = index.dense_runs("val")
    assert [f.name for f in run.frames] == [f"a{n}" for n in range(10)]
    assert run.step_seconds == pytest.approx(1 / 15)
    assert index.step_seconds("val", "a") == pytest.approx(1 / 15, abs=1e-6)


@pytest.mark.parametrize(
    "seconds",
    [
        [n * 1.0 for n in range(20)],
        [n * 0.21 for n in range(20)],
        [n / 15 for n in range(7)],
        [None] * 20,
        [0.0] * 20,
        [0.0],
    ],
    ids=["a second apart", "just too far", "too few", "no times", "standing still", "one frame"],
)
def test_frames_far_apart_or_few_are_not_dense(seconds: list[float | None]) -> None:
    assert index_of(*timed(*seconds)).dense_runs("val") == ()


def test_a_gap_ends_a_stretch_and_each_frame_is_in_at_most_one() -> None:
    before = [n / 15 for n in range(8)]
    after = [(n + 9) / 15 for n in range(9)]
    runs = index_of(*timed(*before, *after)).dense_runs("val")
    assert [len(run.frames) for run in runs] == [8, 9]
    slower = [before[-1] + (n + 1) / 10 for n in range(9)]
    runs = index_of(*timed(*before, *slower)).dense_runs("val")
    assert [len(run.frames) for run in runs] == [8, 9]
    names = [f.name for run in runs for f in run.frames]
    assert len(set(names)) == len(names)


def test_frames_without_labels_between_do_not_end_a_stretch() -> None:
    frames = [frame(n, seconds=n / 30, labelled=n % 2 == 0) for n in range(20)]
    (run,) = index_of(*frames).dense_runs("val")
    assert len(run.frames) == 10
    assert run.step_seconds == pytest.approx(2 / 30)


def test_sequences_are_dense_each_for_itself() -> None:
    first = timed(*[n / 15 for n in range(8)], sequence="a")
    second = timed(*[n * 1.0 for n in range(8)], sequence="b", first=8)
    index = index_of(*first, *second)
    assert [run.sequence for run in index.dense_runs("val")] == ["a"]
    assert index.step_seconds("val", "b") == 1.0
    assert index.split("val").sequences == ("a", "b")


def test_a_split_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match=r"no split 'test'; its splits are val"):
        index_of(frame(0)).split("test")


def test_the_digest_sees_content_alone() -> None:
    index = index_of(*timed(0.0, 1.0))
    same = index_of(*timed(5.0, None))
    moved = replace(frame(0), image="images/000777.jpg", label="labels/000778.png")
    assert index.split_digest("val") == same.split_digest("val")
    assert index_of(moved, frame(1)).digest == index.digest
    colours = replace(index, palette=Palette(PALETTE.names, ((9, 9, 9), (8, 8, 8))), notes=())
    assert colours.digest == index.digest


@pytest.mark.parametrize(
    "other",
    [
        replace(frame(0), image_digest="cd" * 32),
        replace(frame(0), label_digest="cd" * 32),
        replace(frame(0), label=None, label_digest=None),
        replace(frame(0), name="other"),
        replace(frame(0), sequence="other"),
    ],
)
def test_the_digest_differs_when_the_data_differs(other: Frame) -> None:
    assert index_of(other).split_digest("val") != index_of(frame(0)).split_digest("val")


def test_the_digest_differs_with_order_and_class_names() -> None:
    index = index_of(frame(0), frame(1))
    assert index_of(frame(1), frame(0)).digest != index.digest
    renamed = replace(index, palette=Palette(("road", "tree"), PALETTE.colours))
    assert renamed.split_digest("val") != index.split_digest("val")
    assert index_of(frame(0), frame(1), name="test").digest != index.digest


frames_of_any_kind = st.builds(
    frame,
    st.integers(0, 10**7),
    sequence=st.text(min_size=1, max_size=5),
    seconds=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    labelled=st.booleans(),
)


@settings(max_examples=50)
@given(found=frames_of_any_kind)
def test_the_text_form_reads_back_as_it_was(found: Frame) -> None:
    index = index_of(found)
    again = index_from_json(index_to_json(index))
    assert again == index
    assert again.digest == index.digest
    assert index_to_json(again) == index_to_json(index)


def test_an_index_of_a_newer_version_says_update() -> None:
    document = json.loads(index_to_json(index_of(frame(0)))) | {"version": 99}
    with pytest.raises(BadDataset, match=r"version 99.*update"):
        index_from_json(json.dumps(document))


@pytest.mark.parametrize(
    "change",
    [
        {"classes": ["road"]},
        {"splits": []},
        {"layout": "nonsense"},
        {"format": "other"},
        {"columns": ["name"]},
        {"splits": None},
    ],
)
def test_a_damaged_index_is_refused(change: dict[str, object]) -> None:
    document = json.loads(index_to_json(index_of(frame(0)))) | change
    with pytest.raises(BadDataset, match=r"dataset\.json is damaged"):
        index_from_json(json.dumps(document))


def test_an_index_whose_members_lead_elsewhere_is_refused() -> None:
    text = index_to_json(index_of(frame(0))).replace("images/000000.png", "../../etc/passwd")
    with pytest.raises(BadDataset, match="damaged"):
        index_from_json(text)


def test_a_sequence_that_is_torn_apart_is_refused() -> None:
    with pytest.raises(ValueError, match="not together"):
        Split("val", (frame(0), frame(1, sequence="b"), frame(2)))
    with pytest.raises(ValueError, match="repeat"):
        Split("val", (frame(0), frame(0)))


def test_the_summary_is_what_lists_show() -> None:
    index = index_of(*timed(*[n / 15 for n in range(9)]))
    found = json.loads(json.dumps(index.summary()))["val"]
    assert found == {
        "frames": 9,
        "labelled": 9,
        "sequences": 1,
        "dense": 9,
        "digest": index.split_digest("val"),
        "pixels": [10, 0],
        "void": 2,
    }
