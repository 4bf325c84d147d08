"""The files of an exported model: their names, what they say about themselves, how to run them."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.datasets.storage import said_when_full
from core.durable import replace_file
from core.frame_size import frame_size_text
from core.model_file import ModelHeader

if TYPE_CHECKING:
    from onnx import ModelProto

Kind = Literal["static", "cell", "copy"]

_SUFFIX = ".onnx"


@dataclass(frozen=True, kw_only=True)
class OnnxExport:
    """An exported model.

    Attributes:
        key: The graph of key frames.
        steady: The graph of the frames between them; None where nothing runs there.
        kind: `static`, `cell` or `copy`.
        width: Columns of the frames that the graphs take and of their labels.
        height: Rows of them.
        key_interval: Every how many frames a key frame is due, 1 = every frame is one, 0 = only
            the first frame and scene cuts.
        model_sha256: SHA-256 of the model file that was exported.
    """

    key: Path
    steady: Path | None
    kind: Kind
    width: int
    height: int
    key_interval: int
    model_sha256: str

    def __post_init__(self) -> None:
        if (self.kind == "cell") != (self.steady is not None):
            raise ValueError(f"kind is {self.kind!r}; a model with a cell alone has a steady graph")

    @property
    def advice(self) -> str:
        """What to run on which frame, in one sentence."""
        if self.kind == "static":
            return f"Run {self.key.name} on every frame."
        due = f"every {self.key_interval} frames" if self.key_interval else "on the first frame"
        if self.steady is None:
            return (
                f"Run {self.key.name} {due} and on scene cuts, and repeat its labels in between: "
                "a copy has no cell, so there is no steady file."
            )
        return f"Run {self.key.name} {due} and on scene cuts, {self.steady.name} in between."


def export_paths(out: Path) -> tuple[Path, Path]:
    """The files `OUT.key.onnx` and `OUT.steady.onnx`; an `.onnx` at the end of OUT is left out."""
    stem = out.name.removesuffix(_SUFFIX)
    return out.with_name(f"{stem}.key{_SUFFIX}"), out.with_name(f"{stem}.steady{_SUFFIX}")


def export_metadata(header: ModelHeader, made: OnnxExport) -> dict[str, str]:
    """What stands in the metadata of every file: all that a user must know besides the shapes."""
    origin = header.provenance
    return {
        "classes": json.dumps(header.palette.names),
        "code_version": origin.code_version,
        "colours": json.dumps(header.palette.colours),
        "input_size": str(header.config.input_size),
        "key_interval": str(made.key_interval),
        "kind": made.kind,
        "licence": (
            f"The weights may be used as the terms of their training data allow: {origin.data}"
        ),
        "model_sha256": made.model_sha256,
        "note": origin.note,
        "size": frame_size_text(made.width, made.height),
    }


def save_graphs(graphs: Mapping[Path, "ModelProto"], metadata: Mapping[str, str]) -> None:
    """Writes ONNX files; all of them are written before the first takes its name.

    Args:
        graphs: File -> graph; older files are replaced.
        metadata: Goes into every one.

    Raises:
        StorageFull: The disk is full; older files are as they were.
    """
    from onnx import checker, helper  # of the extra `export`

    names = " and ".join(path.name for path in graphs)
    full = f"The disk has no room for {names}: free some space and export again."
    with said_when_full(full), ExitStack() as files:
        for path, graph in graphs.items():
            graph.producer_name = "dyncell"
            graph.ClearField("producer_version")
            helper.set_model_props(graph, dict(metadata))
            checker.check_model(graph)
            temporary = files.enter_context(replace_file(path))
            temporary.write_bytes(graph.SerializeToString())
