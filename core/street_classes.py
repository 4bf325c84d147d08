"""Which datasets rendered streets can be learnt beside, and which they usually are."""

from collections.abc import Sequence

from core.errors import DyncellError
from core.palette import CAMVID


def suit_streets(classes: Sequence[str], *, layout: str) -> bool:
    """Whether rendered streets add something: it has their classes and is not rendered itself."""
    return tuple(classes) == CAMVID.names and layout != "synthetic"


def refuse_other_classes(classes: Sequence[str], *, what: str) -> None:
    """Demands the classes of the rendered streets.

    Args:
        classes: Class names of the dataset beside which streets shall be learnt.
        what: The dataset, in words.

    Raises:
        DyncellError: They are others.
    """
    if tuple(classes) != CAMVID.names:
        raise DyncellError(
            f"Synthetic streets know the classes {', '.join(CAMVID.names)}; {what} has others. "
            "Train without them (--synthetic 0)."
        )
