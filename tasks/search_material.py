"""What the trials of a search share, opened from the data folder once per process."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from core.dataset_registry import resolve_dataset
from core.datasets.pack import PackReader
from core.errors import DyncellError, Paused
from core.model_file import model_digest, read_header
from core.records import Progress
from core.registry import resolve_model
from core.search.config import SearchConfig
from core.search.material import PartData, TrialMaterial, open_material, part_data
from core.search.split import Part
from core.search_preparation import DATASET, FEATURES, FRAMES
from core.search_records import Search
from tasks.context import JobContext
from tasks.pace import Pace
from tasks.training import THREADS

_KEPT = 2  # searches that take turns in one process
_opened: OrderedDict[tuple[object, ...], TrialMaterial] = OrderedDict()


class Telling:
    """Tells how far opening is, over and over while another process computes what is needed."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._latest = Progress(stage="opening what trials share")
        self._pace = Pace()

    def stage(self, stage: str, unit: str) -> Callable[[int, int], None]:
        """A function that takes units done and units in all of a stage."""
        return lambda done, total: self._tell(Progress(done, total, unit, stage))

    def features(self, part: Part, done: int, total: int) -> None:
        """Takes how many clips of a part have features."""
        self._tell(Progress(done, total, "clips", FEATURES[part]))

    def should_stop(self) -> bool:
        """Says the latest once more; never True, for a stop is raised."""
        self._tell(self._latest)
        return False

    def _tell(self, progress: Progress) -> None:
        self._latest = self._pace.paced(progress)
        self._context.report(self._latest)
        if self._context.pause_requested():
            raise Paused("The search rests; resume it to go on.")


def open_split(context: JobContext, search: Search, telling: Telling) -> PackReader:
    """The dataset of a search.

    Raises:
        DyncellError: It is gone, or holds other frames than the search was prepared with.
    """
    config = SearchConfig.from_dict(search.config)
    reader = resolve_dataset(
        context.folder,
        search.dataset_id or config.dataset,
        report=telling.stage(DATASET, "frames"),
    )
    if search.data_key and reader.index.split_digest(config.split) != search.data_key:
        raise DyncellError(
            f"{config.dataset}/{config.split} holds other frames than when this search began: "
            "bring the same dataset back, then resume; or clone the search."
        )
    return reader


def open_parts(
    context: JobContext, reader: PackReader, config: SearchConfig, telling: Telling, size: int
) -> PartData:
    """The parts S, C and M, frames scaled down to a short side of `size`."""
    return part_data(
        reader,
        split=config.split,
        input_size=size,
        cache_dir=context.folder.settings.cache / "datasets",
        name=Path(config.dataset).name,
        progress=telling.stage(FRAMES, "frames"),
    )


def compute_features(
    context: JobContext, config: SearchConfig, static: Path, parts: PartData, telling: Telling
) -> TrialMaterial:
    """What trials share; features are computed where they are not there yet."""
    return open_material(
        config,
        static,
        cells=parts.cells,
        reward=parts.reward,
        cache_dir=context.folder.settings.cache / "features",
        threads=THREADS,
        told=telling.features,
        should_stop=telling.should_stop,
    )


def shared_material(context: JobContext, search: Search) -> TrialMaterial:
    """What the trials of a prepared search share, from this process's last trial where possible.

    Raises:
        DyncellError: The dataset or the static network is gone or another one.
        Paused: Somebody asked for a rest.
    """
    config = SearchConfig.from_dict(search.config)
    budget = config.budget
    lengths = (budget.length, budget.variants, budget.judge_length, budget.judge_variants)
    key = (search.static_key, search.data_key, config.split, config.device, lengths)
    if key not in _opened:
        telling = Telling(context)
        reader = open_split(context, search, telling)
        static = resolve_model(context.folder, search.static_id or config.static)
        if model_digest(static) != search.static_key:
            raise DyncellError(
                f"The static network {search.prepared['static_name']} is another one than when "
                "this search began: bring it back, then resume; or clone the search."
            )
        size = read_header(static).config.input_size
        parts = open_parts(context, reader, config, telling, size)
        _opened[key] = compute_features(context, config, static, parts, telling)
    _opened.move_to_end(key)
    while len(_opened) > _KEPT:
        _opened.popitem(last=False)
    return _opened[key]
