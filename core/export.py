"""Writes a model as ONNX graphs whose state goes in and out: `OUT.key.onnx`, `OUT.steady.onnx`."""

from pathlib import Path

import torch

from core.errors import DyncellError
from core.frame_size import LARGEST_SIDE, frame_size_text
from core.model_file import ModelHeader, model_digest, read_header
from core.nn.cell_plan import GRID_STRIDE
from core.nn.config import MIN_SIDE, StaticConfig
from core.nn.dynamic import DynamicSegmenter
from core.nn.fold import fold_batch_norms
from core.nn.frame_step import STATE, KeyStep, SteadyStep
from core.nn.weights import load_network
from core.onnx_files import Kind, OnnxExport, export_metadata, export_paths, save_graphs
from core.onnx_graph import onnx_graph, refuse_missing_exporter

_USUAL_SHAPE = (4, 3)  # width to height, of many cameras and of CamVid


def export_onnx(
    model: Path, out: Path, *, height: int | None = None, width: int | None = None
) -> OnnxExport:
    """Writes a model as ONNX graphs for frames of one size.

    Batch norms are folded; scaling to [0, 1], normalisation, upsampling of the logits and argmax
    are in the graphs. `OUT.key.onnx` maps `frame` (1, H, W, 3) uint8 RGB to `labels` (1, H, W)
    uint8 and, of a model with a cell, to the state `low` and `high`, float32. `OUT.steady.onnx`,
    of a model with a cell only, maps `frame`, `prev_low` and `prev_high` to the same. A static
    network and a `copy` have a key graph alone, which returns labels alone; a steady file that an
    earlier export left beside it is removed, because the two would not belong together.

    Args:
        model: The model file.
        out: Where the files' names begin; older files are replaced.
        height: Rows of the frames; with `width` None the usual size, see `usual_size`.
        width: Columns of the frames.

    Raises:
        BadCheckpoint: The model file is missing or damaged.
        DyncellError: The packages of the extra `export` are missing, or the model is a baseline.
        StorageFull: The disk is full; older files are as they were.
        ValueError: The size is too small or too large, or only one side is given.
    """
    refuse_missing_exporter()
    header = read_header(model)
    if header.baseline is not None:
        raise DyncellError(
            f"{model.name} is the baseline {header.baseline}: its rule runs outside of the network "
            "and has no graph. Export the static network that it is made of."
        )
    size = _checked_size(header.config, height, width)
    network, _ = load_network(model)
    network = fold_batch_norms(network)
    key, steady = export_paths(out)
    made = OnnxExport(
        key=key,
        steady=None if network.cell is None else steady,
        kind=_kind(header),
        height=size[0],
        width=size[1],
        key_interval=1 if header.cell is None else header.cell.key_interval,
        model_sha256=model_digest(model),
    )
    frame = {"frame": torch.zeros(1, *size, 3, dtype=torch.uint8)}
    outputs = ("labels",) if network.cell is None else ("labels", *STATE)
    graphs = {key: onnx_graph(KeyStep(network, size).eval(), frame, outputs=outputs)}
    if network.cell is not None:
        inputs = frame | _state(network, header.config, size)
        step = SteadyStep(network, size).eval()
        graphs[steady] = onnx_graph(step, inputs, outputs=outputs)
    save_graphs(graphs, export_metadata(header, made))
    if network.cell is None:
        steady.unlink(missing_ok=True)
    return made


def usual_size(config: StaticConfig) -> tuple[int, int]:
    """The (height, width) that a model is exported for unless told otherwise.

    The short side is the model's `input_size`, the shape 4:3.
    """
    across, down = _USUAL_SHAPE
    return config.input_size, round(config.input_size * across / down)


def _checked_size(config: StaticConfig, height: int | None, width: int | None) -> tuple[int, int]:
    if height is None and width is None:
        return usual_size(config)
    if height is None or width is None:
        raise ValueError(f"the size is height {height} and width {width}; give both or none")
    if min(height, width) < MIN_SIDE or max(height, width) > LARGEST_SIDE:
        raise ValueError(
            f"the size {frame_size_text(width, height)} cannot be exported; sides of {MIN_SIDE} "
            f"to {LARGEST_SIDE} pixels are possible"
        )
    return height, width


def _kind(header: ModelHeader) -> Kind:
    if header.cell is None:
        return "static"
    return "copy" if header.cell.genotype is None else "cell"


def _state(
    network: DynamicSegmenter, config: StaticConfig, size: tuple[int, int]
) -> dict[str, torch.Tensor]:
    """Examples of what a steady step reads of the frame before it."""

    def zeros(channels: int, stride: int) -> torch.Tensor:
        return torch.zeros(1, channels, *(-(-side // stride) for side in size))

    low = zeros(network.static.backbone.low_channels, config.low_stride)
    high = zeros(config.channels, GRID_STRIDE)
    return {f"prev_{name}": values for name, values in zip(STATE, (low, high), strict=True)}
