"""The job `time_cell`: how long a cell takes on this machine, node by node.

Payload: `cell` (a cell config as JSON) with its `key`, `width` and `height`, and `model_id`, the
model whose static network is used; a command may give a weights file as `weights` instead, with
its name as `static`. The cell has learnt nothing, which takes as long as one that has. The result
is the job's own: no row is made.
"""

from typing import Any

from core.model_file import model_digest
from core.nn.cell_config import CellConfig
from core.records import Progress
from core.registry import resolve_model
from core.time_cell import CellTiming, fresh_network, time_cell
from core.video.clip import Rgb
from core.video.sample import SAMPLE_SEED
from core.video.synthetic import SyntheticScene
from tasks.context import JobContext

_CLIP = 16
"""Rendered frames that the timing loops over."""


def run(context: JobContext) -> None:
    """Times the cell of the payload and keeps the numbers as the job's result."""
    payload = context.job.payload
    config = CellConfig.from_dict(payload["cell"])
    weights = resolve_model(context.folder, payload.get("model_id") or payload["weights"])
    network = fresh_network(weights, config)
    timing = time_cell(
        network,
        _street(context, width=payload["width"], height=payload["height"]),
        progress=lambda done, total: context.report(Progress(done, total, "frames", "timing")),
    )
    found = _result(payload, config, timing) | {"static_sha256": model_digest(weights)}
    context.log(f"{found['measured']['steady_p50_ms']} ms per frame of the cell")
    context.finish(lambda _: found)


def _street(context: JobContext, *, width: int, height: int) -> list[Rgb]:
    scene = SyntheticScene(SAMPLE_SEED, width=width, height=height)
    frames = []
    for number in range(_CLIP):
        frames.append(scene.render_still(number)[0])
        context.report(Progress(number + 1, _CLIP, "frames", "rendering a street"))
    return frames


def _result(payload: dict[str, Any], config: CellConfig, timing: CellTiming) -> dict[str, Any]:
    assert config.genotype is not None
    nodes = zip(config.genotype.nodes, timing.nodes, strict=True)
    return {
        "key": config.genotype.key,
        "cell": config.to_dict(),
        "static": payload["static"],
        "setting": timing.setting,
        "measured": timing.measured,
        "nodes": [{"node": str(node), "p50_ms": taken} for node, taken in nodes],
        "projections_p50_ms": timing.projections_ms,
        "join_p50_ms": timing.join_ms,
        "hooks_included": ["nodes", "projections_p50_ms", "join_p50_ms"],
    }
