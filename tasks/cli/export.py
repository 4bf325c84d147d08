"""`dyncell export`: a model as ONNX graphs for other programs."""

from pathlib import Path
from typing import Any

import click

from core.errors import DyncellError
from core.frame_size import parse_frame_size
from core.onnx_files import OnnxExport
from core.settings import Settings
from tasks.cli.options import (
    find_weights,
    open_folder,
    print_json,
    refuse_unwritable,
    with_settings,
)


@click.command()
@click.argument("model")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--size",
    metavar="WIDTHxHEIGHT",
    help="The frame that the graphs take; 4:3 by default, its short side the model's input size.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def export(settings: Settings, model: str, out: Path, size: str | None, as_json: bool) -> None:
    """Writes MODEL as OUT.key.onnx and, if it has a cell, OUT.steady.onnx.

    MODEL is a name, a weights file, `copy`, or GENOTYPE@MODEL for a cell that learnt nothing.
    """
    width, height = (None, None) if size is None else parse_frame_size(size)
    parent = out.absolute().parent
    if not parent.is_dir():
        raise DyncellError(f"There is no folder {parent}; make it first.")
    refuse_unwritable(parent)
    weights = find_weights(open_folder(settings), model)
    from core.export import export_onnx  # loads torch

    made = export_onnx(weights, out, height=height, width=width)
    if as_json:
        print_json(_document(model, made))
        return
    for path in (made.key, made.steady):
        if path is not None:
            click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    click.echo(f"Frames are {made.width}x{made.height}. {made.advice}")


def _document(model: str, made: OnnxExport) -> dict[str, Any]:
    return {
        "model": model,
        "kind": made.kind,
        "sha256": made.model_sha256,
        "width": made.width,
        "height": made.height,
        "key_interval": made.key_interval,
        "key": str(made.key),
        "steady": None if made.steady is None else str(made.steady),
        "advice": made.advice,
    }
