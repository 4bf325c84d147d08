"""What a model file says about itself, read without torch.

A model is one safetensors file; its header (an 8-byte little-endian length, then JSON) carries
our own JSON document under `__metadata__` -> `dyncell`.
"""

import hashlib
import json
import math
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from core.baselines.config import BadBaseline, BaselineConfig
from core.errors import BadCheckpoint
from core.genotype import InvalidGenotype
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.palette import Palette

FORMAT_VERSION = 3
"""Version 1 knew static networks only, version 2 cells too; a model is written as the first version
that knows its kind."""
METADATA_KEY = "dyncell"
_VERSIONS = {"static": 1, "cell": 2, "baseline": 3}
SUFFIX = ".safetensors"
SHIPPED_FOLDER = Path(__file__).parent / "weights"
SHIPPED = {
    "camvid": SHIPPED_FOLDER / "camvid.safetensors",
    "camvid-static": SHIPPED_FOLDER / "camvid-static.safetensors",
}
"""Models that come with the package, by registry name."""

DEFAULT_STATIC = "camvid-static"
"""The static network that a cell lives in unless told otherwise."""

_STATISTICS = ("running_mean", "running_var")
_LARGEST_HEADER = 100_000_000  # safetensors' own limit


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where weights come from.

    Attributes:
        command: The command that makes these weights again.
        seed: The seed of that command.
        steps: Optimiser steps taken.
        data: What the network was trained on, in words.
        data_hash: Hash of that data's description, for telling splits apart.
        code_version: Version of this package that trained it.
        note: What a user should know before trusting the model.
        training: The training config as plain JSON.
    """

    command: str
    seed: int
    steps: int
    data: str
    data_hash: str
    code_version: str
    note: str = ""
    training: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The provenance as plain JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class ModelHeader:
    """The JSON header of a model file.

    Attributes:
        palette: Class names and colours, in the order of the class ids.
        config: The sizes of the static network.
        provenance: Where the weights come from.
        metrics: Scores measured when the model was made, shares in percent.
        cell: The sizes of the cell; None for a model without one.
        baseline: The rule that makes the static network steadier or cheaper without learning
            anything; None for a model without one. No model has both.
    """

    palette: Palette
    config: StaticConfig
    provenance: Provenance
    metrics: dict[str, Any] = field(default_factory=dict)
    cell: CellConfig | None = None
    baseline: BaselineConfig | None = None

    def __post_init__(self) -> None:
        if self.cell is not None and self.baseline is not None:
            raise ValueError("a model has a cell or is a baseline, not both")
        if self.palette.num_classes != self.config.num_classes:
            raise ValueError(
                f"{self.palette.num_classes} class names for {self.config.num_classes} classes"
            )

    @property
    def kind(self) -> str:
        """What the model is made of: `static`, `cell` where it has one, or `baseline`."""
        if self.baseline is not None:
            return "baseline"
        return "static" if self.cell is None else "cell"

    @property
    def key_interval(self) -> int | None:
        """Every how many frames the static network runs, 0 = on the first and on cuts only.

        None for a static network alone, which runs on every frame.
        """
        if self.baseline is not None:
            return self.baseline.key_interval
        return None if self.cell is None else self.cell.key_interval

    def to_json(self) -> str:
        """Writes the header as one JSON object with sorted keys."""
        document = {
            "version": _VERSIONS[self.kind],
            "kind": self.kind,
            "classes": list(self.palette.names),
            "colours": [list(colour) for colour in self.palette.colours],
            "config": self.config.to_dict(),
            "provenance": self.provenance.to_dict(),
            "metrics": self.metrics,
        }
        if self.cell is not None:
            document["cell"] = self.cell.to_dict()
        if self.baseline is not None:
            document["baseline"] = self.baseline.to_dict()
        return json.dumps(document, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote.

        Raises:
            BadCheckpoint: The format version is newer than this program's.
            ValueError: The document is not a header.
        """
        document = json.loads(text)
        version = document["version"]
        if not isinstance(version, int) or version < 1:
            raise ValueError(f"format version {version!r}")
        if version > FORMAT_VERSION:
            raise BadCheckpoint(
                f"The model file has format version {version}, this program reads up to "
                f"{FORMAT_VERSION}: update dyncell to use it."
            )
        kind = document["kind"]
        parts = {"cell", "baseline"} & set(document)
        if kind not in _VERSIONS or parts != {kind} - {"static"}:
            raise ValueError(f"model kind {kind!r} is unknown or lacks its cell or rule")
        return cls(
            cell=CellConfig.from_dict(document["cell"]) if kind == "cell" else None,
            baseline=BaselineConfig.from_dict(document["baseline"]) if kind == "baseline" else None,
            palette=Palette(
                names=tuple(document["classes"]),
                colours=tuple((int(r), int(g), int(b)) for r, g, b in document["colours"]),
            ),
            config=StaticConfig.from_dict(document["config"]),
            provenance=Provenance(**document["provenance"]),
            metrics=document["metrics"],
        )


def read_header(path: Path) -> ModelHeader:
    """Reads a model file's header; the tensors stay unread and torch unloaded.

    Raises:
        BadCheckpoint: The file is missing, no model of ours, cut off or of a newer version.
    """
    document = _read_safetensors_header(path)
    text = (document.get("__metadata__") or {}).get(METADATA_KEY)
    if text is None:
        raise BadCheckpoint(
            f"{path.name} is a safetensors file but no dyncell model: it carries no model header. "
            "Choose a file written by dyncell."
        )
    try:
        return ModelHeader.from_json(text)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidGenotype, BadBaseline) as error:
        raise BadCheckpoint(
            f"The model header of {path.name} is damaged ({error}): fetch the file again."
        ) from error


def count_parameters(path: Path) -> int:
    """Trained values in a model file: all tensors but the statistics of batch norms.

    Raises:
        BadCheckpoint: The file is missing, foreign or cut off.
    """
    return sum(
        math.prod(entry["shape"])
        for name, entry in _read_safetensors_header(path).items()
        if name != "__metadata__" and not name.endswith(_STATISTICS)
    )


def model_digest(path: Path) -> str:
    """SHA-256 of the file in hexadecimal: the identity of a model."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _read_safetensors_header(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or not 2 <= length <= min(_LARGEST_HEADER, size):
                raise _foreign(path)
            raw = file.read(length)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        document = json.loads(raw)
        end = max(
            (entry["data_offsets"][1] for key, entry in document.items() if key != "__metadata__"),
            default=0,
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise _foreign(path) from error
    if size != 8 + length + end:
        raise BadCheckpoint(
            f"{path.name} is cut off or damaged: {size} bytes instead of {8 + length + end}. "
            "Fetch the file again."
        )
    return dict(document)


def _foreign(path: Path) -> BadCheckpoint:
    return BadCheckpoint(
        f"{path.name} is no dyncell model: choose a {SUFFIX} file written by dyncell."
    )


def _unreadable(path: Path, error: OSError) -> BadCheckpoint:
    if isinstance(error, FileNotFoundError):
        return BadCheckpoint(f"There is no model file {path}: check the path.")
    if isinstance(error, IsADirectoryError):
        return BadCheckpoint(f"{path} is a folder, not a model file: name the file inside it.")
    return BadCheckpoint(f"The model file {path} cannot be read: {error.strerror}.")
