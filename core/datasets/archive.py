"""Zips of unknown origin, unpacked without trusting anything they say about themselves."""

import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from core.datasets.listing import is_junk
from core.datasets.problems import BadDataset
from core.datasets.progress import Progress, ShouldStop
from core.datasets.storage import said_when_full
from core.errors import Cancelled

_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_DEEPEST = 40
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much an archive may hold.

    Attributes:
        entries: Files and folders.
        total: Bytes of all files together, unpacked.
        ratio: Unpacked bytes per byte of the archive: masks deflate well, bombs far better.
        free_ratio: Bytes that may be unpacked whatever the ratio is.
    """

    entries: int = 500_000
    total: int = 400 * 2**30
    ratio: float = 150.0
    free_ratio: int = 256 * 2**20

    def most_bytes(self, archive: int) -> int:
        """Bytes that an archive of `archive` bytes may unpack to."""
        return min(self.total, max(self.free_ratio, int(self.ratio * archive)))


def extract(
    zip_path: Path,
    into: Path,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> None:
    """Unpacks a zip into a new folder, whole or not at all.

    What operating systems add (`__MACOSX`, `.DS_Store`, ...) is left out; names that Windows
    tools wrote with backslashes are understood; archives in the archive stay as they are.

    Args:
        zip_path: The archive.
        into: The folder to make; it must not exist.
        limits: How much the archive may hold; counted while it is written.
        progress: Told how many files are done and how many there are.
        should_stop: Asked between pieces of 1 MiB.

    Raises:
        BadDataset: It is no zip, is damaged, or holds what no dataset needs: paths that lead out
            of the folder, links, encrypted or repeated files, too much of anything.
        Cancelled: `should_stop` said so; nothing is left behind.
        StorageFull: The disk is full; nothing is left behind.
        FileExistsError: `into` exists.
    """
    if into.exists():
        raise FileExistsError(into)
    part = into.with_name(f".{into.name}.{os.getpid()}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    limits = limits or Limits()
    try:
        full = f"The disk is full: free some space and import {zip_path.name} again."
        with (
            _translated(zip_path.name),
            said_when_full(full),
            zipfile.ZipFile(zip_path) as archive,
        ):
            part.mkdir()
            files = _checked(archive, zip_path.name, limits)
            budget = limits.most_bytes(zip_path.stat().st_size)
            for number, (path, info) in enumerate(files.items(), start=1):
                target = part / path
                target.parent.mkdir(parents=True, exist_ok=True)
                budget -= _write(archive, info, target, budget=budget, should_stop=should_stop)
                if progress is not None:
                    progress(number, len(files))
            part.rename(into)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _checked(archive: zipfile.ZipFile, name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The files to unpack by their path, of an archive that holds nothing it must not."""
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise BadDataset(
            f"{name} holds {len(infos)} files, more than {limits.entries}: pack fewer into one zip."
        )
    files: dict[str, zipfile.ZipInfo] = {}
    seen: dict[str, str] = {}
    for info in infos:
        path = info.filename.replace("\\", "/")
        parts = [part for part in path.split("/") if part not in ("", ".")]
        _check_path(name, path, parts)
        if not parts or any(is_junk(part) for part in parts):
            continue
        _check_kind(name, path, info)
        if info.is_dir() or path.endswith("/"):
            continue
        clean = "/".join(parts)
        same = seen.setdefault(clean.casefold(), clean)
        if clean in files or same != clean:
            raise BadDataset(
                f"{name} holds {clean!r} and {same!r}, which are one file on many disks: rename "
                "one of them and pack the zip again."
            )
        files[clean] = info
    _check_folders(name, files)
    if not files:
        raise BadDataset(f"{name} is empty: pack the folder with the images into it.")
    return files


def _check_path(name: str, path: str, parts: list[str]) -> None:
    if path.startswith("/") or PureWindowsPath(path).drive or ".." in parts:
        raise BadDataset(
            f"{name} holds a file {path!r:.200} that would lie outside of its folder: pack the "
            "dataset's folder again, with an ordinary zip tool."
        )
    if len(parts) > _DEEPEST or any(
        len(part.encode(errors="replace")) > _LONGEST or "\0" in part for part in parts
    ):
        raise BadDataset(
            f"{name} holds a file {path!r:.200} of a path too long or too deep: shorten the names."
        )


def _check_kind(name: str, path: str, info: zipfile.ZipInfo) -> None:
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if mode == stat.S_IFLNK else "a special file"
        raise BadDataset(
            f"{name} holds {what}, {path!r:.200}: put the files themselves into the zip."
        )
    if info.flag_bits & 0x1:
        raise BadDataset(f"{name} is encrypted ({path!r:.200}): pack it without a password.")
    if info.compress_type not in _METHODS:
        raise BadDataset(
            f"{name} is packed in a way (method {info.compress_type}) that cannot be read: pack it "
            "with an ordinary zip tool."
        )


def _check_folders(name: str, files: dict[str, zipfile.ZipInfo]) -> None:
    folded = {path.casefold() for path in files}
    folders: dict[str, str] = {}
    for path in files:
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            same = folders.setdefault(folder.casefold(), folder)
            if folder.casefold() in folded or same != folder:
                raise BadDataset(
                    f"{name} holds {folder!r} twice, which many disks do not tell apart: rename "
                    "one of them and pack the zip again."
                )


def _write(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    target: Path,
    *,
    budget: int,
    should_stop: ShouldStop | None,
) -> int:
    written = 0
    with archive.open(info) as source, target.open("xb") as file:
        while True:
            if should_stop is not None and should_stop():
                raise Cancelled("The import was stopped.")
            data = source.read(_CHUNK)
            if not data:
                return written
            written += len(data)
            if written > budget:
                raise BadDataset(
                    f"{Path(archive.filename or '').name} unpacks to more than is taken (it was at "
                    f"{info.filename!r:.200}): pack fewer files into one zip."
                )
            file.write(data)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BadDataset(
            f"{name} is no zip archive, or a damaged one ({error}): pack or fetch it again."
        ) from error
    except FileNotFoundError as error:
        raise BadDataset(f"There is no file {name}: check the path.") from error
    except OSError as error:
        raise BadDataset(f"{name} cannot be unpacked ({error}): pack or fetch it again.") from error
