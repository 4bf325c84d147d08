"""Cached features: those of the network, computed once, and made again when they are damaged."""

import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.clip_source import Clip
from core.errors import Cancelled, DyncellError, StorageFull
from core.feature_file import FeatureLayout
from core.features import (
    ClipFeatures,
    ClipSource,
    FeatureCache,
    batch,
    cached_features,
    feature_bytes,
)
from core.host_lock import host_lock
from core.nn.config import StaticConfig
from core.nn.fold import fold_batch_norms
from core.nn.layout import laid_out
from core.nn.segmenter import Segmenter
from tests.core.small_clips import CONFIG, NoisyClips, digest_of, network

LAYOUT = FeatureLayout.of_config(CONFIG, clips=4, length=3, size=(33, 46))
"""Where things lie in the file of `NoisyClips()`."""

Caching = Callable[..., FeatureCache]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def segmenter() -> Segmenter:
    return network()


@pytest.fixture
def caching(segmenter: Segmenter, tmp_path: Path) -> Caching:
    """Caches the features of a source into one folder."""

    def cached(source: ClipSource, **changes: object) -> FeatureCache:
        asked = {"cache_dir": tmp_path / "cache", "weights_digest": "w", **changes}
        return cached_features(segmenter, source, **asked)  # type: ignore[arg-type]

    return cached


def flip(path: Path, position: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)[0]
        file.seek(position)
        file.write(bytes([byte ^ 0x10]))


@pytest.mark.parametrize(
    ("config", "length", "size"),
    [
        (CONFIG, 3, (33, 46)),
        (replace(CONFIG, low_stride=8, head_upscale=2), 2, (40, 64)),
        (StaticConfig(num_classes=3, width=0.25, channels=1), 1, (16, 16)),
    ],
    ids=str,
)
def test_features_are_those_of_the_network_bit_for_bit(
    config: StaticConfig, length: int, size: tuple[int, int], tmp_path: Path
) -> None:
    segmenter, source = network(config), NoisyClips(2, length=length, size=size)
    cache = cached_features(segmenter, source, cache_dir=tmp_path, weights_digest="w")
    folded = laid_out(fold_batch_norms(segmenter), "cpu")
    for index in range(2):
        frames, labels, sources = source.clip(index)
        images = torch.from_numpy(frames).permute(0, 3, 1, 2) / 255  # (T, 3, H, W)
        with torch.inference_mode():
            low = folded.low(images)
            high = folded.high(low)
            plain_low = segmenter.low(images.contiguous())
            plain_high = segmenter.high(plain_low)
        clip = cache[index]
        assert torch.equal(clip.low, low.bfloat16())
        assert torch.equal(clip.high, high.bfloat16())
        assert np.array_equal(clip.labels.numpy(), labels)
        assert np.array_equal(clip.sources.numpy(), sources)
        torch.testing.assert_close(clip.low.float(), plain_low, rtol=0.01, atol=0.01)
        torch.testing.assert_close(clip.high.float(), plain_high, rtol=0.01, atol=0.01)
    height, width = size
    wanted = feature_bytes(config, clips=2, length=length, height=height, width=width)
    assert cache.nbytes == cache.path.stat().st_size == wanted


def test_features_are_computed_once(caching: Caching, tmp_path: Path) -> None:
    source = NoisyClips()
    seen: list[tuple[int, int]] = []
    first = caching(source, progress=lambda *at: seen.append(at))
    assert source.drawn == [0, 1, 2, 3]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    second = caching(source, progress=lambda *at: seen.append(at))
    assert (len(source.drawn), len(seen)) == (4, 4)
    assert digest_of(first) == digest_of(second)
    assert list((tmp_path / "cache").iterdir()) == [second.path]
    assert second.path.name == f"features-{second.key[:24]}.bin"


