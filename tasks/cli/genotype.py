"""`dyncell genotype`: cells as data, from a terminal."""

import random
import sys
from typing import cast, get_args

import click

from core.cell_cost import cell_cost
from core.errors import DyncellError
from core.frame_size import parse_frame_size
from core.genotype import MAX_NODES, Genotype, parse_genotype
from core.genotype_document import cost_document, diff_document, genotype_document
from core.genotype_text import MAX_BYTES
from core.known_genotypes import find_genotype
from core.model_file import DEFAULT_STATIC, SHIPPED, read_header
from core.named_genotypes import DESCRIPTIONS, NAMED, resolve_genotype
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.registry import resolve_model
from core.settings import Settings
from core.space import CellClass, Space, SpaceName, sample
from tasks.cli.cell_times import cell_time_lines
from tasks.cli.options import open_folder, print_json, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground
from tasks.queue.cells import timing_payload

DEFAULT_SIZE = "480x360"

_STDIN = "-"


@click.group()
def genotype() -> None:
    """Samples, shows, times, compares and lists genotypes.

    A GENOTYPE is a name (see list), a key, a JSON file, a model that has a cell, or - for standard
    input.
    """


@genotype.command("sample")
@click.option("--space", type=click.Choice(get_args(SpaceName)), default="paper", show_default=True)
@click.option("--nodes", type=click.IntRange(1, MAX_NODES), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--cell",
    type=click.Choice(get_args(CellClass)),
    default="any",
    show_default=True,
    help="Light cells never read high, full ones do.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def sample_(
    settings: Settings, space: str, nodes: int, seed: int, cell: str, as_json: bool
) -> None:
    """Draws a genotype; the same seed draws the same one everywhere."""
    chosen = Space(cast(SpaceName, space), nodes, cast(CellClass, cell))
    _show(
        settings, sample(chosen, random.Random(seed)), DEFAULT_STATIC, DEFAULT_SIZE, as_json=as_json
    )


@genotype.command()
@click.argument("genotype", metavar="GENOTYPE")
@click.option(
    "--static",
    default=DEFAULT_STATIC,
    show_default=True,
    help="The static network it is costed with: a name or a weights file.",
)
@click.option(
    "--size",
    default=DEFAULT_SIZE,
    show_default=True,
    metavar="WIDTHxHEIGHT",
    help="The frame it is costed for, as the network sees it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def show(settings: Settings, genotype: str, static: str, size: str, as_json: bool) -> None:
    """Prints the nodes, the key and the cost of GENOTYPE."""
    _show(settings, _read(settings, genotype), static, size, as_json=as_json)


@genotype.command("time")
@click.argument("genotype", metavar="GENOTYPE")
@click.option(
    "--static",
    default=DEFAULT_STATIC,
    show_default=True,
    help="The static network it is timed on: a name or a weights file.",
)
@click.option(
    "--size",
    default=DEFAULT_SIZE,
    show_default=True,
    metavar="WIDTHxHEIGHT",
    help="The frames it is timed on, as the network sees them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def time_(settings: Settings, genotype: str, static: str, size: str, as_json: bool) -> None:
    """Times GENOTYPE and each of its nodes on this machine's processor.

    The cell has learnt nothing, which takes as long as one that has.
    """
    width, height = _size(size)
    cell = _read(settings, genotype)
    payload = timing_payload(CellConfig.of(cell), width=width, height=height)
    folder = open_folder(settings)
    weights = resolve_model(folder, static)
    payload |= {"static": static, "weights": str(weights.absolute())}
    title = f"Time the cell {cell.key} on {static} at {size} (from a terminal)"
    with progress_bar() as tell:
        job = run_in_foreground(folder, "time_cell", payload, title=title, on_progress=tell)
    if as_json:
        print_json(job.result)
        return
    for line in cell_time_lines(job.result):
        click.echo(line)


@genotype.command()
@click.argument("a")
@click.argument("b")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def diff(settings: Settings, a: str, b: str, as_json: bool) -> None:
    """Prints which nodes the genotypes A and B have in common, and which only one has."""
    if a == b == _STDIN:
        raise click.UsageError("Only one of A and B can be -, standard input.")
    first, second = _read(settings, a), _read(settings, b)
    document = diff_document(first, second)
    if as_json:
        print_json(document)
        return
    click.echo(f"A  {first.key}\nB  {second.key}")
    for title, key in (("in both", "same"), ("only in A", "only_a"), ("only in B", "only_b")):
        click.echo(f"{title}:" if document[key] else f"{title}: none")
        for entry in document[key]:
            numbers = ", ".join(f"{side.upper()} {entry[side]}" for side in "ab" if side in entry)
            click.echo(f"  {numbers:<9} {entry['node']}")


@genotype.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def list_(settings: Settings, as_json: bool) -> None:
    """Lists the genotypes that have a name."""
    if as_json:
        print_json(
            {
                "genotypes": [
                    {"name": name, "description": DESCRIPTIONS[name], **genotype_document(found)}
                    for name, found in NAMED.items()
                ]
            }
        )
        return
    for name, found in NAMED.items():
        click.echo(f"{name:<12}{found.key}  {DESCRIPTIONS[name]}")


def _read(settings: Settings, text: str) -> Genotype:
    if text in NAMED or text.endswith(".json"):
        return resolve_genotype(text)
    if text != _STDIN:
        return find_genotype(open_folder(settings), text)
    data = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
    return parse_genotype(data, source="standard input")


def _show(settings: Settings, genotype: Genotype, static: str, size: str, *, as_json: bool) -> None:
    width, height = _size(size)
    cost = cell_cost(_static_config(settings, static), genotype, height=height, width=width)
    if as_json:
        print_json(genotype_document(genotype) | cost_document(cost))
        return
    click.echo(f"{genotype.key}  {_class(genotype)}, reads {', '.join(genotype.inputs)}")
    for number, node in enumerate(genotype.nodes):
        click.echo(f"{number}  {node}")
    click.echo(f"output: {' and '.join(f'node {number}' for number in genotype.outputs)}")
    click.echo(
        f"with {static} at {width}x{height}: {cost.parameters:,} parameters; multiply-accumulates "
        f"{cost.macs_steady / 1e6:,.1f} M on a frame of the cell, {cost.macs_key / 1e6:,.1f} M on "
        "a key frame"
    )


def _size(text: str) -> tuple[int, int]:
    """Width and height of the text `480x360`."""
    try:
        return parse_frame_size(text)
    except DyncellError as error:
        raise click.BadParameter(str(error), param_hint="'--size'") from error


def _static_config(settings: Settings, static: str) -> StaticConfig:
    """The shipped networks are known without a data folder."""
    path = SHIPPED[static] if static in SHIPPED else resolve_model(open_folder(settings), static)
    return read_header(path).config


def _class(genotype: Genotype) -> str:
    return "light" if genotype.is_light else "full"
