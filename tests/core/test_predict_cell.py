"""Streams labelled by a model with a cell: key frames, cuts, state, and what is not run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.cell_cost import cell_cost
from core.engine import Engine
from core.errors import BadCheckpoint, NotFound
from core.fresh_cell import fresh_cell_model, names_fresh_cell, write_fresh_cell
from core.model_file import read_header
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.weights import load_model, load_network, save_model
from core.predict import VideoPredictor
from core.video.clip import Rgb
from core.video.synthetic import SyntheticScene
from tests.small_model import write_small_model

LIGHT, FULL = NAMED["propagate"], NAMED["blend"]


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "static.safetensors")


def street(seed: int, frames: int) -> list[Rgb]:
    scene = SyntheticScene(seed, width=96, height=72)
    return [scene.render(t).image for t in range(frames)]


def with_cell(static: Path, config: CellConfig, *, moved: float = 0.0) -> Path:
    """A model with a fresh cell, its weights then moved by noise."""
    path = static.with_name(f"{config.key_interval}-{config.is_light}-{moved}.safetensors")
    write_fresh_cell(static, config, path)
    if moved:
        network, header = load_network(path)
        assert network.cell is not None
        torch.manual_seed(1)
        with torch.no_grad():
            for weights in network.cell.parameters():
                weights.add_(moved * torch.randn(weights.shape))
        save_model(path, network, header=header)
    return path


def labels(predictor: VideoPredictor, frames: list[Rgb]) -> np.ndarray:
    return np.stack([predictor.step(frame) for frame in frames])


def test_key_frames_come_first_at_the_interval_and_at_cuts(static: Path) -> None:
    predictor = VideoPredictor.load(with_cell(static, CellConfig(genotype=LIGHT, key_interval=4)))
    since = []
    for frame in street(1, 7) + street(2, 6):
        predictor.step(frame)
        since.append(predictor.frames_since_key)
    assert since == [0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 3, 0, 1]
    assert predictor.key_frames == 4


def test_interval_0_means_the_first_frame_and_cuts_only(static: Path) -> None:
    path = with_cell(static, CellConfig(genotype=LIGHT, key_interval=3))
    predictor = VideoPredictor.load(path, key_interval=0)
    labels(predictor, street(1, 9))
    assert (predictor.key_frames, predictor.frames_since_key) == (1, 8)
    labels(predictor, street(2, 2))
    assert predictor.key_frames == 2


def test_a_fresh_light_cell_labels_as_copy_and_a_fresh_full_one_as_the_static_network(
    static: Path,
) -> None:
    frames = street(1, 12)
    every = labels(VideoPredictor.load(static), frames)
    copied = labels(VideoPredictor.load(with_cell(static, CellConfig.of(None))), frames)
    light = labels(VideoPredictor.load(with_cell(static, CellConfig.of(LIGHT))), frames)
    full = labels(VideoPredictor.load(with_cell(static, CellConfig.of(FULL))), frames)
    assert np.array_equal(light, copied)
    assert np.array_equal(full, every)
    assert np.array_equal(copied, every[np.arange(12) // 5 * 5])
    assert not np.array_equal(copied, every)


def test_a_copy_runs_no_network_between_key_frames(static: Path) -> None:
    predictor = VideoPredictor.load(with_cell(static, CellConfig.of(None, key_interval=0)))
    frames = street(1, 3)
    key = predictor.step(frames[0])
    ran = count_layers(predictor.engine)
    again = predictor.step(frames[1])
    assert ran == []
    assert np.array_equal(again, key)
    again[:] = 0  # what one caller does to its labels is nothing to the next frame
    assert np.array_equal(predictor.step(frames[2]), key)


def count_layers(engine: Engine) -> list[str]:
    """The convolutions that run from now on."""
    ran: list[str] = []
    for name, module in engine._network.named_modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(lambda *_, name=name: ran.append(name))
    return ran


def test_the_engine_runs_a_light_cell_without_the_deep_encoder(static: Path) -> None:
    predictor = VideoPredictor.load(with_cell(static, CellConfig.of(LIGHT)))
    frames = street(1, 2)
    predictor.step(frames[0])
    ran = count_layers(predictor.engine)
    predictor.step(frames[1])
    deep = [n for n in ran if n.startswith(("static.decoder", "static.backbone.features.4"))]
    assert deep == []
    assert any(name.startswith("cell.") for name in ran)


@pytest.mark.parametrize("genotype", [LIGHT, FULL], ids=["light", "full"])
def test_reset_forgets_the_stream(static: Path, genotype: object) -> None:
    path = with_cell(static, CellConfig.of(genotype, key_interval=0), moved=0.2)  # type: ignore[arg-type]
    predictor, frames = VideoPredictor.load(path), street(1, 4)
    predictor.drift_limit = None
    first = labels(predictor, frames)
    carried = labels(predictor, frames)
    predictor.reset()
    assert (predictor.frames_seen, predictor.key_frames, predictor.state) == (0, 0, None)
    assert np.array_equal(labels(predictor, frames), first)
    assert not np.array_equal(carried, first)


def test_the_cell_works_on_the_past(static: Path) -> None:
    """The same frame after another past gets other labels; what runs is the network itself."""
    path = with_cell(static, CellConfig.of(LIGHT, key_interval=0), moved=0.2)
    frames = street(1, 3)
    predictor = VideoPredictor.load(path)
    predictor.drift_limit = None
    labels(predictor, frames)
    network, _ = load_network(path)
    with torch.inference_mode():
        images = [torch.from_numpy(f).permute(2, 0, 1).unsqueeze(0).float() / 255 for f in frames]
        state = network.key(images[0])
        for image in images[1:]:
            state = network.follow(image, state)
    assert predictor.state is not None
    torch.testing.assert_close(predictor.state.high, state.high, rtol=1e-3, atol=1e-3)
    other = VideoPredictor.load(path)
    other.drift_limit = None
    labels(other, [frames[2], frames[1], frames[2]])
    assert other.state is not None
    assert not torch.allclose(other.state.high, state.high, atol=1e-3)


def test_the_state_has_the_size_that_the_cost_says_and_does_not_grow(static: Path) -> None:
    predictor = VideoPredictor.load(with_cell(static, CellConfig.of(LIGHT)))
    config = predictor.header.config
    cost = cell_cost(config, LIGHT, height=72, width=96)
    for frame in street(1, 8):
        predictor.step(frame)
        assert predictor.state is not None
        assert predictor.state.num_bytes == cost.state_bytes


def test_a_state_that_swells_begins_anew_before_it_has_doubled(static: Path) -> None:
    """Weights drawn far from the warm start: what follows is louder in every frame."""
    path = with_cell(static, CellConfig.of(LIGHT, key_interval=0), moved=2.0)
    predictor, frames = VideoPredictor.load(path), street(1, 12)
    strengths, distances = [], []
    for frame in frames:
        predictor.step(frame)
        assert predictor.state is not None
        strengths.append(predictor.state.strength)
        distances.append(predictor.frames_since_key)
    assert 1 < predictor.key_frames == distances.count(0)
    for number, distance in enumerate(distances):
        assert 0.5 <= strengths[number] / strengths[number - distance] <= 2
    predictor.reset()
    predictor.drift_limit = None
    labels(predictor, frames)
    assert predictor.key_frames == 1
    assert predictor.state is not None
    assert not 0.5 <= predictor.state.strength / strengths[0] <= 2


def test_a_model_with_a_cell_survives_the_file(static: Path) -> None:
    config = CellConfig(genotype=FULL, reach=12, key_interval=7, own_head=True)
    path = with_cell(static, config, moved=0.1)
    header = read_header(path)
    assert (header.kind, header.cell) == ("cell", config)
    network, _ = load_network(path)
    again = path.with_name("again.safetensors")
    save_model(again, network, header=header)
    assert again.read_bytes() == path.read_bytes()
    with pytest.raises(BadCheckpoint, match="a static network is wanted"):
        load_model(path)


def test_weights_of_another_cell_are_refused(static: Path) -> None:
    path = with_cell(static, CellConfig.of(LIGHT))
    network, header = load_network(path)
    save_model(path, network, header=replace(header, cell=CellConfig.of(FULL)))
    with pytest.raises(BadCheckpoint, match="do not fit the network its header describes"):
        load_network(path)


def test_fresh_cells_are_named_by_their_genotype_and_static_network(
    static: Path, tmp_path: Path
) -> None:
    def find(name: str) -> Path:
        assert name == str(static)
        return static

    assert [names_fresh_cell(t) for t in ("copy", "blend@x", "camvid", str(static))] == [
        True,
        True,
        False,
        False,
    ]
    path = fresh_cell_model(f"propagate@{static}", find_static=find, cache=tmp_path)
    made = path.read_bytes()
    assert read_header(path).cell == CellConfig.of(LIGHT)
    path.unlink()
    assert fresh_cell_model(f"propagate@{static}", find_static=find, cache=tmp_path) == path
    assert path.read_bytes() == made
    copy = fresh_cell_model(f"copy@{static}", find_static=find, cache=tmp_path)
    assert read_header(copy).cell == CellConfig.of(None)
    with pytest.raises(NotFound, match="no genotype 'nothing'"):
        fresh_cell_model(f"nothing@{static}", find_static=find, cache=tmp_path)
    with pytest.raises(BadCheckpoint, match="a model with a dynamic cell"):
        fresh_cell_model(f"blend@{path}", find_static=Path, cache=tmp_path)