def test_the_key_tells_networks_and_clips_apart(tmp_path: Path) -> None:
    def key(source: NoisyClips, *, weights: str = "w", config: StaticConfig = CONFIG) -> str:
        return cached_features(
            network(config), source, cache_dir=tmp_path, weights_digest=weights
        ).key

    keys = [
        key(NoisyClips(1)),
        key(NoisyClips(1, seed=1)),
        key(NoisyClips(1), weights="other"),
        key(NoisyClips(2)),
        key(NoisyClips(1), config=replace(CONFIG, channels=9)),
        key(NoisyClips(1), config=replace(CONFIG, low_stride=8)),
    ]
    assert len(set(keys)) == 6
    assert key(NoisyClips(1)) == keys[0]


def test_features_are_the_same_under_autocast_and_leave_the_threads_alone(
    caching: Caching, tmp_path: Path
) -> None:
    plain = digest_of(caching(NoisyClips()))
    torch.set_num_threads(2)
    with torch.autocast("cpu", torch.bfloat16):
        other = caching(NoisyClips(), cache_dir=tmp_path / "other", threads=1)
    assert torch.get_num_threads() == 2
    assert digest_of(other) == plain


def test_views_are_of_the_map_and_writing_into_them_never_reaches_the_file(
    caching: Caching,
) -> None:
    cache = caching(NoisyClips())
    wanted = digest_of(cache)
    clip = cache[1]
    assert clip.low.data_ptr() == cache[1].low.data_ptr()
    assert clip.low.is_contiguous(memory_format=torch.channels_last)
    assert clip.high.is_contiguous(memory_format=torch.channels_last)
    clip.low.fill_(7)
    clip.labels.fill_(7)
    assert digest_of(caching(NoisyClips())) == wanted


def test_a_clip_out_of_range_is_refused(caching: Caching) -> None:
    cache = caching(NoisyClips())
    for index in (4, -1):
        with pytest.raises(IndexError, match=f"clip {index}; there are 0 to 3"):
            cache[index]
    assert len(list(cache)) == len(cache) == 4


@pytest.mark.parametrize(
    "position",
    [
        *(LAYOUT.start(1), LAYOUT.start(1) + LAYOUT.high_offset),
        *(LAYOUT.start(1) + LAYOUT.source_offset, LAYOUT.start(1) + LAYOUT.labels_offset),
        LAYOUT.start(2) - 1,
    ],
    ids=["low", "high", "sources", "labels", "filling"],
)
def test_a_damaged_clip_is_found_and_it_alone_is_computed_again(
    caching: Caching, position: int, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    path = caching(NoisyClips()).path
    wanted = path.read_bytes()
    flip(path, position)
    source = NoisyClips()
    cache = caching(source)
    assert source.drawn == []
    before = cache[0].low
    with caplog.at_level(logging.WARNING):
        digest = digest_of(cache)
    assert source.drawn == [1]
    assert [record.getMessage() for record in caplog.records] == [
        f"Clip 1 of the features {path} is damaged."
    ]
    assert path.read_bytes() == wanted
    assert digest == digest_of(caching(NoisyClips()))
    assert torch.equal(before, cache[0].low)
    assert list((tmp_path / "cache").iterdir()) == [path]


@pytest.mark.parametrize("position", [40, 300, 512, 540, LAYOUT.head_bytes - 1])
def test_a_damaged_head_has_everything_computed_again(
    caching: Caching, position: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = caching(NoisyClips()).path
    wanted = path.read_bytes()
    flip(path, position)
    source = NoisyClips()
    with caplog.at_level(logging.WARNING):
        caching(source)
    assert source.drawn == [0, 1, 2, 3]
    assert path.read_bytes() == wanted
    assert "are damaged, all are made again: its head has changed" in caplog.text


@pytest.mark.parametrize("length", [0, 100, LAYOUT.start(2), LAYOUT.nbytes - 1])
def test_a_file_that_was_cut_off_is_computed_again(caching: Caching, length: int) -> None:
    path = caching(NoisyClips()).path
    wanted = path.read_bytes()
    path.write_bytes(wanted[:length])
    source = NoisyClips()
    caching(source)
    assert source.drawn == [0, 1, 2, 3]
    assert path.read_bytes() == wanted


def test_threads_that_meet_a_damaged_clip_mend_it_once(caching: Caching) -> None:
    path = caching(NoisyClips()).path
    wanted = caching(NoisyClips())[2].high.clone()
    flip(path, LAYOUT.start(2))
    flip(path, LAYOUT.start(3))
    source = NoisyClips()
    cache = caching(source)
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: cache[2].high, range(8)))
    assert all(torch.equal(high, wanted) for high in read)
    assert source.drawn == [2, 3]


