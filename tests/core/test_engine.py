"""The engine computes what the network computes, only faster."""

import numpy as np
import pytest
import torch

from core.engine import Engine
from core.errors import DyncellError
from core.nn.config import StaticConfig
from core.nn.fold import fold_batch_norms
from tests.core.nn.test_segmenter import seeded

CONFIG = StaticConfig(num_classes=6, width=0.25, channels=16)


def random_frame(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(("height", "width"), [(48, 64), (37, 51), (16, 16)])
def test_the_logits_are_those_of_the_plain_network(height: int, width: int) -> None:
    network = seeded(CONFIG)
    frame = random_frame(height, width)
    engine = Engine(network)
    logits = engine.logits(engine.prepare(frame))
    images = torch.from_numpy(frame).permute(2, 0, 1)[None] / 255
    with torch.inference_mode():
        plain = network.classifier.logits(network.high(network.low(images)))
    torch.testing.assert_close(logits, plain, rtol=1e-3, atol=1e-3)


def test_folding_leaves_no_norm_and_the_network_as_it_was() -> None:
    network = seeded(CONFIG).train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    folded = fold_batch_norms(network)
    assert not [m for m in folded.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert not folded.training
    assert network.training
    assert all(torch.equal(before[name], t) for name, t in network.state_dict().items())


def test_labels_are_bit_equal_from_run_to_run() -> None:
    frame = random_frame(90, 120)
    runs = []
    for _ in range(3):
        engine = Engine(seeded(CONFIG))
        runs.append(engine.labels(engine.logits(engine.prepare(frame)), (90, 120)))
    assert np.array_equal(runs[0], runs[1])
    assert np.array_equal(runs[0], runs[2])
    assert len(np.unique(runs[0])) > 1


def test_bf16_agrees_with_fp32_on_most_pixels() -> None:
    frame = random_frame(90, 120)
    labels = []
    for precision in ("fp32", "bf16"):
        engine = Engine(seeded(CONFIG), precision=precision)
        logits = engine.logits(engine.prepare(frame))
        assert logits.dtype == torch.float32
        labels.append(engine.labels(logits, (90, 120)))
    assert (labels[0] == labels[1]).mean() > 0.9


def test_the_engine_says_how_it_runs() -> None:
    before = torch.get_num_threads()
    try:
        engine = Engine(seeded(CONFIG), threads=1, precision="bf16")
        said = (engine.backend, engine.device, engine.precision, engine.threads)
        assert said == ("torch", "cpu", "bf16", 1)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def test_a_frame_that_is_not_contiguous_gives_the_same_logits() -> None:
    frame = random_frame(40, 48)
    engine = Engine(seeded(CONFIG))
    mirrored = frame[:, ::-1]
    there = engine.logits(engine.prepare(mirrored))
    assert torch.equal(there, engine.logits(engine.prepare(mirrored.copy())))


def test_what_cannot_run_is_refused_in_one_sentence() -> None:
    network = seeded(CONFIG)
    with pytest.raises(DyncellError, match="no device 'tpu'; choose cpu or cuda"):
        Engine(network, device="tpu")
    with pytest.raises(DyncellError, match="choose 1 or more"):
        Engine(network, threads=0)
    with pytest.raises(ValueError, match="fp16"):
        Engine(network, precision="fp16")
    if not torch.cuda.is_available():
        with pytest.raises(DyncellError, match="choose the device cpu"):
            Engine(network, device="cuda")
