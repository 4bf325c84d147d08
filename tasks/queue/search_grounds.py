"""What a search stands on, judged before anything of it is kept."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.model_file import read_header
from core.nn.config import StaticConfig
from core.records import Dataset, Model
from core.search.config import AUTO, SearchConfig
from core.search.constraint import anything, draw_accepted
from core.search.limit import cost_limit
from core.search.static_fit import STATIC_WIDTH, refuse_unfit
from core.store import datasets, models
from tasks.queue.evaluations import split_digest
from tasks.queue.labelled_images import judged_images

_NOMINAL = (360, 480)  # pixels; a cell's share of the static network's MACs hardly depends on them
_NOMINAL_SLACK = 1.05
_DRAWS = 1000  # about a second, where none is accepted


def checked_grounds(
    folder: DataFolder, config: SearchConfig
) -> tuple[Dataset | None, Model | None]:
    """The rows of the dataset and of the static network; None for what lies at a path.

    The static network is None, too, where one is to be found or trained. What nobody knows yet, as
    the frames of a dataset at a path, the preparation judges.

    Raises:
        NotFound: There is no such dataset or static network.
        DyncellError: The dataset is not ready or has too few labelled frames to be divided, the
            static network is unfit, or no genotype of the space keeps the limit on cost.
    """
    with folder.database.reading() as session:
        data, static = _dataset(session, config), _static(session, config)
    held_out = judged_images(folder, data, config.split) if data is not None else ()
    _refuse_unfit(config, data, static, held_out=held_out)
    _refuse_empty(config, static)
    return data, static


def _dataset(session: Session, config: SearchConfig) -> Dataset | None:
    """The dataset's row; None where it lies at a path."""
    try:
        found = datasets.get(session, config.dataset)
    except NotFound:
        if Path(config.dataset).expanduser().exists():
            return None
        raise
    if found.is_ready or found.origin != "shipped":
        split_digest(found, config.split)
    return found


def _static(session: Session, config: SearchConfig) -> Model | None:
    """The static network's row; None where one is to be found or lies at a path."""
    if config.static == AUTO:
        return None
    try:
        found = models.get(session, config.static)
    except NotFound:
        if Path(config.static).expanduser().is_file():
            return None
        raise
    return found


def _refuse_unfit(
    config: SearchConfig,
    data: Dataset | None,
    static: Model | None,
    *,
    held_out: Sequence[str],
) -> None:
    """What is known of the static network now is judged now; the preparation looks again."""
    if config.static == AUTO:
        return
    is_known = data is not None and data.artifact is not None
    wanted = data.classes if data is not None and is_known else None
    if static is not None:
        has_cell, classes = static.kind != "static", static.classes
        training = static.provenance.get("training", {})
    else:
        header = read_header(Path(config.static).expanduser())
        has_cell, classes = header.kind != "static", header.palette.names
        training = header.provenance.training
    refuse_unfit(
        config.static if static is None else static.name,
        has_cell=has_cell,
        classes=classes,
        training=training,
        dataset=Path(config.dataset).name,
        wanted=wanted,
        held_out=held_out,
    )


def _refuse_empty(config: SearchConfig, static: Model | None) -> None:
    """Demands a genotype within the limit on cost; the preparation asks again, exactly."""
    if static is not None:
        network = StaticConfig.from_dict(static.config)
    else:
        network = StaticConfig(num_classes=11, width=STATIC_WIDTH)
    height, width = _NOMINAL
    share = config.most_macs_share
    if share is not None:
        config = replace(config, macs_share=share * _NOMINAL_SLACK)
    accepts = cost_limit(config, network, height=height, width=width) or anything
    draw_accepted(config.genotypes, random.Random(config.seed), accepts=accepts, most_draws=_DRAWS)
