"""Training a cell on cached clips: what it learns, that it is exact, what it refuses."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import BadCheckpoint, Cancelled, Paused
from core.features import FeatureBatch, FeatureCache, batch, cached_features
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.dynamic import DynamicSegmenter
from core.palette import CAMVID
from core.train.cell import Frozen, cell_batches, cell_loss, cell_run, chosen_clips, train_cell
from core.train.cell_config import CellTraining, cell_training
from core.train.cell_rollout import roll_out
from core.train.config import Phase, StaticTraining
from core.train.run_state import CHECKPOINT_NAME, TrainingDiverged
from core.train.simulated_clips import SimulatedClips
from core.train.static import train_static
from core.video.simulate import Motion
from tests.core.train.test_simulated_clips import streets

STATIC = StaticConfig(num_classes=CAMVID.num_classes, width=0.25, channels=12)
LIGHT, FULL = CellConfig.of(NAMED["propagate"]), CellConfig.of(NAMED["blend"])


@pytest.fixture(scope="module")
def segmenter():  # type: ignore[no-untyped-def]
    """A static network that has learnt a little of the streets."""
    config = StaticTraining(
        network=STATIC,
        steps=60,
        phases=(Phase(share=1, height=64, width=96, batch=3),),
        warmup_steps=5,
        ema_decay=0.9,
        precision="fp32",
    )
    return train_static(config, streets(3), threads=1)


@pytest.fixture(scope="module")
def features(segmenter, tmp_path_factory: pytest.TempPathFactory) -> FeatureCache:  # type: ignore[no-untyped-def]
    clips = SimulatedClips(streets(3), motion=Motion.for_palette(CAMVID, length=4))
    folder = tmp_path_factory.mktemp("features")
    return cached_features(segmenter, clips, cache_dir=folder, weights_digest="w", threads=1)


def tiny(cell: CellConfig, **changes: object) -> CellTraining:
    small = cell_training(cell, steps=6, length=4)
    return replace(small, **{"batch": 2, "checkpoint_every": 2, **changes})  # type: ignore[arg-type]


def trained(config: CellTraining, segmenter, features, **given):  # type: ignore[no-untyped-def]
    return train_cell(
        config,
        segmenter,
        STATIC,
        features,
        class_weights=torch.ones(CAMVID.num_classes),
        identity="streets",
        threads=1,
        **given,
    )


def assert_equal(a: DynamicSegmenter, b: DynamicSegmenter) -> None:
    first, second = a.state_dict(), b.state_dict()
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


@pytest.mark.parametrize("cell", [LIGHT, FULL], ids=["light", "full"])
def test_a_training_lowers_its_loss_and_leaves_the_static_network_alone(
    cell: CellConfig, segmenter, features
) -> None:  # type: ignore[no-untyped-def]
    before = {name: values.clone() for name, values in segmenter.state_dict().items()}
    config = replace(cell_training(cell, steps=80, length=4), batch=3, ema_decay=0.5)
    losses: list[float] = []
    network = trained(config, segmenter, features, progress=lambda at: losses.append(at.loss))
    # Four steps see all places once: so many are compared.
    assert sum(losses[-4:]) < 0.97 * sum(losses[:4])
    assert all(torch.equal(before[n], values) for n, values in network.static.state_dict().items())
    assert network.cell is not None


def test_the_same_training_gives_the_same_weights_interrupted_or_not(
    segmenter, features, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    config = tiny(LIGHT)
    whole = trained(config, segmenter, features)
    asked: list[int] = []

    def stop_at_third() -> str | None:
        asked.append(1)
        return "pause" if len(asked) == 4 else None

    with pytest.raises(Paused, match="rests at step 3"):
        trained(config, segmenter, features, checkpoint_dir=tmp_path, should_stop=stop_at_third)
    seen: list[int] = []
    resumed = trained(
        config,
        segmenter,
        features,
        checkpoint_dir=tmp_path,
        progress=lambda at: seen.append(at.step),
    )
    assert seen == [4, 5, 6]
    assert_equal(resumed, whole)
    other = trained(replace(config, seed=1), segmenter, features)
    assert not torch.equal(
        other.cell.project["low"][0].weight,
        whole.cell.project["low"][0].weight,  # type: ignore[union-attr]
    )


def test_a_checkpoint_of_another_training_or_other_clips_is_refused(
    segmenter, features, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    trained(tiny(LIGHT), segmenter, features, checkpoint_dir=tmp_path)
    with pytest.raises(BadCheckpoint, match="another config or other data"):
        trained(tiny(FULL), segmenter, features, checkpoint_dir=tmp_path)
    (tmp_path / CHECKPOINT_NAME).write_bytes(b"?")
    with pytest.raises(BadCheckpoint, match="damaged: delete it"):
        trained(tiny(LIGHT), segmenter, features, checkpoint_dir=tmp_path)


def test_a_cancelled_training_says_so_and_one_that_diverges_names_its_step(
    segmenter, features
) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Cancelled, match="cancelled at step 0"):
        trained(tiny(LIGHT), segmenter, features, should_stop=lambda: "cancel")
    wild = tiny(FULL, learning_rate=1e30, warmup_steps=0, steps=20)
    with pytest.raises(TrainingDiverged, match="no checkpoint was written"):
        trained(wild, segmenter, features)


def test_every_clip_comes_once_an_epoch_and_the_order_depends_on_seed_and_step_alone(
    features: FeatureCache,
) -> None:
    config = tiny(LIGHT, batch=1, steps=7)
    order = [chosen_clips(config, 3, step)[0] for step in range(6)]
    assert sorted(order[:3]) == sorted(order[3:]) == [0, 1, 2]
    drawn = list(cell_batches(config, features, 4))
    assert len(drawn) == 3
    assert torch.equal(drawn[0].high[0], features[order[4]].high)


def test_the_roll_out_is_the_network_itself_frame_by_frame(segmenter, features) -> None:  # type: ignore[no-untyped-def]
    """What is trained on cached features is what runs on a stream."""
    network = moved(segmenter, FULL)
    clips = full_precision(batch(features, [0, 2]))
    with torch.no_grad():
        rolled = list(roll_out(network.cell, clips, length=4))
    assert [each.number for each in rolled] == [1, 2, 3]
    source = SimulatedClips(streets(3), motion=Motion.for_palette(CAMVID, length=4))
    frames = [torch.from_numpy(source.clip(n).frames).permute(0, 3, 1, 2) / 255 for n in (0, 2)]
    images = torch.stack(frames)  # (B, T, 3, H, W)
    with torch.no_grad():
        state = network.key(images[:, 0])
        for each in rolled:
            state = network.follow(images[:, each.number], state)
            assert (state.high - each.high).abs().mean() < 0.02 * state.high.abs().mean()


def test_a_memoryless_cell_sees_nothing_of_the_frames_before(segmenter, features) -> None:  # type: ignore[no-untyped-def]
    cell, clips = moved(segmenter, FULL).cell, full_precision(batch(features, [0]))
    changed = clips._replace(low=clips.low.clone(), high=clips.high.clone())
    changed.low[:, :3], changed.high[:, :3] = 1.0, -1.0
    with torch.no_grad():
        alone, other = (
            list(roll_out(cell, each, length=4, memoryless=True))[-1].high
            for each in (clips, changed)
        )
        assert torch.equal(alone, other)
        seeing, blind = (list(roll_out(cell, each, length=4))[-1].high for each in (clips, changed))
    assert not torch.allclose(seeing, blind, atol=1e-2)


@pytest.mark.parametrize("cell", [LIGHT, FULL], ids=["light", "full"])
def test_the_gradient_through_the_recurrence_is_that_of_finite_differences(
    cell: CellConfig, segmenter, features
) -> None:  # type: ignore[no-untyped-def]
    """In float64, over four frames: the whole loss against a step along a random direction.

    But for the consistency loss, whose target is held on purpose.
    """
    config = tiny(cell, consistency=0.0)
    run = cell_run(config, segmenter, STATIC, identity="", device="cpu")
    parts = run.network.double().eval()
    generator = torch.Generator().manual_seed(0)
    weights = list(parts.parameters())
    with torch.no_grad():
        for values in weights:
            values.add_(0.05 * torch.randn(values.shape, generator=generator, dtype=torch.double))
    frozen = Frozen(
        copy.deepcopy(segmenter.classifier).double(), torch.ones(CAMVID.num_classes).double()
    )
    clips = batch(features, [0, 1])
    clips = clips._replace(low=clips.low.double(), high=clips.high.double())
    direction = [
        torch.randn(values.shape, generator=generator, dtype=torch.double) for values in weights
    ]

    def loss() -> torch.Tensor:
        return cell_loss(parts, clips, config=config, frozen=frozen, step=0)

    loss().backward()  # type: ignore[no-untyped-call]
    slope = sum(float((v.grad * d).sum()) for v, d in zip(weights, direction, strict=True))  # type: ignore[operator]
    step, found = 1e-6, []
    with torch.no_grad():
        for moves in (step, -2 * step):
            for values, along in zip(weights, direction, strict=True):
                values.add_(moves * along)
            found.append(float(loss()))
    measured = (found[0] - found[1]) / (2 * step)
    assert measured == pytest.approx(slope, rel=2e-3)


def moved(segmenter, config: CellConfig) -> DynamicSegmenter:  # type: ignore[no-untyped-def]
    """A network whose cell has left its warm start."""
    run = cell_run(tiny(config), segmenter, STATIC, identity="", device="cpu")
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for values in run.network.parameters():
            values.add_(0.1 * torch.randn(values.shape, generator=generator))
    return DynamicSegmenter(segmenter, run.network.cell).eval()


def full_precision(clips: FeatureBatch) -> FeatureBatch:
    return clips._replace(low=clips.low.float(), high=clips.high.float())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"length": 2}, "batches of 2 clips of 2 frames"),
        ({"batch": 0}, "at least 1 clip"),
        ({"memoryless": True}, "a light cell without the frame before"),
        ({"distillation": -1.0}, "is negative"),
        ({"precision": "fp16"}, "fp32 or bf16"),
        ({"cell": CellConfig.of(None)}, "copy has no weights"),
    ],
)
def test_a_config_that_cannot_be_trained_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(tiny(LIGHT), **changes)  # type: ignore[arg-type]


def test_a_config_survives_json() -> None:
    config = tiny(FULL, memoryless=True)
    assert CellTraining.from_dict(config.to_dict()) == config
    assert config.digest != tiny(FULL).digest
