"""The settings of simulated clips as plain data."""

import json
import subprocess
import sys

import pytest

from core.palette import CAMVID, Palette
from core.video.simulation.motion import Motion

OTHER = Motion(length=6, speed=3, movers=[8, 2, 8], standers=(4,), noise=1)


def test_settings_survive_the_way_through_json() -> None:
    for motion in (Motion(), OTHER, Motion.for_palette(CAMVID)):
        again = Motion.from_dict(json.loads(json.dumps(motion.to_dict())))
        assert again == motion
        assert again.digest == motion.digest


def test_every_setting_changes_the_digest() -> None:
    changed = {
        "length": 5,
        "movers": (3,),
        "standers": (3,),
        **{
            name: getattr(Motion(), name) / 2
            for name in Motion().to_dict()
            if name not in ("length", "movers", "standers")
        },
    }
    digests = {Motion(**{name: value}).digest for name, value in changed.items()}
    assert len(digests | {Motion().digest}) == len(Motion().to_dict()) + 1


def test_classes_are_sorted_and_named_once() -> None:
    assert OTHER.movers == (2, 8)
    assert Motion(speed=3).speed == 3.0
    assert Motion(movers=(1, 2)) == Motion(movers=(2, 1))


def test_things_of_camvid_are_found_by_their_names() -> None:
    motion = Motion.for_palette(CAMVID, noise=1)
    names = CAMVID.names
    assert motion.movers is not None
    assert [names[n] for n in motion.movers] == ["Car", "Pedestrian", "Bicyclist"]
    assert [names[n] for n in motion.standers] == ["Pole", "SignSymbol"]
    assert motion.noise == 1


def test_a_palette_without_names_of_things_leaves_it_to_the_size_of_components() -> None:
    palette = Palette(names=("floor", "wall"), colours=((0, 0, 0), (1, 1, 1)))
    assert Motion.for_palette(palette).movers is None
    assert Motion.for_palette(palette, movers=(1,)).movers == (1,)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"length": 0}, "length is 0; 1 to 64"),
        ({"length": 65}, "length is 65"),
        ({"length": 4.0}, "length is 4.0"),
        ({"length": True}, "length is True"),
        ({"speed": -1}, "speed is -1; 0 to 60"),
        ({"speed": float("nan")}, "speed is nan"),
        ({"speed": "5"}, "speed is '5'; it must be a number"),
        ({"noise": True}, "noise is True"),
        ({"compression": 1.01}, "compression is 1.01; 0 to 1"),
        ({"movers": (255,)}, "movers is .255,.; class ids of 0 to 254"),
        ({"movers": 3}, "movers is 3"),
        ({"standers": (1.0,)}, "standers is"),
        ({"movers": (1, 2), "standers": (2, 3)}, "classes .2. are movers and standers"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Motion(**settings)


def test_unknown_settings_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"unknown motion settings \['sped'\]; known are .*speed"):
        Motion.from_dict({"sped": 3})


def test_settings_load_no_opencv_and_no_torch() -> None:
    code = "import sys, core.video.simulation.motion; print({'cv2', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
