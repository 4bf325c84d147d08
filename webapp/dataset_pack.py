"""Open packs of datasets: their indexes are kept, as many as fit a small budget."""

from functools import lru_cache

from core.artifacts import Artifacts
from core.datasets.pack import PackReader


@lru_cache(maxsize=8)
def open_pack(artifacts: Artifacts, artifact: str) -> PackReader:
    """The reader of a pack; its bytes are read by range wherever they lie.

    Raises:
        NotFound: The pack is not stored any more.
        BadDataset: It is damaged.
    """
    with artifacts.open(artifact) as file:  # its table of contents is read at once
        return PackReader.over(file, artifacts.open_range(artifact), name=artifact)
