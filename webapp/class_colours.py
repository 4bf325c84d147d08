"""The colours that classes are shown in on this browser's pages."""

from collections.abc import Sequence

from core.distinct_palette import DISTINCT, Colour, distinct_colours
from webapp.components.colour_choice import is_distinct


def class_colours(colours: Sequence[Colour]) -> tuple[Colour, ...]:
    """The classes' own colours, or those of the second palette where this browser asks for it.

    Args:
        colours: One `(r, g, b)` per class; with more than the second palette has they stay.
    """
    if is_distinct() and len(colours) <= len(DISTINCT):
        return distinct_colours(colours)
    return tuple(colours)
