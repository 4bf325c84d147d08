"""The parts of training one by one: config, batches, class weights, averaged weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from core.errors import DyncellError
from core.nn.config import StaticConfig
from core.palette import IGNORE, Palette
from core.train.batches import Source, training_batch, training_batches
from core.train.class_weights import class_weights
from core.train.config import Augmentation, Phase, StaticTraining
from core.train.data import InMemoryData
from core.train.ema import MovingAverage
from tests.core.train.tiny import PALETTE, band_data, tiny_training


def test_a_training_config_survives_the_round_trip() -> None:
    training = tiny_training()
    assert StaticTraining.from_dict(training.to_dict()) == training
    again = StaticTraining.from_dict(training.to_dict())
    assert again.digest == training.digest
    assert replace(training, seed=8).digest != training.digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": 0}, "steps"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"ema_decay": 1}, "ema_decay"),
        ({"precision": "fp16"}, "fp32 or bf16"),
        ({"label_smoothing": 1.0}, "label_smoothing"),
        ({"deep_supervision": -1.0}, "deep_supervision"),
        ({"phases": ()}, "add up to 1"),
        ({"phases": (Phase(share=0.5, height=32, width=32, batch=2),)}, "add up to 1"),
    ],
)
def test_a_bad_training_config_says_what_is_wrong(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        StaticTraining(network=StaticConfig(num_classes=3), **changes)


@pytest.mark.parametrize(
    "size", [{"batch": 1}, {"height": 16}, {"share": 0}, {"strength": 2}, {"extra": -0.1}]
)
def test_a_phase_out_of_range_is_refused(size: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"needed|possible"):
        Phase(**{"share": 1.0, "height": 32, "width": 32, "batch": 2, **size})


def test_phases_follow_each_other_at_their_shares() -> None:
    training = tiny_training(steps=8)
    assert [training.phase_at(step).batch for step in range(8)] == [3, 3, 3, 3, 2, 2, 2, 2]
    assert training.phase_at(100) == training.phases[-1]


def test_a_batch_depends_on_seed_and_step_only() -> None:
    training, data = tiny_training(), Source(band_data())
    streamed = list(training_batches(training, data, 0))
    assert len(streamed) == training.steps
    for step in (0, 3, 7):
        images, labels = training_batch(training, data, step)
        assert torch.equal(images, streamed[step][0])
        assert torch.equal(labels, streamed[step][1])
    resumed = list(training_batches(training, data, 5))
    assert torch.equal(resumed[0][0], streamed[5][0])
    other, _ = training_batch(replace(training, seed=9), data, 0)
    assert not torch.equal(other, streamed[0][0])


def test_batches_have_the_agreed_form() -> None:
    images, labels = training_batch(tiny_training(), Source(band_data()), 7)
    assert (images.shape, images.dtype) == ((2, 3, 32, 48), torch.uint8)
    assert (labels.shape, labels.dtype) == ((2, 32, 48), torch.int64)
    assert set(labels.unique().tolist()) <= {0, 1, 2, IGNORE}


def test_every_sample_is_drawn_once_per_epoch() -> None:
    drawn: list[int] = []

    class Recorded(InMemoryData):
        def sample(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            drawn.append(index)
            return super().sample(index)

    source = band_data(6)
    pairs = [source.sample(index) for index in range(6)]
    data = Recorded([p[0] for p in pairs], [p[1] for p in pairs], palette=PALETTE)
    for step in range(4):  # 3 views a step
        training_batch(tiny_training(steps=100), Source(data), step)
    assert sorted(drawn[:6]) == sorted(drawn[6:]) == list(range(6))
    assert drawn[:6] != drawn[6:]


def test_extra_data_gets_its_share_of_the_crops() -> None:
    training = replace(
        tiny_training(steps=200),
        phases=(
            Phase(share=0.5, height=32, width=32, batch=3, extra=0.5),
            Phase(share=0.5, height=32, width=32, batch=3),
        ),
        augmentation=Augmentation(colour=0, noise=0, compression=0),
    )
    image = np.full((48, 64, 3), 129, np.uint8)  # plain, as bands never are
    extra = InMemoryData([image], [np.zeros((48, 64), np.uint8)], palette=PALETTE)
    source = Source(band_data(), extra)

    def from_extra(steps: range) -> float:
        batches = [training_batch(training, source, step)[0] for step in steps]
        return float(np.mean([bool((view == 129).all()) for batch in batches for view in batch]))

    assert 0.35 < from_extra(range(100)) < 0.65
    assert from_extra(range(100, 110)) == 0
    assert source.digest not in (Source(band_data()).digest, extra.digest)


def test_extra_data_of_other_classes_is_refused() -> None:
    image, labels = band_data().sample(0)
    other = Palette(names=("red", "green", "black"), colours=PALETTE.colours)
    with pytest.raises(ValueError, match="differ"):
        Source.of(band_data(), InMemoryData([image], [labels], palette=other))


def test_rare_classes_are_found_and_pasted_from_other_views() -> None:
    plain = np.zeros((48, 64), np.uint8)
    spotted = plain.copy()
    spotted[20:24, 30:34] = 2
    pictures = [np.full((48, 64, 3), 10, np.uint8), np.full((48, 64, 3), 10, np.uint8)]
    pictures[1][spotted == 2] = 200
    data = InMemoryData(pictures, [plain, spotted], palette=PALETTE)
    source = Source.of(data)
    assert source.rare == (1, 2)  # 1 never occurs
    training = replace(
        tiny_training(steps=40),
        phases=(Phase(share=1, height=48, width=64, batch=2),),
        augmentation=Augmentation(
            scale=(1, 1), flip=0, colour=0, blur=0, noise=0, compression=0, paste=1
        ),
    )
    seen = 0
    for step in range(20):
        images, labels = training_batch(training, source, step)
        assert torch.equal(images[:, 0] == 200, labels == 2)
        seen += int((labels == 2).any(dim=(1, 2)).sum())
    assert seen > 25  # of 40 views, half of which are of the plain picture


def test_a_failure_of_the_data_reaches_the_training_loop() -> None:
    class Broken(InMemoryData):
        def sample(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            raise OSError("the disk is gone")

    image, labels = band_data().sample(0)
    broken = Source(Broken([image], [labels], palette=PALETTE))
    with pytest.raises(OSError, match="disk is gone"):
        next(training_batches(tiny_training(), broken, 0))


def test_rare_classes_weigh_more_by_the_power_of_their_frequency() -> None:
    labels = np.zeros((10, 10), np.uint8)
    labels[0] = 1
    labels[1] = IGNORE
    image = np.zeros((10, 10, 3), np.uint8)
    data = InMemoryData([image], [labels], palette=PALETTE)
    weights = class_weights(data, power=0.5)
    assert weights[1] / weights[0] == pytest.approx(np.sqrt(80 / 10))
    assert weights[2] == 1  # never seen
    assert (80 * weights[0] + 10 * weights[1]) / 90 == pytest.approx(1)
    assert class_weights(data, power=0).tolist() == [1, 1, 1]


def test_labels_without_a_name_or_without_a_class_are_refused() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    for value, said in ((3, "Labels above 2 occur"), (IGNORE, "label some of it")):
        data = InMemoryData([image], [np.full((4, 4), value, np.uint8)], palette=PALETTE)
        with pytest.raises(DyncellError, match=said):
            class_weights(data)


def test_the_average_follows_weights_and_statistics() -> None:
    network = nn.Sequential(nn.Linear(1, 1, bias=False), nn.BatchNorm1d(1))
    nn.init.zeros_(network[0].weight)
    average = MovingAverage(network, decay=0.5)
    expected = 0.0
    for step in range(12):
        nn.init.constant_(network[0].weight, step)
        network[1].running_mean.fill_(step)
        average.update(network, step=step)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * step
        assert average.network[0].weight.item() == pytest.approx(expected)
        assert average.network[1].running_mean.item() == pytest.approx(expected)
    assert not average.network.training


def test_data_in_memory_must_fit_together_and_is_told_apart() -> None:
    image, labels = band_data().sample(0)
    with pytest.raises(ValueError, match="one each needed"):
        InMemoryData([image], [], palette=PALETTE)
    with pytest.raises(ValueError, match="with labels of"):
        InMemoryData([image], [labels[1:]], palette=PALETTE)
    assert band_data().digest == band_data().digest != band_data(seed=1).digest
