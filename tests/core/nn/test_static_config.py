import subprocess
import sys

import pytest

from core.nn.config import StaticConfig


def test_a_config_survives_the_round_trip_through_json() -> None:
    config = StaticConfig(num_classes=7, width=1, low_stride=8, head_upscale=2, input_size=512)
    assert StaticConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_classes", 0),
        ("num_classes", 255),
        ("num_classes", 3.5),
        ("width", 0),
        ("width", "wide"),
        ("width", float("nan")),
        ("low_stride", 16),
        ("head_upscale", 3),
        ("input_size", 8),
        ("channels", True),
    ],
)
def test_a_bad_value_is_named(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key):
        StaticConfig.from_dict({"num_classes": 3, key: value})


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"depth.*channels"):
        StaticConfig.from_dict({"num_classes": 3, "depth": 2})


@pytest.mark.parametrize("text", ["[]", "{}", "3"])
def test_a_text_that_is_no_config_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="config"):
        StaticConfig.from_json(text)


def test_configs_are_read_without_torch() -> None:
    code = (
        "import sys, core.nn.config, core.train.config, core.model_file;"
        "sys.exit('torch' in sys.modules or 'cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
