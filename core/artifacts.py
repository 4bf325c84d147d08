"""Immutable files: a folder, or any address fsspec knows.

An artifact's id is its name: `<id of its row>.<fence>.<what>.<suffix>`, so a file written by an
owner that lost its job can never be mistaken for the published one. An id that a row does not
name is rubbish; upkeep removes it.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec

from core.errors import DyncellError, NotFound, StorageFull

_NAME = re.compile(r"[0-9a-f]{16}\.[0-9]+\.[a-z0-9_]+(\.[a-z0-9]+)?")
_NO_SPACE = (
    "The disk that holds the files is full; free some space (the Segment page shows what is "
    "used) and try again: nothing already stored was lost."
)


def artifact_id(row_id: str, fence: int, what: str) -> str:
    """The id of the file `what` (say `labels.bin`) that the owner under `fence` writes."""
    name = f"{row_id}.{fence}.{what}"
    _check(name)
    return name


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise DyncellError(f"{name!r} is not an artifact's id.")


@dataclass(frozen=True)
class Artifacts:
    """The files under one address; `cache` holds local copies where the address is remote."""

    url: str
    cache: Path

    @property
    def is_local(self) -> bool:
        """Whether the files are plain files of this host."""
        return "://" not in self.url or self.url.startswith("file://")

    @property
    def folder(self) -> Path:
        """The folder of a local address."""
        return Path(self.url.removeprefix("file://"))

    def put(self, path: Path, name: str) -> int:
        """Takes the local file `path` as the artifact `name`, whole or not at all.

        Returns:
            Its size in bytes.

        Raises:
            StorageFull: The disk is full.
        """
        _check(name)
        size = path.stat().st_size
        with _no_space_translated():
            if self.is_local:
                self._put_local(path, name)
            else:
                system, root = self._remote()
                system.put_file(str(path), f"{root}/{name}")
        return size

    def local_copy(self, name: str) -> Path:
        """A path of this host with the artifact's bytes; it must not be changed.

        Raises:
            NotFound: There is no such artifact.
        """
        _check(name)
        if self.is_local:
            return self._existing(name)
        copy = self.cache / "artifacts" / name
        if not copy.exists():
            system, root = self._remote()
            part = copy.with_name(f"{name}.{os.getpid()}.part")
            copy.parent.mkdir(parents=True, exist_ok=True)
            with _no_space_translated(), _missing_translated(name):
                system.get_file(f"{root}/{name}", str(part))
                part.replace(copy)
        return copy

    def size(self, name: str) -> int:
        """The artifact's size in bytes.

        Raises:
            NotFound: There is no such artifact.
        """
        _check(name)
        if self.is_local:
            return self._existing(name).stat().st_size
        system, root = self._remote()
        with _missing_translated(name):
            return int(system.size(f"{root}/{name}"))

    def open_range(self, name: str) -> Callable[[int, int], bytes]:
        """A reader `(start, length) -> bytes` of the artifact.

        Raises:
            NotFound: There is no such artifact.
        """
        self.size(name)

        def read(start: int, length: int) -> bytes:
            with self.open(name) as file:
                file.seek(start)
                return file.read(length)

        return read

    def open(self, name: str) -> BinaryIO:
        """The artifact, opened for reading in binary and seekable.

        Raises:
            NotFound: There is no such artifact.
        """
        _check(name)
        if self.is_local:
            return self._existing(name).open("rb")
        system, root = self._remote()
        with _missing_translated(name):
            return cast(BinaryIO, system.open(f"{root}/{name}", "rb"))

    def delete(self, name: str) -> None:
        """Removes the artifact; one that is gone already is no error."""
        _check(name)
        if self.is_local:
            (self.folder / name).unlink(missing_ok=True)
            return
        system, root = self._remote()
        if system.exists(f"{root}/{name}"):
            system.rm_file(f"{root}/{name}")
        (self.cache / "artifacts" / name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The ids of all artifacts."""
        if self.is_local:
            found = [path.name for path in self.folder.iterdir()] if self.folder.exists() else []
        else:
            system, root = self._remote()
            paths = system.ls(root, detail=False) if system.exists(root) else []
            found = [str(path).rsplit("/", 1)[-1] for path in paths]
        return sorted(name for name in found if _NAME.fullmatch(name))

    def _existing(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise NotFound(f"The file {name} is not stored any more.")
        return path

    def _put_local(self, path: Path, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{name}.part"
        try:
            _link_or_copy(path, part)
            part.replace(self.folder / name)
        finally:
            part.unlink(missing_ok=True)

    def _remote(self) -> tuple[Any, str]:
        system, root = fsspec.url_to_fs(self.url)
        return system, root


def _link_or_copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _no_space_translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise StorageFull(_NO_SPACE) from error
        raise


@contextmanager
def _missing_translated(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"The file {name} is not stored any more.") from error
