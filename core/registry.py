"""The model registry: shipped weights enter by themselves, names and paths lead to files."""

import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.artifacts import artifact_id
from core.cell_cost import CellCost, cell_cost
from core.cell_description import model_cell, model_static
from core.cost import Cost, static_cost
from core.data_folder import DataFolder
from core.errors import BadCheckpoint, NameTaken, NotFound
from core.model_file import (
    SHIPPED,
    SUFFIX,
    ModelHeader,
    count_parameters,
    model_digest,
    read_header,
)
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.records import Model, new_id
from core.store import models

DEFAULT_MODEL = "camvid"
"""The model a command uses unless told otherwise."""


def register_shipped(folder: DataFolder) -> None:
    """Adds the shipped models, or replaces those of an older version that nothing uses."""
    for name, path in SHIPPED.items():
        sha256 = model_digest(path)
        with folder.database.reading() as session:
            known = {model.name: model for model in models.list_models(session, limit=1000)}
        if name not in known:
            _import_shipped(folder, path, name)
        elif known[name].is_shipped and known[name].sha256 != sha256:
            _replace_shipped(folder, known[name], path)


def described(path: Path) -> dict[str, Any]:
    """What the registry keeps of a weights file, as arguments of `core.store.models.add`.

    Raises:
        BadCheckpoint: The file is not one of ours, or damaged.
    """
    header = read_header(path)
    return {
        "kind": header.kind,
        "sha256": model_digest(path),
        "size": path.stat().st_size,
        "palette": header.palette,
        "config": _config(header),
        "provenance": header.provenance.to_dict(),
        "metrics": header.metrics,
        "params": count_parameters(path),
    }


def import_model(
    folder: DataFolder,
    path: Path,
    *,
    name: str,
    is_shipped: bool = False,
    model_id: str | None = None,
) -> Model:
    """Takes a weights file into the registry, under an id chosen before where there is one.

    Raises:
        BadCheckpoint: The file is not one of ours, or damaged.
        NameTaken: Another model has the name.
    """
    values = described(path)
    model_id = model_id or new_id()
    artifact = artifact_id(model_id, 0, "weights.safetensors")
    folder.artifacts.put(path, artifact)
    try:
        with folder.database.writing() as session:
            return models.add(
                session, model_id, name=name, artifact=artifact, is_shipped=is_shipped, **values
            )
    except Exception:
        folder.artifacts.delete(artifact)
        raise


def find_model_row(folder: DataFolder, name: str) -> Model | None:
    """The model of that name or id; None where there is none."""
    try:
        with folder.database.reading() as session:
            return models.get(session, name)
    except NotFound:
        return None


def resolve_model(folder: DataFolder, name_or_path: str) -> Path:
    """The weights file behind a registry name, an id or a path.

    Raises:
        NotFound: Nothing of that name or path exists.
    """
    looks_like_path = "/" in name_or_path or name_or_path.endswith(SUFFIX)
    if looks_like_path:
        path = Path(name_or_path).expanduser()
        if not path.is_file():
            raise BadCheckpoint(f"There is no weights file {name_or_path}; check the path.")
        return path
    with folder.database.reading() as session:
        model = models.get(session, name_or_path)
    return folder.artifacts.local_copy(model.artifact)


def model_cost(model: Model, *, height: int, width: int) -> Cost | CellCost:
    """What the model's network costs for one frame of that size.

    Raises:
        ValueError: The frame is too small for the network.
    """
    static = model_static(model)
    if "cell" not in model.config:
        return static_cost(static, height=height, width=width)
    cell = CellConfig.from_dict(model.config["cell"])
    return cell_cost(static, cell, height=height, width=width)


def deployed_parameters(model: Model) -> int:
    """What is counted of a model everywhere: its parameters as deployed, batch norms folded."""
    height = int(model.config.get("input_size") or 360)
    return model_cost(model, height=height, width=4 * height // 3).parameters


def command_again(model: Model, names: Mapping[str, Sequence[str]]) -> str:
    """The command that makes the model again; empty where nobody knows.

    Args:
        model: A model of the registry.
        names: Names of models by the hash of their weights.
    """
    static = (model.provenance.get("training") or {}).get("static")
    if not isinstance(static, str):
        return str(model.provenance.get("command") or "")
    cell = model_cell(model)
    if cell is not None and cell.genotype is not None:
        return ""  # its file has the command of its static network alone
    name = next(iter(names.get(static, ())), "STATIC")
    return f"dyncell baselines {shlex.quote(name)} DATASET --split SPLIT --trained none"


def can_begin_training(model: Model, *, width: float) -> bool:
    """Whether a static network of that width, of the usual sizes else, can begin from the model."""
    sizes = StaticConfig(num_classes=1, width=width).to_dict()
    same = sizes.keys() - {"num_classes", "input_size"}
    return model.kind == "static" and all(model.config.get(key) == sizes[key] for key in same)


def _config(header: ModelHeader) -> dict[str, Any]:
    """The static network's sizes, and under `cell` or `baseline` what else the model has."""
    config = header.config.to_dict()
    if header.baseline is not None:
        return config | {"baseline": header.baseline.to_dict()}
    return config if header.cell is None else config | {"cell": header.cell.to_dict()}


def _replace_shipped(folder: DataFolder, old: Model, path: Path) -> None:
    """The name moves to the new weights; results of the old ones keep their model."""
    with folder.database.writing() as session:
        models.retire(session, old.id, name=f"{old.name} ({old.id[:8]})")
    _import_shipped(folder, path, old.name)


def _import_shipped(folder: DataFolder, path: Path, name: str) -> None:
    with suppress(NameTaken):  # another process that started just now was quicker
        import_model(folder, path, name=name, is_shipped=True)
