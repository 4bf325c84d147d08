from dataclasses import replace
from itertools import pairwise

import pytest

from core.datasets.index import Frame
from core.datasets.problems import BadDataset
from core.search.split import GAP_SECONDS, SearchParts, search_parts


def frames(sequence: str, count: int, *, apart: float | None = 1.0) -> list[Frame]:
    return [
        Frame(
            name=f"{sequence}_{number}",
            sequence=sequence,
            image=f"images/{number:06}.jpg",
            label=f"labels/{number:06}.png",
            height=36,
            width=48,
            image_digest="0" * 64,
            label_digest="0" * 64,
            seconds=None if apart is None else number * apart,
        )
        for number in range(count)
    ]


def in_order(parts: SearchParts) -> list[int]:
    return sorted((*parts.static, *parts.cells, *parts.reward, *parts.gaps))


def test_every_frame_has_one_place_and_the_shares_are_kept() -> None:
    given = [*frames("a", 62), *frames("b", 101), *frames("c", 204)]
    parts = search_parts(given)
    assert in_order(parts) == list(range(len(given)))
    used = len(given) - len(parts.gaps)
    assert len(parts.gaps) < 0.1 * len(given)
    for positions, share in ((parts.static, 0.60), (parts.cells, 0.25), (parts.reward, 0.15)):
        assert abs(len(positions) / used - share) < 0.05


@pytest.mark.parametrize("apart", [1.0, 0.5, 0.04])
def test_frames_of_different_parts_are_two_seconds_apart(apart: float) -> None:
    given = frames("a", round(200 / apart), apart=apart)
    parts = search_parts(given)
    part_of = {
        position: number
        for number, positions in enumerate((parts.static, parts.cells, parts.reward))
        for position in positions
    }
    order = sorted(part_of)
    for before, after in pairwise(order):
        if part_of[before] != part_of[after]:
            first, second = given[before].seconds, given[after].seconds
            assert first is not None
            assert second is not None
            assert second - first >= GAP_SECONDS - 1e-9


def test_no_gap_is_needed_between_sequences() -> None:
    given = [frame for name in "abcdefghij" for frame in frames(name, 10)]
    assert search_parts(given).gaps == ()


def test_frames_of_unknown_time_count_as_seconds() -> None:
    known, unknown = frames("a", 120), frames("a", 120, apart=None)
    assert search_parts(unknown) == search_parts(known)
    assert search_parts([replace(unknown[0], seconds=5.0), *unknown[1:]]) == search_parts(known)


def test_too_few_frames_are_told() -> None:
    with pytest.raises(BadDataset, match="20 labelled frames are too few"):
        search_parts(frames("a", 20))
