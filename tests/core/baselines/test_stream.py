"""Every rule beside a slow one of its own, on frames whose motion is known."""

import numpy as np
import pytest
import torch

from core.baselines.config import BaselineConfig
from core.baselines.stream import BaselineStream, build_stream
from core.video.clip import Rgb
from tests.core.baselines.test_camera import SIZE, texture

GRID = (SIZE[0] // 4, SIZE[1] // 4)


def stream(text: str) -> BaselineStream:
    return build_stream(BaselineConfig.parse(text))


def logits(seed: int) -> torch.Tensor:
    return 3 * torch.randn(1, 4, *GRID, generator=torch.Generator().manual_seed(seed))


def shifted(frame: Rgb, right: int) -> Rgb:
    """The frame as seen when the camera turns to the left."""
    return np.ascontiguousarray(np.roll(frame, right, axis=1))


@pytest.mark.parametrize("method", ["ema", "dis-ema", "homography"])
def test_the_first_frame_and_the_one_after_a_cut_are_the_networks_alone(method: str) -> None:
    rule, frame = stream(f"{method}-0.4"), texture()
    for _ in range(2):
        assert torch.equal(rule.mix(frame, logits(1)), logits(1))
        rule.mix(frame, logits(2))
        rule.forget()


def test_ema_is_a_running_mean() -> None:
    rule, expected = stream("ema-0.4"), None
    for seed in range(4):
        now = np.exp(logits(seed).numpy().astype(np.float64))
        now /= now.sum(1, keepdims=True)
        expected = now if expected is None else 0.4 * now + 0.6 * expected
        said = rule.mix(texture(seed), logits(seed)).softmax(1)
        assert np.allclose(said.numpy(), expected, atol=1e-5)


def test_dis_ema_brings_the_past_along_a_shift() -> None:
    """8 pixels are 2 places of the grid; away from the rim the flow finds them."""
    rule, frame = stream("dis-ema-0.5"), texture()
    smooth = torch.nn.functional.avg_pool2d(logits(0), 5, stride=1, padding=2)
    before = rule.mix(frame, smooth).softmax(1)
    mixed = rule.mix(shifted(frame, 8), logits(1)).softmax(1)
    past = (mixed - 0.5 * logits(1).softmax(1)) / 0.5
    inner = (..., slice(6, -6), slice(10, -10))
    expected = torch.roll(before, 2, dims=-1)
    assert (past[inner] - expected[inner]).abs().mean() < 0.02
    assert (past[inner] - before[inner]).abs().mean() > 0.05  # not as it was


def test_homography_mixes_what_moved_where_it_looks_alike() -> None:
    rule, frame = stream("homography-0.5"), texture()
    before = rule.mix(frame, logits(0)).softmax(1)
    seen = shifted(frame, 8)
    seen[40:80, 60:120] = 255 - seen[40:80, 60:120]  # something stands in the way
    mixed = rule.mix(seen, logits(1)).softmax(1)
    now = logits(1).softmax(1)
    hidden = (..., slice(12, 18), slice(18, 28))
    assert (mixed[hidden] - now[hidden]).abs().mean() < 0.02
    inner = (..., slice(24, -4), slice(10, -10))
    expected = 0.5 * now + 0.5 * torch.roll(before, 2, dims=-1)
    assert (mixed[inner] - expected[inner]).abs().mean() < 0.03
    assert (mixed[inner] - now[inner]).abs().mean() > 0.1


def test_without_a_homography_nothing_of_the_past_is_mixed_in() -> None:
    rule = stream("homography-0.5")
    rule.mix(texture(0), logits(0))
    assert torch.equal(rule.mix(texture(5), logits(1)), logits(1))


def test_labels_are_carried_along_the_flow_and_anew_at_every_key_frame() -> None:
    rule, frame = stream("dis-labels-5"), texture()
    labels = (np.arange(SIZE[1]) // 20 % 4).astype(np.uint8)[None].repeat(SIZE[0], axis=0)
    assert rule.mix(frame, logits(0)) is not None
    carried = rule.carry(shifted(frame, 4), labels)
    again = rule.carry(shifted(frame, 8), carried)
    inner = (slice(10, -10), slice(20, -20))
    assert (carried[inner] == np.roll(labels, 4, axis=1)[inner]).mean() > 0.97
    assert (again[inner] == np.roll(labels, 8, axis=1)[inner]).mean() > 0.95
    rule.forget()
    with pytest.raises(ValueError, match="before a frame was labelled"):
        rule.carry(frame, labels)


def test_labels_larger_than_the_networks_frame_are_carried_as_far() -> None:
    rule, frame = stream("dis-labels-5"), texture()
    labels = (np.arange(2 * SIZE[1]) // 40 % 4).astype(np.uint8)[None].repeat(2 * SIZE[0], axis=0)
    rule.mix(frame, logits(0))
    carried = rule.carry(shifted(frame, 4), labels)
    inner = (slice(20, -20), slice(40, -40))
    assert (carried[inner] == np.roll(labels, 8, axis=1)[inner]).mean() > 0.97


def test_what_the_caller_does_to_its_frame_later_changes_nothing() -> None:
    one, other = stream("homography-0.5"), stream("homography-0.5")
    frame = texture()
    one.mix(frame, logits(0))
    other.mix(frame.copy(), logits(0))
    later = shifted(frame, 3)
    frame[:] = 0
    assert torch.equal(one.mix(later, logits(1)), other.mix(later, logits(1)))
