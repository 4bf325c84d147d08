"""`classes.json`: what a folder of images and masks says about itself.

Only `classes` is needed, and of a class only its `name`:

    {
      "classes": [
        {"name": "road", "colour": [128, 64, 128], "id": 7},
        {"name": "person", "colour": "#dc143c", "id": [24, 25]}
      ],
      "mode": "ids",                 ids: grey levels or palette indices; rgb: colours.
                                     Default: what the first mask looks like
      "void": [0, 255],              ids or colours of no class. Default: 255, or black
      "unknown": "error",            or "void": what becomes of values that stand nowhere here
      "images": "images",            folder of the images; default `images`
      "masks": "masks",              folder of the masks; default `masks`, else `labels`
      "image_suffix": "",            what image names end with, before .jpg
      "mask_suffix": "_mask",        what mask names end with, before .png
      "sequences": "folder",         or a regular expression over the image's path without suffix,
                                     with the group `sequence` and, at will, the group `number`
      "frame_rate": 30,              frames a second that numbers, else positions, count
      "splits": "folder"             or {"train": "train.txt", "val": "val.txt"}: list files
                                     or {"train": 0.8, "val": 0.2}: shares of each sequence,
                                     or {"train": ["a", "b"], "val": ["c"]}: whole sequences
    }

`id` is the value in the masks (one or a list; default: the place in the list, from 0), `colour`
the class's colour on pages and, with `rgb`, in the masks, unless `mask_colours` lists others.
"""

import re
from dataclasses import dataclass, field
from typing import Literal, cast

from core.datasets.class_list import CLASS_KEYS, ClassList, read_class_list
from core.datasets.index import is_split_name
from core.datasets.json_checks import CheckedObject, is_number
from core.datasets.json_lines import JsonError, JsonLines, read_json
from core.datasets.problems import Problems

FILE = "classes.json"

_KEYS = (
    *CLASS_KEYS,
    *("images", "masks", "image_suffix", "mask_suffix", "sequences", "frame_rate", "splits"),
)
_LONGEST_PATTERN = 300

Splits = Literal["folder"] | dict[str, str | float | tuple[str, ...]]
"""How splits are found: by folder, or per split its list file, its share or its sequences."""


@dataclass(frozen=True, kw_only=True)
class MasksConfig:
    """What `classes.json` says, checked; see the module's text for the meaning of each."""

    classes: ClassList
    images: str | None
    masks: str | None
    image_suffix: str
    mask_suffix: str
    pattern: re.Pattern[str] | None
    frame_rate: float | None
    splits: Splits | None
    lines: JsonLines = field(repr=False)

    def where(self, *path: str | int) -> str:
        """The file and line of a value, for messages."""
        return f"{FILE} line {self.lines.line(path)}"


def read_classes(text: str, problems: Problems) -> MasksConfig | None:
    """Reads the text of `classes.json`.

    Args:
        text: The text.
        problems: Where everything wrong with it is noted.

    Returns:
        What it says; None where something is wrong.
    """
    try:
        lines = read_json(text)
    except JsonError as error:
        problems.add(f"{FILE} line {error.line}: {error}; correct it.")
        return None
    before = len(problems.found)
    document = CheckedObject(lines, problems, file=FILE)
    document.only_keys((), document.value, _KEYS)
    classes = read_class_list(document, hint=f"Correct the file, or {FILE}.")
    rate = document.get(
        "frame_rate", "must be a number above 0", lambda v: is_number(v) and 0 < v < 1e6
    )
    pattern, splits = _pattern(document), _splits(document)
    texts = {key: document.text(key) for key in ("images", "masks", "image_suffix", "mask_suffix")}
    if classes is None or len(problems.found) > before:
        return None
    return MasksConfig(
        classes=classes,
        images=texts["images"],
        masks=texts["masks"],
        image_suffix=texts["image_suffix"] or "",
        mask_suffix=texts["mask_suffix"] or "",
        pattern=pattern,
        frame_rate=rate,
        splits=splits,
        lines=lines,
    )


def _pattern(document: CheckedObject) -> re.Pattern[str] | None:
    text = document.text("sequences")
    if text is None or text == "folder":
        return None
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        document.fail(("sequences",), f"this is no regular expression ({error})")
        return None
    if "sequence" not in pattern.groupindex or len(text) > _LONGEST_PATTERN:
        document.fail(
            ("sequences",),
            'this must be "folder" or a regular expression with a group (?P<sequence>...), of up '
            f"to {_LONGEST_PATTERN} characters",
        )
    return pattern


def _splits(document: CheckedObject) -> Splits | None:
    value = document.value.get("splits")
    if value is None or value == "folder":
        return cast(Splits | None, value)
    if not isinstance(value, dict) or not value:
        document.fail(("splits",), 'this must be "folder" or an object {"train": ...}')
        return None
    for name in value:
        if not is_split_name(name):
            document.fail(("splits", name), f"{name!r} cannot be the name of a split")
    kinds = {_kind(one) for one in value.values()}
    if len(kinds) != 1 or None in kinds:
        document.fail(
            ("splits",),
            "all splits must be list files, or all shares of 0 to 1, or all lists of sequences",
        )
        return None
    if kinds == {"share"} and abs(sum(value.values()) - 1) > 1e-3:
        document.fail(("splits",), f"the shares make {sum(value.values()):g}; they must make 1")
    return {name: tuple(one) if isinstance(one, list) else one for name, one in value.items()}


def _kind(value: object) -> str | None:
    if isinstance(value, str):
        return "file"
    if is_number(value):
        return "share" if 0 <= cast(float, value) <= 1 else None
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "sequences"
    return None
