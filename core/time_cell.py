"""How long a model with a cell takes on this machine: stage by stage and node by node."""

import copy
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import nn

from core.engine import Engine
from core.metrics.latency import Latency
from core.nn.build import add_cell
from core.nn.cell_config import CellConfig
from core.nn.dynamic import CellState, DynamicSegmenter
from core.nn.encoder_plan import LAST_FEATURE
from core.nn.weights import load_network
from core.other_work import is_busy_now
from core.time_model import TIMED, WARM_UP
from core.video.clip import Rgb

PASSES = 3
"""How often every frame is run: as a key frame and, twice, as a frame of the cell."""

_CPU_INFO = Path("/proc/cpuinfo")

Marks = list[tuple[str, float]]
"""The points that one frame has passed: what ended there, and when."""


@dataclass(frozen=True)
class CellTiming:
    """One timing of a cell.

    Attributes:
        setting: `device processor precision backend threads cores torch host width height busy`;
            `busy` says that other processes were at work.
        measured: `frames_timed`, `warm_up`, and `NAME_p50_ms` and `NAME_p95_ms` of `steady` (the
            network on a frame of the cell), `key` (on a key frame), their stages `low high cell
            head`, and `labels` (upsampling and argmax, which come on top of either). `share` is
            the median over the frames of `steady` by `key`, both on one frame, the one right
            after the other; `cpu_share` is the same of processor time, which other processes take
            nothing of.
        nodes: Median milliseconds of every node of the canonical genotype, from a pass of its own
            whose hooks are included.
        projections_ms: The same from the beginning of the cell to its first node.
        join_ms: The same from the last node to the end of the cell.
    """

    setting: dict[str, Any]
    measured: dict[str, Any]
    nodes: tuple[float, ...]
    projections_ms: float
    join_ms: float


def fresh_network(weights: Path, config: CellConfig) -> DynamicSegmenter:
    """The static network of a model file with a cell that has learnt nothing.

    Args:
        weights: The model file; a cell that it has is left out.
        config: The cell.

    Raises:
        BadCheckpoint: The file is missing, foreign or damaged.
    """
    network, header = load_network(weights)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return add_cell(network.static, config, header.config)


def time_cell(
    network: DynamicSegmenter,
    frames: Sequence[Rgb],
    *,
    warm_up: int = WARM_UP,
    timed: int = TIMED,
    progress: Callable[[int, int], None] | None = None,
) -> CellTiming:
    """Runs a network with a cell on frames in a loop, one at a time, on the CPU in fp32.

    Every frame is a key frame and a frame of the cell, one right after the other and each of them
    first by turns, so that a machine whose speed wanders slows both alike. Then a pass over the
    frames of the cell times every node. Stages and nodes are told apart by hooks on whole modules,
    which cost microseconds each.

    Args:
        network: It is copied, not changed.
        frames: (H, W, 3) uint8 RGB each, of one size: a clip, looped when it is short.
        warm_up: Frames of every pass before the clock counts.
        timed: Frames of every pass that count.
        progress: Called with frames done and frames in all; may raise to stop.

    Raises:
        ValueError: There are no frames, or the network has no cell.
    """
    if not frames:
        raise ValueError("no frames to time the cell on")
    if network.cell is None:
        raise ValueError("the network has no cell to time")
    busy = is_busy_now()
    tell = _counted(PASSES * (warm_up + timed), progress)
    marks: Marks = []
    engine = Engine(_with_stages_noted(network, marks))
    keys = _Kind(engine, marks, warm_up=warm_up, is_key=True)
    steady = _Kind(engine, marks, warm_up=warm_up)
    nodes = _Kind(Engine(_with_nodes_noted(network, marks)), marks, warm_up=warm_up)
    looped = [frames[number % len(frames)] for number in range(warm_up + timed)]
    for number, frame in enumerate(looped):
        for kind in (keys, steady) if number % 2 else (steady, keys):
            kind.run(frame)
            tell()
    for frame in looped:
        nodes.run(frame)
        tell()
    named = {"key": keys.parts["network"], "steady": steady.parts["network"]}
    named |= {"high": keys.parts["high"]}
    named |= {name: steady.parts[name] for name in ("low", "cell", "head", "labels")}
    shares = {
        "share": _median_share(steady.seconds[warm_up:], keys.seconds[warm_up:]),
        "cpu_share": _median_share(steady.cpu_seconds[warm_up:], keys.cpu_seconds[warm_up:]),
    }
    return CellTiming(
        setting=_setting(engine, frames[0], busy=busy),
        measured={"frames_timed": timed, "warm_up": warm_up, **_percentiles(named), **shares},
        nodes=tuple(_median(nodes.parts[_node(n)]) for n in range(len(network.cell.nodes))),
        projections_ms=_median(nodes.parts["projections"]),
        join_ms=_median(nodes.parts["join"]),
    )


