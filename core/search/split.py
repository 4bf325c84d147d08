"""The parts of a split inside a search: S trains the static network, C cells, M gives rewards.

A static network that has seen a frame knows it by heart: a cell that learns on its features would
learn to trust what on new video is wrong, and a reward on such frames says nothing. So the three
are cut by time, in blocks, with gaps between blocks of different parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from core.datasets.index import Frame
from core.datasets.problems import BadDataset

Part = Literal["S", "C", "M"]

SHARES: dict[Part, float] = {"S": 0.60, "C": 0.25, "M": 0.15}
"""Part -> its share of the frames, gaps left out."""

BLOCK_SECONDS = 15.0
"""Length of a block of one part."""

GAP_SECONDS = 2.0
"""Frames of different parts in one sequence are at least this far apart."""


@dataclass(frozen=True)
class SearchParts:
    """Positions of frames among those that were divided, rising, none in two parts.

    Attributes:
        static: Part S.
        cells: Part C.
        reward: Part M.
        gaps: Frames of no part, left out between blocks.
    """

    static: tuple[int, ...]
    cells: tuple[int, ...]
    reward: tuple[int, ...]
    gaps: tuple[int, ...]


def search_parts(frames: Sequence[Frame]) -> SearchParts:
    """Divides labelled frames, sequence by sequence, in the order they were filmed.

    Every block goes to the part that is farthest behind its share. Between blocks of different
    parts frames of the earlier one are left out until the gap is wide enough. Where nobody knows
    when frames were filmed, each counts as one second after the one before.

    Args:
        frames: The labelled frames of a split, sequences together.

    Raises:
        BadDataset: There are too few frames for all three parts.
    """
    parts: dict[Part, list[int]] = {"S": [], "C": [], "M": []}
    gaps: list[int] = []
    for block, seconds in _blocks(frames):
        total = sum(map(len, parts.values())) + len(block)
        part = max(SHARES, key=lambda each: SHARES[each] * total - len(parts[each]))
        for other, positions in parts.items():
            while (
                other != part
                and positions
                and frames[positions[-1]].sequence == frames[block[0]].sequence
                and seconds[block[0]] - seconds.get(positions[-1], 0.0) < GAP_SECONDS
            ):
                gaps.append(positions.pop())
        parts[part] += block
    if not all(parts.values()):
        raise BadDataset(
            f"{len(frames)} labelled frames are too few to be divided among static network, cells "
            f"and rewards in blocks of {BLOCK_SECONDS:g} s: bring more labelled frames."
        )
    return SearchParts(tuple(parts["S"]), tuple(parts["C"]), tuple(parts["M"]), tuple(sorted(gaps)))


def _blocks(frames: Sequence[Frame]) -> list[tuple[list[int], dict[int, float]]]:
    """Blocks of positions, each with the times of its whole sequence by position."""
    blocks = []
    numbered = list(enumerate(frames))
    for _, group in groupby(numbered, key=lambda each: attrgetter("sequence")(each[1])):
        members = list(group)
        seconds = _times(members)
        begin = seconds[members[0][0]]
        for _, block in groupby(
            members, key=lambda each: int((seconds[each[0]] - begin) // BLOCK_SECONDS)
        ):
            blocks.append(([position for position, _ in block], seconds))
    return blocks


def _times(members: Sequence[tuple[int, Frame]]) -> dict[int, float]:
    known = [frame.seconds for _, frame in members]
    if any(value is None for value in known):
        return {position: float(number) for number, (position, _) in enumerate(members)}
    return {position: float(frame.seconds or 0.0) for position, frame in members}
