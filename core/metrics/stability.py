"""Stability without ground truth and without flow: works on any video."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE

STATIC_THRESHOLD = 4
"""A pixel is static where its blurred colour moves less than this, in grey levels of 255."""

BLUR_KERNEL = (5, 5)


@dataclass(frozen=True)
class StabilityState:
    """What the next frame is compared with, and the counts so far; its size never grows.

    Attributes:
        frames: Frames seen.
        previous: Labels of the last frame.
        before_previous: Labels of the frame before it.
        picture: Blurred image of the last frame; None where it had none.
        changed: Pixels whose label changed from one frame to the next, of `compared`.
        flickered: Pixels that changed and came straight back, of `compared_twice`.
        static_changed: Static pixels whose label changed, of `static`.
        pictured: Pixels whose movement could be judged by their colour.
    """

    frames: int = 0
    previous: NDArray[np.uint8] | None = None
    before_previous: NDArray[np.uint8] | None = None
    picture: NDArray[np.uint8] | None = None
    changed: int = 0
    compared: int = 0
    flickered: int = 0
    compared_twice: int = 0
    static_changed: int = 0
    static: int = 0
    pictured: int = 0


@dataclass(frozen=True)
class StabilityScores:
    """Shares in 0..1; None where the video is too short, with the reason.

    Attributes:
        pcr: Pixel change rate, mean of [p_t != p_(t-1)].
        aba_flicker: Mean of [p_(t-1) = p_(t+1) and p_t != p_(t-1)].
        static_flicker: Share of static pixels whose label changed.
        static_coverage: Share of pixels that are static.
        frames: Frames seen.
        reasons: Why a score is None, by the score's name.
    """

    pcr: float | None
    aba_flicker: float | None
    static_flicker: float | None
    static_coverage: float | None
    frames: int
    reasons: dict[str, str]


def update_stability(
    state: StabilityState, labels: NDArray[np.uint8], *, image: NDArray[np.uint8] | None = None
) -> StabilityState:
    """Adds the next frame of one video and returns the new state.

    Pixels that are 255 (ignore) in any of the compared frames are left out.

    Args:
        state: The state after the frames before; not changed.
        labels: (H, W) uint8, of one size throughout the video.
        image: (h, w, 3) uint8, scaled to the labels' size where it differs; None leaves the
            frame out of the static flicker.
    """
    picture = None if image is None else _blurred(image, labels.shape)
    # The caller may reuse its array for the next frame.
    new = replace(
        state,
        frames=state.frames + 1,
        previous=labels.copy(),
        before_previous=state.previous,
        picture=picture,
    )
    if state.previous is None:
        return new
    if state.previous.shape != labels.shape:
        raise ValueError(f"labels of {labels.shape} follow labels of {state.previous.shape}")
    valid = (labels != IGNORE) & (state.previous != IGNORE)
    changed = (labels != state.previous) & valid
    new = replace(
        new,
        changed=state.changed + _count(changed),
        compared=state.compared + _count(valid),
    )
    if state.before_previous is not None:
        valid_twice = valid & (state.before_previous != IGNORE)
        back = changed & (labels == state.before_previous) & valid_twice
        new = replace(
            new,
            flickered=state.flickered + _count(back),
            compared_twice=state.compared_twice + _count(valid_twice),
        )
    if picture is None or state.picture is None:
        return new
    static = _is_static(picture, state.picture) & valid
    return replace(
        new,
        static_changed=state.static_changed + _count(static & changed),
        static=state.static + _count(static),
        pictured=state.pictured + _count(valid),
    )


def restart_stability(state: StabilityState) -> StabilityState:
    """The state before the first frame of another sequence: counts stay, pictures go."""
    return replace(state, previous=None, before_previous=None, picture=None)


def compute_stability(state: StabilityState) -> StabilityScores:
    """The scores of a state."""
    reasons: dict[str, str] = {}
    return StabilityScores(
        pcr=_share(state.changed, state.compared, "pcr", reasons, _why(state, 2)),
        aba_flicker=_share(
            state.flickered, state.compared_twice, "aba_flicker", reasons, _why(state, 3)
        ),
        static_flicker=_share(
            state.static_changed,
            state.static,
            "static_flicker",
            reasons,
            _why(state, 2) if not state.pictured else "no pixel stood still",
        ),
        static_coverage=_share(
            state.static,
            state.pictured,
            "static_coverage",
            reasons,
            _why(state, 2, "with images "),
        ),
        frames=state.frames,
        reasons=reasons,
    )


class Stability:
    """Accumulates the frames of one or more videos; holds a `StabilityState` and nothing else."""

    def __init__(self) -> None:
        self.state = StabilityState()

    def start_sequence(self) -> None:
        """The next frame does not follow the last one: it is compared with nothing."""
        self.state = restart_stability(self.state)

    def update(self, labels: NDArray[np.uint8], *, image: NDArray[np.uint8] | None = None) -> None:
        """Adds the next frame, as `update_stability` does."""
        self.state = update_stability(self.state, labels, image=image)

    def compute(self) -> StabilityScores:
        """The scores of all frames so far."""
        return compute_stability(self.state)


def _blurred(image: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    if image.shape[:2] != shape:
        size = (shape[1], shape[0])
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(image, BLUR_KERNEL, 0), dtype=np.uint8)


def _is_static(picture: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.bool_]:
    red, green, blue = cv2.split(cv2.absdiff(picture, before))
    is_static: NDArray[np.bool_] = cv2.max(cv2.max(red, green), blue) < STATIC_THRESHOLD
    return is_static


def _count(mask: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(mask))


def _why(state: StabilityState, frames: int, kind: str = "") -> str:
    if state.frames < frames:
        return f"{frames} frames {kind}are needed, {state.frames} came"
    return f"no pixel could be compared over {frames} frames {kind}".rstrip()


def _share(part: int, whole: int, name: str, reasons: dict[str, str], why: str) -> float | None:
    if whole == 0:
        reasons[name] = why
        return None
    return part / whole
