"""Turns a module into an ONNX model; needs the packages of the extra `export`."""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import torch
from torch import nn

from core.errors import DyncellError

if TYPE_CHECKING:
    from onnx import ModelProto

OPSET = 18
"""The version of ONNX's operators; not the newest, so that older runtimes can run the graphs."""

_NOISY = "torch.onnx._internal.exporter._registration"  # regrets that torchvision is missing


def refuse_missing_exporter() -> None:
    """Says how to go on where the packages that write ONNX are missing.

    Raises:
        DyncellError: They cannot be imported.
    """
    for name in ("onnx", "onnxscript"):
        try:
            import_module(name)
        except ImportError as error:
            raise DyncellError(
                f"ONNX export needs the package {name}, which cannot be imported ({error}); in "
                "dyncell's folder run: .venv/bin/pip install -e '.[export]'"
            ) from error


def onnx_graph(
    module: nn.Module, inputs: Mapping[str, torch.Tensor], *, outputs: Sequence[str]
) -> "ModelProto":
    """Writes a module as an ONNX model with fixed shapes; the same module gives the same bytes.

    Nothing of this machine is in it: the exporter's traces of our source are taken out.

    Args:
        module: In eval mode, without gradients.
        inputs: Name -> example, whose shape and type count; in the order of `forward`.
        outputs: Names of what `forward` returns, a tuple.

    Raises:
        DyncellError: The packages of the extra `export` are missing.
    """
    refuse_missing_exporter()
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            module,
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=list(outputs),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    model: ModelProto = program.model_proto
    _take_out_traces(model)
    return model


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger(_NOISY)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logger.setLevel(level)


def _take_out_traces(model: "ModelProto") -> None:
    graph = model.graph
    parts = (graph.node, graph.input, graph.output, graph.initializer, graph.value_info)
    for part in (model, graph, *(entry for entries in parts for entry in entries)):
        for field in ("metadata_props", "doc_string"):
            part.ClearField(field)
