"""The classes of several models as one list: classes of the same name are the same class."""

from collections.abc import Sequence

from core.errors import BadInput
from core.palette import IGNORE, Palette

Colour = tuple[int, int, int]


class JoinedClasses:
    """Grows with every model; a class keeps the colour it came with first.

    Attributes:
        names: Names of the classes, in the order of their ids here.
        colours: Their colours, `(r, g, b)`.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.colours: list[Colour] = []

    def join(self, names: Sequence[str], colours: Sequence[Colour]) -> list[int]:
        """Per class of a model its id here; 255 (no class) where there are 254 classes already."""
        return [self._id(name, colour) for name, colour in zip(names, colours, strict=True)]

    def palette(self, colours: Sequence[Colour] = ()) -> Palette:
        """All of them, in the order of their ids here; in other colours where those are given.

        Raises:
            BadInput: There are not as many colours as classes.
        """
        if colours and len(colours) != len(self.names):
            raise BadInput(
                f"{len(colours)} colours for {len(self.names)} classes; open the Player's link "
                "again and export from there."
            )
        return Palette(names=tuple(self.names), colours=tuple(colours or self.colours))

    def _id(self, name: str, colour: Colour) -> int:
        if name in self.names:
            return self.names.index(name)
        if len(self.names) == IGNORE - 1:
            return IGNORE
        self.names.append(name)
        self.colours.append(colour)
        return len(self.names) - 1
