"""Public ImageNet checkpoints: both layouts, exact reports, foreign files."""

from pathlib import Path

import pytest
import torch
from torch import nn

from core.errors import BadCheckpoint
from core.nn.backbone import BLOCKS, ConvBlock, MobileNetV2
from core.nn.checkpoints import load_imagenet_checkpoint

WIDTH = 0.25
CLASSIFIER = ("classifier.1.bias", "classifier.1.weight")


def conv_norm_relu(inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> list:
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(),
    ]


class FlatBlock(nn.Module):
    """A block as the second common layout writes it: one flat list of layers."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        layers = [] if expansion == 1 else conv_norm_relu(inputs, hidden, 1, 1, 1)
        layers += conv_norm_relu(hidden, hidden, 3, stride, hidden)
        layers += [nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*layers)
        self.has_skip = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv(x) if self.has_skip else self.conv(x)


class FlatNetwork(nn.Module):
    def __init__(self, channels: list[int]) -> None:
        super().__init__()
        features: list[nn.Module] = [nn.Sequential(*conv_norm_relu(3, channels[0], 3, 2, 1))]
        for plan in BLOCKS:
            for repeat in range(plan.repeats):
                inputs, outputs = channels[len(features) - 1], channels[len(features)]
                stride = plan.stride if repeat == 0 else 1
                features.append(FlatBlock(inputs, outputs, stride, plan.expansion))
        features.append(nn.Sequential(*conv_norm_relu(channels[-1], 64, 1, 1, 1)))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(64, 10))


def randomised(network: nn.Module) -> nn.Module:
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5)
    return network.eval()


def block_channels(backbone: MobileNetV2) -> list[int]:
    result = []
    for feature in backbone.features:
        norms = [m for m in feature.modules() if isinstance(m, nn.BatchNorm2d)]
        result.append(norms[-1].num_features)
    return result


@pytest.fixture
def nested_source() -> MobileNetV2:
    """A random encoder: its own keys are torchvision's."""
    network = MobileNetV2(width=WIDTH)
    randomised(network)
    return network


def torchvision_state(source: MobileNetV2) -> dict[str, torch.Tensor]:
    """What torchvision would save: the encoder, the last convolution, the classifier."""
    last = ConvBlock(block_channels(source)[-1], 64)
    tail = {f"features.18.{name}": tensor for name, tensor in last.state_dict().items()}
    classifier = {"classifier.1.weight": torch.rand(10, 64), "classifier.1.bias": torch.rand(10)}
    return {**source.state_dict(), **tail, **classifier}


def weights_of(network: nn.Module) -> dict[str, torch.Tensor]:
    return {n: t for n, t in network.state_dict().items() if "num_batches" not in n}


def test_torchvision_keys_are_named_as_torchvision_names_them(nested_source: MobileNetV2) -> None:
    # Written down from torchvision's published mobilenet_v2 state dict.
    names = set(nested_source.state_dict())
    assert {
        "features.0.0.weight",
        "features.0.1.running_mean",
        "features.1.conv.0.0.weight",
        "features.1.conv.1.weight",
        "features.1.conv.2.bias",
        "features.2.conv.0.0.weight",
        "features.2.conv.1.0.weight",
        "features.2.conv.1.1.running_var",
        "features.2.conv.2.weight",
        "features.17.conv.3.weight",
    } <= names


def test_a_torchvision_checkpoint_loads_tensor_by_tensor(
    nested_source: MobileNetV2, tmp_path: Path
) -> None:
    path = tmp_path / "mobilenet_v2.pth"
    torch.save(torchvision_state(nested_source), path)
    backbone = MobileNetV2(width=WIDTH, low_stride=8)

    report = load_imagenet_checkpoint(backbone, path)

    wanted = weights_of(nested_source)
    assert report.loaded == tuple(sorted(wanted))
    assert report.missing == report.misshapen == ()
    assert report.is_complete
    tail = [f"features.18.1.{n}" for n in ("bias", "running_mean", "running_var", "weight")]
    assert report.unexpected == (*CLASSIFIER, "features.18.0.weight", *tail)
    for name, tensor in weights_of(backbone).items():
        assert torch.equal(tensor, wanted[name]), name


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_flat_checkpoint_loads_and_computes_the_same(wrapped: bool, tmp_path: Path) -> None:
    backbone = MobileNetV2(width=WIDTH)
    source = randomised(FlatNetwork(block_channels(backbone)))
    state = source.state_dict()
    if wrapped:
        state = {"epoch": 3, "state_dict": {f"module.{n}": t for n, t in state.items()}}
    torch.save(state, tmp_path / "flat.pth.tar")

    report = load_imagenet_checkpoint(backbone, tmp_path / "flat.pth.tar")

    assert report.missing == report.misshapen == ()
    assert len(report.loaded) == len(weights_of(backbone))
    assert set(report.unexpected) == {
        n for n in weights_of(source) if n.startswith(("features.18.", "classifier."))
    }
    flat = list(weights_of(source.features[:18]).values())
    for mine, theirs in zip(weights_of(backbone).values(), flat, strict=True):
        assert torch.equal(mine, theirs)
    with torch.inference_mode():
        images = torch.randn(1, 3, 64, 64) / 100
        torch.testing.assert_close(
            backbone.eval()(images).stride32, source.features[:18](images), rtol=1e-5, atol=0
        )


def test_the_report_names_exactly_what_is_wrong(nested_source: MobileNetV2, tmp_path: Path) -> None:
    state = dict(nested_source.state_dict())
    del state["features.3.conv.2.weight"]
    state["features.4.conv.3.bias"] = torch.zeros(3)
    state["extra.weight"] = torch.zeros(2)
    torch.save(state, tmp_path / "damaged.pth")
    backbone = MobileNetV2(width=WIDTH)
    before = backbone.state_dict()["features.4.conv.3.bias"].clone()

    report = load_imagenet_checkpoint(backbone, tmp_path / "damaged.pth")

    assert report.missing == ("features.3.conv.2.weight",)
    assert report.misshapen == ("features.4.conv.3.bias",)
    assert report.unexpected == ("extra.weight",)
    assert not report.is_complete
    assert torch.equal(backbone.state_dict()["features.4.conv.3.bias"], before)


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    torch.save({"layer1.0.weight": torch.zeros(3)}, tmp_path / "resnet.pth")
    with pytest.raises(BadCheckpoint, match=r"resnet\.pth holds no weight that fits"):
        load_imagenet_checkpoint(MobileNetV2(width=WIDTH), tmp_path / "resnet.pth")


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match=r"no checkpoint file .*gone\.pth"):
        load_imagenet_checkpoint(MobileNetV2(width=WIDTH), tmp_path / "gone.pth")


class Dangerous:
    def __reduce__(self) -> tuple:
        return (print, ("executed",))


@pytest.mark.parametrize("content", ["empty", "text", "code", "list", "numbers"])
def test_a_foreign_file_is_refused_and_nothing_in_it_runs(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "foreign.pth"
    if content in ("empty", "text"):
        path.write_text("" if content == "empty" else "not a checkpoint\n" * 50)
    else:
        torch.save({"code": Dangerous(), "list": [1], "numbers": {"a": 1}}[content], path)
    with pytest.raises(BadCheckpoint, match=r"foreign\.pth"):
        load_imagenet_checkpoint(MobileNetV2(width=WIDTH), path)
    assert "executed" not in capsys.readouterr().out
