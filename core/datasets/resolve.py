"""A path becomes a dataset: a pack is opened, a zip or a folder is packed into a cache first."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from core.datasets.listing import Listing, join
from core.datasets.pack import PackReader, is_pack
from core.datasets.problems import BadDataset, Problems
from core.datasets.progress import Progress, ShouldStop
from core.datasets.scan import ScannedLayout
from core.errors import NotFound

_VERSION = 1  # another number when folders are read otherwise than before


def open_path(
    path: Path,
    *,
    cache_dir: Path,
    layout: ScannedLayout = "auto",
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> PackReader:
    """Opens what lies at a path as a dataset.

    A zip or a folder is packed once into `cache_dir`; as long as the names, sizes and times of
    its files stay as they are, the pack is used again.

    Args:
        path: A pack, a zip of a known layout, or a folder in one.
        cache_dir: Where packs are kept; its content may be deleted between uses.
        layout: How the files lie.
        progress: Told frames packed and frames in all, where packing is needed.
        should_stop: Asked between frames.

    Raises:
        NotFound: There is nothing at the path.
        BadDataset: It is no dataset, or something is wrong with it.
        Cancelled: `should_stop` said so; nothing is left behind.
        StorageFull: The disk is full; nothing is left behind.
    """
    path = Path(path)
    if not path.exists():
        raise NotFound(f"There is nothing at {path}: check the path.")
    if path.is_file() and is_pack(path):
        return PackReader(path)
    place = _digest([str(path.resolve()), layout])[:16]
    pack = cache_dir / f"{place}-{_digest(_state(path))[:16]}.pack"
    if pack.exists():
        try:
            return PackReader(pack)
        except BadDataset:
            pack.unlink()
    _pack(path, pack, layout=layout, progress=progress, should_stop=should_stop)
    for older in cache_dir.glob(f"{place}-*.pack"):
        if older != pack:
            older.unlink(missing_ok=True)
    return PackReader(pack)


def _pack(
    path: Path,
    out: Path,
    *,
    layout: ScannedLayout,
    progress: Progress | None,
    should_stop: ShouldStop | None,
) -> None:
    # OpenCV is loaded only where something must be decoded.
    from core.datasets.archive import extract
    from core.datasets.packing import pack
    from core.datasets.scan import scan

    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".unpacked-") as unpacked:
        folder = path
        if path.is_file():
            folder = Path(unpacked) / (path.stem or "zip")
            extract(path, folder, should_stop=should_stop)
        pack(scan(folder, layout), out, progress=progress, should_stop=should_stop)


def _state(path: Path) -> list[object]:
    """What changes when the files at a path change: names, sizes and times."""
    if path.is_file():
        return [_VERSION, *_file_state(path)]
    listing = Listing(path, Problems())
    files = [
        join(folder, name) for folder in listing.all_folders() for name in listing.files(folder)
    ]
    return [_VERSION, [[name, *_file_state(listing.path(name))] for name in files]]


def _file_state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _digest(document: object) -> str:
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()
