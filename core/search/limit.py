"""Which genotypes of a space are cheap enough for a search; imports no torch."""

from collections.abc import Callable

from core.cell_cost import cell_cost
from core.genotype import Genotype
from core.nn.config import StaticConfig
from core.search.config import SearchConfig


def cost_limit(
    config: SearchConfig, static: StaticConfig, *, height: int, width: int
) -> Callable[[Genotype], bool] | None:
    """Whether a genotype costs no more MACs on a steady frame than the search allows.

    Args:
        config: The search.
        static: The static network cells are put on.
        height: Rows of a frame as the network sees it.
        width: Columns of it.

    Returns:
        None where the search has no limit.
    """
    share = config.most_macs_share
    if share is None:
        return None

    def is_cheap(genotype: Genotype) -> bool:
        cost = cell_cost(static, genotype, height=height, width=width)
        return cost.macs_steady <= share * cost.macs_key

    return is_cheap
