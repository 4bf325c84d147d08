"""`python -m tests.benchmarks.motion_pairs`

How often does chance draw the pair of nodes by which the named cells `propagate` and `correct` see
motion: `align` of `prev_high` by what `correlate` makes of `low` and `prev_low`? Any operations
stand before them. Drawn are light cells of four nodes of the space `extended`.
"""

import argparse
import random

from core.genotype import Genotype
from core.named_genotypes import NAMED
from core.space import Space, sample


def main() -> None:
    """Draws genotypes and prints the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, space = random.Random(options.seed), Space("extended", 4, "light")
    drawn = [sample(space, rng) for _ in range(options.count)]
    for word in ("correlate", "align"):
        having = sum(any(node.combine == word for node in cell.nodes) for cell in drawn)
        print(f"{word}: {100 * having / options.count:.2f}%")
    pairs = sum(map(has_motion_pair, drawn))
    print(f"the pair: {100 * pairs / options.count:.3f}% ({pairs} of {options.count:,})")
    named = [name for name, cell in NAMED.items() if has_motion_pair(cell)]
    print(f"named cells that have it: {', '.join(named)}")


def has_motion_pair(cell: Genotype) -> bool:
    """Whether an `align` moves `prev_high` by a correlation of `low` and `prev_low`."""
    for node in cell.nodes:
        for by, moved in ((node.left, node.right), (node.right, node.left)):
            if node.combine == "align" and moved == "prev_high" and by.isdigit():
                match = cell.nodes[int(by)]
                if match.combine == "correlate" and {match.left, match.right} == {
                    "low",
                    "prev_low",
                }:
                    return True
    return False


if __name__ == "__main__":
    main()
