"""Which code makes a search's results: workers of one search must agree on it; imports no torch."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDERS = ("nn", "search", "train", "metrics", "video", "datasets")
"""Folders of `core` whose code decides what a trial comes to."""

FILES = (
    "cell_cost.py",
    "clip_source.py",
    "cost.py",
    "engine.py",
    "feature_extraction.py",
    "feature_file.py",
    "feature_making.py",
    "features.py",
    "genotype.py",
    "genotype_canonical.py",
    "genotype_node.py",
    "palette.py",
    "space.py",
)
"""Single modules of `core` that do."""

LIBRARIES = ("torch", "numpy")
"""Libraries whose versions do."""

_CORE = Path(__file__).parent.parent


@cache
def search_code() -> str:
    """The hash over the content of that code, the same on every host; once per process."""
    return code_hash(_CORE)


def code_hash(core: Path) -> str:
    """The hash over the code under one copy of `core`.

    Args:
        core: The package's folder.
    """
    paths = [path for folder in FOLDERS for path in (core / folder).rglob("*.py")]
    paths += [core / name for name in FILES]
    seen = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        seen.update(f"{path.relative_to(core).as_posix()} {len(content)}\n".encode())
        seen.update(content)
    for library in LIBRARIES:
        seen.update(f"{library} {_version(library)}\n".encode())
    return seen.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
