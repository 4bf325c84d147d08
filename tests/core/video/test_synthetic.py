import hashlib
import subprocess
import sys

import numpy as np
import pytest

from core.palette import CAMVID
from core.video.synthetic import SyntheticFrame, SyntheticScene, sequence

_GRID_Y, _GRID_X = np.mgrid[:360, :480]


def _targets(flow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = np.rint(_GRID_Y + flow[..., 1]).astype(int).clip(0, 359)
    columns = np.rint(_GRID_X + flow[..., 0]).astype(int).clip(0, 479)
    return rows, columns


@pytest.fixture(scope="module")
def drive() -> list[SyntheticFrame]:
    return list(sequence(3, 3, start=30))


def test_shapes_and_types_are_as_promised(drive: list[SyntheticFrame]) -> None:
    frame = drive[1]
    assert (frame.image.shape, frame.image.dtype) == ((360, 480, 3), np.uint8)
    assert (frame.labels.shape, frame.labels.dtype) == ((360, 480), np.uint8)
    for flow, visible in (
        (frame.flow_back, frame.visible_back),
        (frame.flow_forward, frame.visible_forward),
    ):
        assert (flow.shape, flow.dtype) == ((360, 480, 2), np.float32)
        assert (visible.shape, visible.dtype) == ((360, 480), np.bool_)
        assert np.isfinite(flow).all()


@pytest.mark.parametrize("seed", [0, 5, 21])
def test_labels_warped_by_the_flow_are_the_labels_where_visible(seed: int) -> None:
    before, here, after = sequence(seed, 3, start=40)
    for other, flow, visible in (
        (before, here.flow_back, here.visible_back),
        (after, here.flow_forward, here.visible_forward),
    ):
        rows, columns = _targets(flow)
        assert visible.mean() > 0.8
        np.testing.assert_array_equal(other.labels[rows, columns][visible], here.labels[visible])


def test_flow_there_and_back_cancels(drive: list[SyntheticFrame]) -> None:
    here, after = drive[1], drive[2]
    rows, columns = _targets(here.flow_forward)
    returned = here.flow_forward + after.flow_back[rows, columns]
    error = np.hypot(returned[..., 0], returned[..., 1])[here.visible_forward]
    # The way back starts at a pixel's middle, up to half a pixel beside where the way there ended.
    assert np.percentile(error, 99) < 0.5


def test_the_picture_moves_as_the_flow_says(drive: list[SyntheticFrame]) -> None:
    before, here = drive[0], drive[1]
    rows, columns = _targets(here.flow_back)
    seen = here.visible_back
    warped = np.abs(before.image[rows, columns].astype(int) - here.image)[seen].mean()
    still = np.abs(before.image.astype(int) - here.image)[seen].mean()
    assert warped < 0.75 * still


def test_the_flow_of_the_road_is_its_analytic_projection() -> None:
    scene = SyntheticScene(3)
    frame, depth = scene.render(30), scene.depth(30)
    here, before = scene.camera.pose(30), scene.camera.pose(29)
    lens = scene.camera.intrinsics
    rows, columns = np.nonzero((frame.labels == CAMVID.names.index("Road")) & (depth < 40))
    for row, column in list(zip(rows, columns, strict=True))[::997]:
        ray = here.rotation.T @ np.linalg.solve(lens, [column, row, 1.0])
        # The road is the plane y = 0 under a camera at a negative y.
        point = here.position - here.position[1] / ray[1] * ray
        assert depth[row, column] == pytest.approx(
            (here.rotation @ (point - here.position))[2], rel=1e-4
        )
        seen = lens @ before.rotation @ (point - before.position)
        expected = seen[:2] / seen[2] - (column, row)
        np.testing.assert_allclose(frame.flow_back[row, column], expected, atol=2e-3)


def test_the_sky_moves_with_the_turn_of_the_camera_alone() -> None:
    scene = SyntheticScene(3)
    frame = scene.render(30)
    here, after = scene.camera.pose(30), scene.camera.pose(31)
    lens = scene.camera.intrinsics
    rows, columns = np.nonzero(frame.labels == 0)
    row, column = rows[500], columns[500]
    seen = lens @ after.rotation @ here.rotation.T @ np.linalg.solve(lens, [column, row, 1.0])
    expected = seen[:2] / seen[2] - (column, row)
    np.testing.assert_allclose(frame.flow_forward[row, column], expected, atol=2e-3)


def test_things_that_move_on_their_own_have_their_own_flow() -> None:
    scene = SyntheticScene(3)
    frame, depth = scene.render(30), scene.depth(30)
    here, before = scene.camera.pose(30), scene.camera.pose(29)
    lens = scene.camera.intrinsics
    pixels = np.stack([_GRID_X, _GRID_Y, np.ones_like(_GRID_X)], axis=2)
    near = np.isfinite(depth)
    rays = pixels[near] @ np.linalg.inv(lens).T * depth[near][:, None]
    seen = ((rays @ here.rotation + here.position) - before.position) @ (lens @ before.rotation).T
    still = seen[:, :2] / seen[:, 2:] - pixels[near][:, :2]
    apart = np.hypot(*(frame.flow_back[near] - still).T)
    moving = np.isin(frame.labels[near], [CAMVID.names.index(n) for n in ("Car", "Pedestrian")])
    known = seen[:, 2] > 1
    assert apart[~moving & known & (frame.labels[near] != 10)].max() < 0.01
    assert np.count_nonzero(apart[moving & known] > 0.2) > 300


def test_every_class_appears_and_thin_things_are_seldom_absent() -> None:
    seen, thin = set(), 0
    for seed in range(12):
        scene = SyntheticScene(seed)
        for t in (0, 60):
            labels = set(np.unique(scene.render_still(t)[1]).tolist())
            seen |= labels
            thin += {2, 6} <= labels
    assert seen == set(range(CAMVID.num_classes))
    assert thin >= 20


def test_the_motion_is_that_of_a_drive() -> None:
    sizes = [
        np.hypot(*np.moveaxis(SyntheticScene(seed).render(t).flow_back, 2, 0)).ravel()
        for seed in range(6)
        for t in (20, 70)
    ]
    median, high = np.percentile(np.concatenate(sizes), [50, 90])
    assert 2 < median < 6
    assert 8 < high < 18


def test_frames_do_not_depend_on_the_order_they_are_asked_for() -> None:
    forward = [frame.image for frame in sequence(7, 4)]
    scene = SyntheticScene(7)
    for t in (3, 0, 2, 1):
        np.testing.assert_array_equal(scene.render(t).image, forward[t])


def test_a_seed_gives_the_same_street_in_another_process() -> None:
    script = (
        "import hashlib; from core.video.synthetic import SyntheticScene as S;"
        "f = S(11, width=160, height=120).render(9);"
        "print(hashlib.sha256(f.image.tobytes() + f.labels.tobytes()"
        " + f.flow_back.tobytes()).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    frame = SyntheticScene(11, width=160, height=120).render(9)
    data = frame.image.tobytes() + frame.labels.tobytes() + frame.flow_back.tobytes()
    assert done.stdout.strip() == hashlib.sha256(data).hexdigest(), done.stderr


def test_streets_differ_between_seeds() -> None:
    images = [SyntheticScene(seed, width=120, height=90).render_still(5)[0] for seed in range(5)]
    for number, image in enumerate(images):
        for other in images[:number]:
            assert np.abs(image.astype(int) - other).mean() > 10


@pytest.mark.parametrize("arguments", [{"seed": -1}, {"seed": 0, "width": 8}])
def test_an_impossible_scene_is_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="needed"):
        SyntheticScene(**arguments)


def test_training_on_a_bare_machine_needs_neither_pyav_nor_torch() -> None:
    script = (
        "import sys, core.video.synthetic, core.video.clip;"
        "print([m for m in ('av', 'torch', 'sqlalchemy', 'celery', 'streamlit')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
