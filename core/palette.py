"""The class names and colours of CamVid, the palette every label map is drawn with."""

from dataclasses import dataclass

IGNORE = 255
"""The label of a pixel that has no class: never trained on, never scored."""


@dataclass(frozen=True)
class Palette:
    """Class names and their colours, in the order of the class ids.

    Attributes:
        names: One name per class.
        colours: One `(r, g, b)` per class, 0..255.
    """

    names: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]

    def __post_init__(self) -> None:
        if len(self.names) != len(self.colours):
            raise ValueError(f"{len(self.names)} names but {len(self.colours)} colours")
        if not 1 <= len(self.names) < IGNORE:
            raise ValueError(f"{len(self.names)} classes; 1 to {IGNORE - 1} are possible")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"class names repeat: {self.names}")
        for colour in self.colours:
            if len(colour) != 3 or not all(0 <= value <= 255 for value in colour):
                raise ValueError(f"{colour} is not a colour: three values of 0 to 255")

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return len(self.names)


CAMVID = Palette(
    names=(
        "Sky",
        "Building",
        "Pole",
        "Road",
        "Pavement",
        "Tree",
        "SignSymbol",
        "Fence",
        "Car",
        "Pedestrian",
        "Bicyclist",
    ),
    colours=(
        (128, 178, 222),
        (150, 84, 70),
        (214, 208, 170),
        (118, 88, 128),
        (226, 138, 178),
        (84, 140, 64),
        (236, 198, 60),
        (132, 120, 104),
        (52, 74, 168),
        (222, 72, 48),
        (40, 168, 168),
    ),
)
