"""Cells that nobody chose: drawn from a space, or those of a search's random twin."""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.genotype import Genotype, InvalidGenotype
from core.space import Space, sample

USUAL_SPACE = Space("extended", nodes=4, cell="light")
"""Where random cells are drawn unless told otherwise."""

_DRAWS_PER_CELL = 100


class BadCohort(BadInput):
    """Random cells that cannot be had as they were asked for."""


@dataclass(frozen=True)
class Cohort:
    """Different cells whose mean is one row.

    Attributes:
        name: What the row is called.
        genotypes: The cells; no two have one key.
    """

    name: str
    genotypes: tuple[Genotype, ...]


def drawn_cells(count: int, *, space: Space = USUAL_SPACE, seed: int = 0) -> Cohort:
    """The first different cells that a seed draws.

    Raises:
        BadCohort: The space does not have that many, as far as chance can tell.
    """
    rng = random.Random(seed)
    found: dict[str, Genotype] = {}
    for _ in range(count * _DRAWS_PER_CELL):
        if len(found) == count:
            break
        genotype = sample(space, rng)
        found.setdefault(genotype.key, genotype)
    if len(found) < count:
        raise BadCohort(f"Chance found {len(found)} different cells only, not {count}.")
    name = f"random cells of {space.name} ({space.nodes} nodes, {space.cell}, drawn with {seed})"
    return Cohort(name, tuple(found.values()))


def twin_cells(path: Path, count: int) -> Cohort:
    """The first different cells of a search's random twin that have a reward.

    Args:
        path: What `dyncell search show NAME --json` printed.
        count: How many.

    Raises:
        BadCohort: The file is none such, or the twin has too few cells.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        name, trials = _twin(document)
    except OSError as error:
        raise BadCohort(f"{path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError, AttributeError, InvalidGenotype) as error:
        raise BadCohort(
            f"{path} is no search with a random twin: give what `dyncell search show NAME --json` "
            "printed."
        ) from error
    if len(trials) < count:
        raise BadCohort(
            f"The twin {name} has {len(trials)} different cells with a reward, not {count}: ask "
            "for fewer random cells."
        )
    return Cohort(f"random cells of {name}", tuple(trials.values())[:count])


def _twin(document: dict[str, Any]) -> tuple[str, dict[str, Genotype]]:
    """The twin's name, and its cells with a reward by key, in the order they were tried."""
    twin = document if document.get("strategy") == "random" else document["twin"]
    found: dict[str, Genotype] = {}
    for trial in sorted(twin["trials"], key=lambda trial: trial["number"]):
        if trial["reward"] is not None:
            found.setdefault(trial["key"], Genotype.from_dict(trial["genotype"]))
    return str(twin["name"]), found
