"""What lies in a folder, seen once, without what operating systems leave behind."""

import re
from collections.abc import Iterable
from pathlib import Path

from core.datasets.image_header import SUFFIXES
from core.datasets.problems import BadDataset, Problems

MOST_FILES = 1_000_000
"""Files of the largest folder that is looked at."""

_JUNK = re.compile(r"\.|__MACOSX$|Thumbs\.db$|desktop\.ini$", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")


def is_junk(name: str) -> bool:
    """Whether a file or folder of that name is no part of anybody's data: `.DS_Store`, ..."""
    return _JUNK.match(name) is not None


def natural(text: str) -> list[str | int]:
    """A sorting key that counts: frame2 comes before frame10."""
    parts = _NUMBER.split(text)
    return [int(part) if number % 2 else part for number, part in enumerate(parts)]


class Listing:
    """The files below one folder.

    Paths are relative to it and written with `/`; the folder itself is the empty path. Links
    that lead out of it are noted as problems and not followed.

    Attributes:
        root: The folder.
        problems: Where links that lead out are noted.
    """

    def __init__(self, root: Path, problems: Problems) -> None:
        """Looks through the folder.

        Raises:
            BadDataset: It is no folder, cannot be read, or holds too many files.
        """
        self.root, self.problems = root, problems
        self._folders: dict[str, list[str]] = {}
        self._files: dict[str, list[str]] = {}
        self._real = root.resolve()
        self._count = 0
        try:
            self._walk("", seen=(self._real,))
        except NotADirectoryError as error:
            raise BadDataset(f"{root} is no folder: name a folder or a zip.") from error
        except FileNotFoundError as error:
            raise BadDataset(f"There is no folder {root}: check the path.") from error
        except OSError as error:
            raise BadDataset(
                f"{error.filename} cannot be read ({error.strerror}): change its permissions."
            ) from error

    def folders(self, below: str = "") -> list[str]:
        """The names of the folders in a folder."""
        return self._folders.get(below, [])

    def files(self, below: str = "") -> list[str]:
        """The names of the files in a folder; none where there is no such folder."""
        return self._files.get(below, [])

    def images(self, below: str = "") -> list[str]:
        """The names of the images in a folder."""
        return [name for name in self.files(below) if is_image(name)]

    def all_folders(self) -> list[str]:
        """The paths of all folders, the folder itself first."""
        return list(self._files)

    def all_images(self, below: str) -> list[str]:
        """The paths, relative to the folder `below`, of all images in it and deeper."""
        found = [
            join(folder, name)
            for folder in self._files
            if folder == below or folder.startswith(f"{below}/") or not below
            for name in self.images(folder)
        ]
        return [path[len(below) + 1 :] if below else path for path in found]

    def has(self, path: str) -> bool:
        """Whether there is a file of that path."""
        folder, _, name = path.rpartition("/")
        return name in self._files.get(folder, ())

    def has_folder(self, path: str) -> bool:
        """Whether there is a folder of that path."""
        return path in self._files

    def path(self, relative: str) -> Path:
        """The path of a file as the system knows it."""
        return self.root / relative

    def _walk(self, below: str, *, seen: tuple[Path, ...]) -> None:
        here = self.root / below
        folders: list[str] = []
        files: list[str] = []
        for entry in sorted(here.iterdir(), key=lambda path: natural(path.name)):
            if is_junk(entry.name):
                continue
            if entry.is_symlink() and not self._stays_within(entry):
                self.problems.add(
                    f"{join(below, entry.name)} is a link that leads out of the folder: put the "
                    "files themselves there."
                )
            elif entry.is_dir():
                folders.append(entry.name)
            elif entry.is_file():
                files.append(entry.name)
        self._count += len(files)
        if self._count > MOST_FILES:
            raise BadDataset(f"{self.root} holds more than {MOST_FILES} files: name a part of it.")
        self._folders[below], self._files[below] = folders, files
        for name in folders:
            real = (here / name).resolve()
            if real not in seen:
                self._walk(join(below, name), seen=(*seen, real))

    def _stays_within(self, link: Path) -> bool:
        try:
            return link.resolve(strict=True).is_relative_to(self._real)
        except (OSError, RuntimeError):
            return False


def join(*parts: str) -> str:
    """One path of several, empty ones left out."""
    return "/".join(part for part in parts if part)


def stem(name: str) -> str:
    """The path without the suffix of its file."""
    folder, _, file = name.rpartition("/")
    return join(folder, file.rpartition(".")[0] or file)


def is_image(name: str) -> bool:
    """Whether a file's suffix is that of an image."""
    return name.lower().endswith(SUFFIXES)


def by_stem(
    paths: Iterable[str], problems: Problems, *, within: str = "", suffix: str = ""
) -> dict[str, str]:
    """The paths by their stems.

    Args:
        paths: Paths of files.
        problems: Where two files of one stem are noted.
        within: The folder they lie in, for messages.
        suffix: What the stems end with, cut off here; files without it are left out.
    """
    found: dict[str, str] = {}
    for path in paths:
        if not stem(path).endswith(suffix):
            continue
        key = stem(path).removesuffix(suffix) if suffix else stem(path)
        if key in found:
            problems.add(
                f"{join(within, found[key])} and {join(within, path)} have the same name but for "
                "the suffix: remove one of them."
            )
        else:
            found[key] = path
    return found
