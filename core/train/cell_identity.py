"""Whether a model is what a training would make: the same cell, seed, network, data and config."""

from collections.abc import Mapping
from typing import Any

from core.train.cell_config import CellTraining


def is_made_by(
    provenance: Mapping[str, Any],
    training: CellTraining,
    *,
    motion: Mapping[str, Any],
    variants: int,
    static_key: str,
    data_hash: str,
) -> bool:
    """Whether weights of this provenance come from such a training.

    Where they lie, who ordered them, how often checkpoints were kept and which version of the code
    trained them is left out.

    Args:
        provenance: What a model file or the registry says, as `Provenance.to_dict` has it.
        training: The training.
        motion: `Motion.to_dict` of its simulated clips.
        variants: Simulated clips per image.
        static_key: SHA-256 of the static network's weights.
        data_hash: Hash of the clips.
    """
    made = provenance.get("training") or {}
    static = made.get("static")
    if not isinstance(static, Mapping) or static.get("sha256") != static_key:
        return False
    wanted = training.to_dict() | {"motion": dict(motion), "variants": variants}
    del wanted["checkpoint_every"]
    return provenance.get("data_hash") == data_hash and all(
        key in made and made[key] == value for key, value in wanted.items()
    )