class _Kind:
    """Runs frames of one kind in an engine and collects how long each part took.

    Attributes:
        parts: The times of every part, and of the `network` as a whole.
        seconds: The network on every frame.
        cpu_seconds: The same in processor time.
    """

    def __init__(self, engine: Engine, marks: Marks, *, warm_up: int, is_key: bool = False) -> None:
        self._engine, self._marks, self._is_key = engine, marks, is_key
        self._warm_up = max(1, warm_up)
        self._state: CellState | None = None
        self.parts: dict[str, Latency] = {}
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []

    def run(self, frame: Rgb) -> None:
        """Runs one frame."""
        engine, marks = self._engine, self._marks
        images = engine.prepare(frame)
        before = engine.key(images)[1] if self._state is None else self._state
        marks[:] = [("start", time.perf_counter())]
        cpu = time.process_time()
        if self._is_key:
            logits, self._state = engine.key(images)
        else:
            logits, self._state = engine.follow(images, before)
        cpu = time.process_time() - cpu
        marks.append(("head", time.perf_counter()))
        taken = marks[-1][1] - marks[0][1]
        engine.labels(logits, (frame.shape[0], frame.shape[1]))
        marks.append(("labels", time.perf_counter()))
        for name, milliseconds in _spans(marks):
            self.parts.setdefault(name, Latency(warm_up=self._warm_up)).update(milliseconds)
        self.seconds.append(taken)
        self.cpu_seconds.append(cpu)


def _median_share(part: Sequence[float], whole: Sequence[float]) -> float | None:
    """The median of what each was of its neighbour; None where nothing was timed.

    A neighbour of no time at all is left out: the clock of processor time may be a coarse one.
    """
    shares = [mine / its for mine, its in zip(part, whole, strict=True) if its > 0]
    return round(median(shares), 4) if shares else None


def _spans(marks: Marks) -> list[tuple[str, float]]:
    """Milliseconds of every part that ended, and of the network as a whole."""
    parts = [(name, 1e3 * (end - begin)) for (_, begin), (name, end) in pairwise(marks)]
    return [*parts, ("network", sum(taken for name, taken in parts if name != "labels"))]


def _with_stages_noted(network: DynamicSegmenter, marks: Marks) -> DynamicSegmenter:
    copied = copy.deepcopy(network)
    backbone = copied.static.backbone
    _note(backbone.features[LAST_FEATURE[backbone.low_stride]], "low", marks)
    _note(copied.static.decoder, "high", marks)
    assert copied.cell is not None
    _note(copied.cell, "cell", marks)
    return copied


def _with_nodes_noted(network: DynamicSegmenter, marks: Marks) -> DynamicSegmenter:
    copied = copy.deepcopy(network)
    assert copied.cell is not None
    _note(copied.cell, "before the cell", marks, before=True)
    for number, node in enumerate(copied.cell.nodes):
        if number == 0:
            _note(node, "projections", marks, before=True)
        _note(node, _node(number), marks)
    _note(copied.cell, "join", marks)
    return copied


def _note(module: nn.Module, name: str, marks: Marks, *, before: bool = False) -> None:
    """Has a module note its end, or its beginning; a copy of it notes into the same list."""

    def note(*_: object) -> None:
        marks.append((name, time.perf_counter()))

    if before:
        module.register_forward_pre_hook(note)
    else:
        module.register_forward_hook(note)


def _node(number: int) -> str:
    return f"node {number}"


def _percentiles(named: dict[str, Latency]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, latency in named.items():
        scores = latency.compute()
        for percentile, value in (("p50", scores.p50_ms), ("p95", scores.p95_ms)):
            found[f"{name}_{percentile}_ms"] = None if value is None else round(value, 3)
    return found


def _median(latency: Latency) -> float:
    median = latency.compute().p50_ms
    assert median is not None
    return round(median, 3)


def _setting(engine: Engine, frame: Rgb, *, busy: bool) -> dict[str, Any]:
    return {
        "device": engine.device,
        "processor": processor_name(),
        "precision": engine.precision,
        "backend": engine.backend,
        "threads": engine.threads,
        "cores": os.cpu_count(),
        "torch": torch.__version__,
        "host": platform.node(),
        "width": frame.shape[1],
        "height": frame.shape[0],
        "busy": busy,
    }


def processor_name() -> str:
    """What the processor calls itself, as far as the system tells."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def _counted(total: int, progress: Callable[[int, int], None] | None) -> Callable[[], None]:
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return tell
