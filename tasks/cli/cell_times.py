"""How long a cell takes, as lines on a terminal."""

from collections.abc import Iterator
from typing import Any

from core.frame_size import frame_size_text
from tasks.cli.options import threads_text

_TIMED = (
    ("steady", "network on a frame of the cell"),
    ("low", "  early encoder"),
    ("cell", "  cell"),
    ("head", "  head"),
    ("key", "network on a key frame"),
    ("high", "  deep encoder and decoder"),
    ("labels", "upsampling and labels, on top of either"),
)


def cell_time_lines(found: dict[str, Any]) -> Iterator[str]:
    """The result of a job `time_cell`, line by line."""
    setting, measured = found["setting"], found["measured"]
    size = frame_size_text(setting["width"], setting["height"])
    yield f"{found['key']}  on {found['static']} at {size}, {measured['frames_timed']} frames each"
    for name, what in _TIMED:
        p50, p95 = (measured[f"{name}_{percentile}_ms"] for percentile in ("p50", "p95"))
        yield f"{p50:9.2f} ms  (95%: {p95:8.2f})  {what}"
    share, cpu_share = (measured[name] for name in ("share", "cpu_share"))
    yield f"{share:9.2f}     of a key frame: the median over the frames, each beside its key frame"
    if cpu_share is None:
        yield "        -     the same in processor time: this machine's clock of it is too coarse"
    else:
        yield f"{cpu_share:9.2f}     the same in processor time"
    yield "medians inside the cell, hooks included:"
    yield f"{found['projections_p50_ms']:9.2f} ms  projections"
    for number, node in enumerate(found["nodes"]):
        yield f"{node['p50_ms']:9.2f} ms  {number}  {node['node']}"
    yield f"{found['join_p50_ms']:9.2f} ms  join"
    busy = ", the machine was busy with other work" if setting["busy"] else ""
    yield (
        f"{setting['processor']} ({setting['host']}), {setting['precision']}, "
        f"{threads_text(setting['threads'])}, torch {setting['torch']}{busy}"
    )