def test_what_another_process_has_mended_is_taken(caching: Caching) -> None:
    path = caching(NoisyClips()).path
    wanted = digest_of(caching(NoisyClips()))
    flip(path, LAYOUT.start(0) + 5)
    sources = [NoisyClips(), NoisyClips()]
    caches = [caching(source) for source in sources]
    assert [digest_of(cache) for cache in caches] == [wanted, wanted]
    assert [source.drawn for source in sources] == [[0], []]


def test_a_disk_that_damages_what_is_written_is_named(caching: Caching, tmp_path: Path) -> None:
    def large() -> NoisyClips:
        return NoisyClips(size=(120, 160))

    path = caching(large()).path
    asked = 0

    def damage_the_first_clip_after_three() -> bool:
        nonlocal asked
        asked += 1
        if asked == 4:
            (written,) = (tmp_path / "cache").glob(".*.tmp")
            flip(written, LAYOUT.start(0))
        return False

    flip(path, LAYOUT.start(0))
    cache = caching(large(), should_stop=damage_the_first_clip_after_three)
    with pytest.raises(DyncellError, match="damaged as soon as it was written: check the disk"):
        cache[0]
    assert cache[1].high.isfinite().all()
    assert cache[0].high.isfinite().all()


def test_a_removed_file_is_still_read(caching: Caching) -> None:
    cache = caching(NoisyClips())
    wanted = digest_of(caching(NoisyClips()))
    cache.path.unlink()
    assert digest_of(cache) == wanted


def test_a_stopped_computation_leaves_nothing(caching: Caching, tmp_path: Path) -> None:
    answers = iter([False, False, True])
    with pytest.raises(Cancelled, match="stopped"):
        caching(NoisyClips(), should_stop=lambda: next(answers))
    assert list((tmp_path / "cache").iterdir()) == []

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        caching(NoisyClips(), progress=fail)
    assert list((tmp_path / "cache").iterdir()) == []
    assert len(list(caching(NoisyClips()))) == 4


def test_a_stopped_mending_leaves_the_other_clips_readable(
    caching: Caching, tmp_path: Path
) -> None:
    path = caching(NoisyClips()).path
    flip(path, LAYOUT.start(0))
    cache = caching(NoisyClips(), should_stop=lambda: True)
    with pytest.raises(Cancelled):
        cache[0]
    assert cache[1].low.isfinite().all()
    assert list((tmp_path / "cache").iterdir()) == [path]


def test_whoever_waits_for_another_process_can_be_stopped(caching: Caching) -> None:
    path = caching(NoisyClips()).path
    path.unlink()
    with host_lock(path.with_suffix(".lock")), pytest.raises(Cancelled):
        caching(NoisyClips(), should_stop=lambda: True)


def start(folder: Path, stall: int = 99) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.core.small_clips", str(folder), str(stall)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_that_start_together_compute_once(caching: Caching, tmp_path: Path) -> None:
    both = [start(tmp_path) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    said = [process.communicate(timeout=60)[0] for process in both]
    assert (tmp_path / "drawn").read_text().split() == ["0", "1", "2", "3"]
    source = NoisyClips()
    assert said == [digest_of(caching(source)) + "\n"] * 2
    assert source.drawn == []
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_killed_computation_is_taken_over_and_leaves_nothing(
    caching: Caching, tmp_path: Path
) -> None:
    (tmp_path / "go").touch()
    with start(tmp_path, stall=2) as killed:
        while not (tmp_path / "drawn").exists() or "2" not in (tmp_path / "drawn").read_text():
            assert killed.poll() is None
            time.sleep(0.02)
        assert len(list((tmp_path / "cache").glob(".*.tmp"))) == 1
        killed.kill()
    source = NoisyClips()
    cache = caching(source)
    assert source.drawn == [0, 1, 2, 3]
    assert list((tmp_path / "cache").iterdir()) == [cache.path]


def test_a_full_disk_is_said_and_nothing_is_left(caching: Caching, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(StorageFull, match=r"full: 0\.0 GB .* clips of noise; free some space"):
            caching(NoisyClips())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "cache").iterdir()) == []


