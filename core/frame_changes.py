"""What became of the frames' scores when the labels changed: old against new, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.frame_scores import FrameScore


@dataclass(frozen=True)
class FrameChange:
    """A frame under old and new labels.

    Attributes:
        old: How it was scored before; None where it had no labels then.
        new: How it is scored now; None where it has none any more.
        is_relabelled: Whether its label map changed; None where that was not kept.
    """

    old: FrameScore | None
    new: FrameScore | None
    is_relabelled: bool | None

    @property
    def frame(self) -> FrameScore:
        """The newest of the two."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def gain(self) -> float | None:
        """Points of mIoU that the frame has more now; None where it has none on a side."""
        if self.old is None or self.new is None:
            return None
        if self.old.miou is None or self.new.miou is None:
            return None
        return self.new.miou - self.old.miou

    @property
    def is_changed(self) -> bool:
        """Whether any count of its pixels differs."""
        if self.old is None or self.new is None:
            return True
        return self.old.confusion != self.new.confusion


def frame_changes(old: Sequence[FrameScore], new: Sequence[FrameScore]) -> list[FrameChange]:
    """Frames whose scores differ, the greatest change of mIoU first; those of one side last."""
    before = {(frame.sequence, frame.name): frame for frame in old}
    after = {(frame.sequence, frame.name): frame for frame in new}
    changes = [
        FrameChange(before.get(key), after.get(key), _relabelled(before.get(key), after.get(key)))
        for key in dict.fromkeys((*after, *before))
    ]
    return sorted((each for each in changes if each.is_changed), key=_order)


def _order(change: FrameChange) -> tuple[bool, float, int]:
    gain = change.gain
    return gain is None, -abs(gain or 0.0), change.frame.position


def _relabelled(old: FrameScore | None, new: FrameScore | None) -> bool | None:
    if old is None or new is None:
        return True
    if not old.label_digest or not new.label_digest:
        return None
    return old.label_digest != new.label_digest
