"""One cell on one static network: its cost and the shapes of its maps, in the order it is shown.

A cell is built and counted in its canonical form; people see the nodes as they wrote them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.cell_cost import CellCost, cell_cost
from core.genotype import INPUTS, Genotype
from core.genotype_diff import diff_genotypes
from core.nn.cell_config import CellConfig
from core.nn.cell_plan import GRID_STRIDE, base_input, is_eased_in, projected_inputs
from core.nn.config import StaticConfig
from core.nn.encoder_plan import LAST_CHANNELS, scaled_channels
from core.records import Model

__all__ = (
    "CellConfig",
    "CellDescription",
    "MapShape",
    "canonical_places",
    "describe_cell",
    "model_cell",
    "model_static",
    "static_sizes",
)

_CELL, _BASELINE = "cell", "baseline"  # where a model's row keeps what it has beside the network


@dataclass(frozen=True)
class MapShape:
    """The shape of a map of features, for one frame."""

    channels: int
    height: int
    width: int

    def __str__(self) -> str:
        """The shape as people read it: `48 x 45 x 60`."""
        return f"{self.channels} x {self.height} x {self.width}"


@dataclass(frozen=True)
class CellDescription:
    """A cell with everything that is known of it without building it.

    Attributes:
        config: The cell's sizes.
        genotype: The nodes in the order in which they were written.
        cost: What it costs; `cost.nodes` is in that order too.
        inputs: Shape of every input, read or not, as it comes.
        grid: Shape of what every node gives.
        projected: The inputs that are brought to the grid's channels.
        base: The input that the cell's answer is at first.
        is_eased_in: Whether learned weights per channel let the nodes in, beginning from `base`.
    """

    config: CellConfig
    genotype: Genotype
    cost: CellCost
    inputs: Mapping[str, MapShape]
    grid: MapShape
    projected: tuple[str, ...]
    base: str
    is_eased_in: bool


def describe_cell(
    genotype: Genotype,
    static: StaticConfig,
    *,
    height: int,
    width: int,
    config: CellConfig | None = None,
) -> CellDescription:
    """Describes a cell for frames of one size.

    Args:
        genotype: The nodes as they shall be shown.
        static: The static network's sizes.
        height: Rows of the frame as the network sees it.
        width: Columns of it.
        config: The sizes of a cell with this genotype; the usual ones where None.

    Raises:
        ValueError: The frame is too small for the network, or the config is of another cell.
    """
    chosen = CellConfig.of(genotype) if config is None else config
    if chosen.genotype != genotype.canonical:
        raise ValueError(f"the config is of another cell than {genotype.key}")
    cost = cell_cost(static, chosen, height=height, width=width)
    places = canonical_places(genotype)
    grid = MapShape(static.channels, -(-height // GRID_STRIDE), -(-width // GRID_STRIDE))
    low = MapShape(
        scaled_channels(LAST_CHANNELS[static.low_stride], static.width),
        -(-height // static.low_stride),
        -(-width // static.low_stride),
    )
    return CellDescription(
        config=chosen,
        genotype=genotype,
        cost=replace(cost, nodes=tuple(cost.nodes[place] for place in places)),
        inputs={name: low if name.endswith("low") else grid for name in INPUTS},
        grid=grid,
        projected=projected_inputs(genotype),
        base=base_input(genotype),
        is_eased_in=is_eased_in(genotype),
    )


def describe_in_search(genotype: Genotype, prepared: Mapping[str, Any]) -> CellDescription | None:
    """Describes a cell of a search for the frames and the static network that it is tried on.

    Args:
        genotype: The nodes as they shall be shown.
        prepared: `core.search_records.Search.prepared`.

    Returns:
        None where the search is not prepared.
    """
    if not prepared:
        return None
    static = StaticConfig.from_dict(prepared["static"])
    return describe_cell(genotype, static, height=prepared["height"], width=prepared["width"])


def canonical_places(genotype: Genotype) -> tuple[int, ...]:
    """For every node its number in the canonical form; equal nodes are paired in any way."""
    return tuple(place for _, place in diff_genotypes(genotype, genotype.canonical).same)


def model_static(model: Model) -> StaticConfig:
    """The sizes of a model's static network."""
    return StaticConfig.from_dict(static_sizes(model.config))


def static_sizes(config: Mapping[str, Any]) -> dict[str, Any]:
    """What the config of a model's row says of the static network alone."""
    return {key: value for key, value in config.items() if key not in (_CELL, _BASELINE)}


def model_cell(model: Model) -> CellConfig | None:
    """The sizes of a model's cell; None for a static network alone."""
    return CellConfig.from_dict(model.config[_CELL]) if _CELL in model.config else None