def test_too_little_room_is_said_before_anything_is_computed(caching: Caching) -> None:
    source = NoisyClips(4_000_000, length=16, size=(512, 512))
    with pytest.raises(StorageFull, match=r"full: \d{5}\.\d GB are needed"):
        caching(source, should_stop=lambda: True)


def test_a_batch_holds_the_clips_in_the_order_asked_for(caching: Caching) -> None:
    cache = caching(NoisyClips())
    low, high, labels, sources = batch(cache, [3, 0, 3])
    assert (low.shape, high.shape) == ((3, 3, 8, 9, 12), (3, 3, 8, 5, 6))
    assert (low.dtype, high.dtype, labels.dtype) == (torch.bfloat16, torch.bfloat16, torch.uint8)
    for place, index in enumerate([3, 0, 3]):
        assert torch.equal(low[place], cache[index].low)
        assert torch.equal(high[place], cache[index].high)
        assert torch.equal(labels[place], cache[index].labels)
        assert torch.equal(sources[place], cache[index].sources)
    assert low.permute(0, 1, 3, 4, 2).is_contiguous()
    assert labels.max() == 255
    with pytest.raises(ValueError, match="a batch of 0 clips"):
        batch(cache, [])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda c: c._replace(frames=c.frames[:2], labels=c.labels[:2]), "clip 2 has frames of"),
        (lambda c: c._replace(labels=c.labels[:, :-1]), "clip 2 has frames of"),
        (lambda c: c._replace(frames=c.frames[..., :1]), r"clip 2 .* \(3, 33, 46, 3\) and"),
        (lambda c: c._replace(frames=c.frames / 255), "clip 2 is float64 and uint8"),
        (lambda c: c._replace(labels=c.labels.astype(np.int64)), "clip 2 is uint8 and int64"),
        (lambda c: c._replace(labels=c.labels // 3), "clip 2 has the label 85; 0 to 2 and 255"),
        (lambda c: c._replace(sources=c.sources[:, :-1]), r"\(3, 17, 23\) of int32 are wanted"),
        (lambda c: c._replace(sources=c.sources + 1), "sources outside the picture"),
    ],
)
def test_what_is_no_clip_of_the_source_is_refused_with_its_number(
    caching: Caching, tmp_path: Path, changed: Callable[..., object], said: str
) -> None:
    source = NoisyClips()
    source.clip = lambda index: (  # type: ignore[method-assign,assignment]
        changed(NoisyClips().clip(index)) if index == 2 else NoisyClips().clip(index)
    )
    with pytest.raises(ValueError, match=said):
        caching(source)
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_cannot_be_computed_is_refused_in_one_sentence(
    caching: Caching, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="a source of 0 clips"):
        caching(NoisyClips(0))
    with pytest.raises(ValueError, match="sides of at least 16"):
        caching(NoisyClips(size=(15, 40)))
    with pytest.raises(DyncellError, match="no device 'tpu'; choose cpu or cuda"):
        caching(NoisyClips(), device="tpu")
    with pytest.raises(DyncellError, match="choose 1 or more"):
        caching(NoisyClips(), threads=0)
    if not torch.cuda.is_available():
        with pytest.raises(DyncellError, match="choose the device cpu"):
            caching(NoisyClips(), device="cuda")
    (tmp_path / "file").write_text("")
    with pytest.raises(DyncellError, match="cannot be written to"):
        caching(NoisyClips(), cache_dir=tmp_path / "file" / "cache")
    with pytest.raises(ValueError, match="a clip has as many of each"):
        ClipFeatures(
            low=torch.ones(2), high=torch.ones(2), labels=torch.ones(3), sources=torch.ones(2)
        )
    flat = NoisyClips()
    flat.clip = lambda index: Clip(  # type: ignore[method-assign]
        np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.int32)
    )
    with pytest.raises(ValueError, match=r"frames have shape \(4, 4\)"):
        caching(flat)
