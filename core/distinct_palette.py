"""The second palette: colours that stay apart for eyes that see fewer of them."""

from collections.abc import Sequence

from core.errors import BadInput

Colour = tuple[int, int, int]

DISTINCT: tuple[Colour, ...] = (
    (88, 88, 120),
    (248, 248, 24),
    (24, 248, 248),
    (216, 24, 24),
    (56, 24, 24),
    (88, 120, 248),
    (152, 120, 120),
    (24, 24, 216),
    (248, 152, 120),
    (24, 24, 56),
    (216, 248, 216),
    (152, 152, 184),
    (24, 24, 120),
    (120, 88, 88),
    (120, 184, 248),
    (56, 88, 216),
    (248, 88, 24),
    (120, 120, 152),
    (216, 184, 184),
    (120, 24, 56),
    (56, 56, 88),
    (184, 120, 88),
    (56, 56, 152),
    (152, 248, 152),
)
"""Each is the one of an even grid of sRGB that is farthest from those before it, by the least
CIEDE2000 as everybody, protanopes, deuteranopes and tritanopes see them (models of Brettel 1997
and Vienot 1999): at least 17 between any two of the first 11, 11 of the first 19, 9 of all."""


def distinct_colours(colours: Sequence[Colour]) -> tuple[Colour, ...]:
    """Colours of `DISTINCT` in the place of others, each by the one most like it.

    Args:
        colours: One `(r, g, b)` of 0..255 per class.

    Raises:
        BadInput: There are more of them than can be told apart.
    """
    if len(colours) > len(DISTINCT):
        raise BadInput(
            f"{len(colours)} classes are too many for the distinct colours: no more than "
            f"{len(DISTINCT)} can be told apart by everybody. Keep the colours of the dataset."
        )
    taken: dict[int, Colour] = {}
    free = list(DISTINCT[: len(colours)])
    pairs = [(k, own, new) for k, own in enumerate(colours) for new in free]
    for k, _, new in sorted(pairs, key=lambda pair: _apart(pair[1], pair[2])):
        if k not in taken and new in free:
            taken[k] = new
            free.remove(new)
    return tuple(taken[k] for k in range(len(colours)))


def _apart(one: Colour, other: Colour) -> float:
    """How different two colours look, roughly: sRGB weighted by the mean of the reds."""
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    mean = (one[0] + other[0]) / 2 / 255
    return (2 + mean) * red**2 + 4 * green**2 + (3 - mean) * blue**2
