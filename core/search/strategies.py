"""The search strategies by name: built afresh, or restored from what one stored."""

import json
import random

from core.errors import DyncellError
from core.genotype_text import shown
from core.search.constraint import Accepts, anything, draw_accepted
from core.search.evolution import EvolutionSearcher
from core.search.ppo import PpoSearcher
from core.search.random_search import RandomSearcher
from core.search.searcher import VERSION, BadSearcher, NumberedSearcher, Searcher
from core.space import Space

STRATEGIES: dict[str, type[NumberedSearcher]] = {
    "ppo": PpoSearcher,
    "random": RandomSearcher,
    "evolution": EvolutionSearcher,
}
"""Name -> class; `from_document` of it restores one."""


def build_searcher(
    strategy: str, *, space: Space, seed: int, accepts: Accepts = anything
) -> Searcher:
    """A strategy at its beginning.

    Args:
        strategy: One of `STRATEGIES`.
        space: Where genotypes come from.
        seed: Decides all chance.
        accepts: What genotypes must meet besides, as a limit on `CellCost.macs_steady`.

    Raises:
        DyncellError: There is no such strategy.
        NothingAccepted: No genotype of the space meets the constraint.
    """
    kind = _kind(strategy)
    draw_accepted(space, random.Random(seed), accepts=accepts)
    return kind(space, seed=seed, accepts=accepts)


def restore_searcher(stored: bytes, *, accepts: Accepts = anything) -> Searcher:
    """The strategy as it was when `Searcher.to_bytes` stored it.

    Args:
        stored: What was stored, see `Searcher.to_bytes`.
        accepts: The constraint it was built with.

    Raises:
        BadSearcher: The bytes hold no strategy's state, or that of another version.
    """
    try:
        document = json.loads(stored)
        version = document["version"]
        if version != VERSION:
            raise ValueError(f"it is of version {shown(version)}, this program reads {VERSION}")
        return _kind(document["strategy"]).from_document(document, accepts=accepts)
    except (LookupError, TypeError, ValueError, DyncellError) as error:
        raise BadSearcher(
            f"The stored state of the search cannot be read ({shown(str(error))}); start the "
            "search again under another name."
        ) from error


def _kind(strategy: str) -> type[NumberedSearcher]:
    if strategy not in STRATEGIES:
        raise DyncellError(
            f"There is no strategy {shown(strategy)}; choose one of {', '.join(STRATEGIES)}."
        )
    return STRATEGIES[strategy]
