"""The label maps of a range of frames as a zip of PNGs, with the classes beside them."""

import json
import zipfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from core.datasets.classes_json import FILE
from core.durable import replace_file
from core.label_png import label_png
from core.palette import IGNORE, Palette
from core.video.clip import Labels
from core.video.output import no_space_translated


def label_map_name(frame: int) -> str:
    """What the label map of a frame is called: `000123.png`."""
    return f"{frame:06}.png"


class LabelMapsWriter:
    """Writes `masks/000123.png` for each frame, its number in the video, and `classes.json`.

    With the images beside `masks` that is a dataset as `dyncell data import masks` takes it. The
    file appears under its name when the with block ends well.
    """

    def __init__(self, path: Path, palette: Palette) -> None:
        """Prepares writing; the file is opened by `with`.

        Args:
            path: The zip to make.
            palette: Names and colours of the classes.
        """
        self._path, self._palette = Path(path), palette
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Opens a temporary file.

        Raises:
            StorageFull: The disk is full.
        """
        with ExitStack() as stack:
            stack.enter_context(no_space_translated(self._path.name))
            part = stack.enter_context(replace_file(self._path))
            # PNGs are compressed already.
            self._zip = stack.enter_context(zipfile.ZipFile(part, "w", zipfile.ZIP_STORED))
            self._zip.writestr(FILE, json.dumps(_described(self._palette), indent=2) + "\n")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Completes the file, or removes it where the block failed.

        Raises:
            StorageFull: The disk is full; nothing is left behind.
        """
        self._stack.__exit__(kind, error, trace)

    def write(self, labels: Labels, frame: int) -> None:
        """Adds the label map of a frame, (H, W) uint8.

        Raises:
            StorageFull: The disk is full; nothing is left behind.
        """
        with no_space_translated(self._path.name):
            self._zip.writestr(f"masks/{label_map_name(frame)}", label_png(labels, self._palette))


def _described(palette: Palette) -> dict[str, object]:
    named = zip(palette.names, palette.colours, strict=True)
    return {
        "classes": [
            {"name": name, "colour": list(colour), "id": number}
            for number, (name, colour) in enumerate(named)
        ],
        "mode": "ids",
        "void": [IGNORE],
    }
