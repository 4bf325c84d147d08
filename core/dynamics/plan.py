"""How many steps of the network a measurement takes: for its progress, and for an estimate."""

from core.dynamics.protocol import PAST, DynamicsProtocol, ModelClass
from core.nn.cell_config import CellConfig

_PLAYED = 3
"""Long videos: a still image, noise, a clip."""


def model_class(cell: CellConfig | None, *, is_baseline: bool = False) -> ModelClass:
    """What runs between the key frames of a model with that cell, or without one."""
    if is_baseline:
        return "baseline"
    if cell is None:
        return "static"
    if cell.genotype is None:
        return "copy"
    return "light" if cell.is_light else "full"


def planned_steps(
    protocol: DynamicsProtocol, kind: ModelClass, *, frames: int, key_interval: int
) -> dict[str, int]:
    """About how many frames are run for each part.

    Args:
        protocol: What is asked.
        kind: What the model is.
        frames: How many frames are judged.
        key_interval: The model's.
    """
    followed = kind in ("light", "full")
    phases = max(1, key_interval)
    behind = PAST + phases // 2 + protocol.horizon + 1
    cuts = max(0, min(protocol.splices, frames - protocol.horizon))
    return {
        "distance": (frames + protocol.farthest) * (1 + protocol.farthest * followed),
        "lag": phases * (frames + PAST),
        "recovery": 2 * cuts * behind + cuts * protocol.horizon,
        "past": 3 * (frames + PAST) if kind == "full" else 0,
        "drift": _PLAYED * protocol.long if followed else 0,
    }
