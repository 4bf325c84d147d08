"""Rendered streets that a training learns from beside its dataset."""

from core.palette import Palette
from core.street_classes import refuse_other_classes
from core.train.synthetic_data import SyntheticData, SyntheticStreets
from tasks.context import JobContext
from tasks.training import stage_reporter


def rendered_streets(
    context: JobContext, streets: SyntheticStreets, palette: Palette
) -> SyntheticData:
    """The streets, rendered on first use.

    Args:
        context: The training's job, which is told how far the rendering is.
        streets: Which frames.
        palette: Classes of the dataset beside which they are learnt.

    Raises:
        DyncellError: The dataset has other classes than the streets.
    """
    refuse_other_classes(palette.names, what="this dataset")
    return SyntheticData(
        streets,
        cache_dir=context.folder.settings.cache / "synthetic",
        progress=stage_reporter(context, "rendering streets"),
    )
