"""The classes in `classes.json`: names, colours, and what stands for them in the masks."""

import colorsys
import re
from dataclasses import dataclass
from typing import Any, Literal

from core.datasets.found import Colour, LabelCoding
from core.datasets.json_checks import CheckedObject
from core.datasets.json_lines import Path
from core.palette import IGNORE, Palette

CLASS_KEYS = ("classes", "mode", "void", "unknown")
"""The keys of the file that are read here."""

_KEYS = ("name", "colour", "color", "id", "mask_colours")
_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_NO_COLOUR = '{!r} is no colour: write [128, 64, 128] or "#804080"'
_LARGEST_ID = 65535

Entries = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ClassList:
    """The classes of a folder of masks.

    Attributes:
        palette: Their names and colours.
        mode: What stands for them in masks; None = see what the masks look like.
        by_id: How masks of ids are read.
        by_colour: How masks of colours are read.
    """

    palette: Palette
    mode: Literal["ids", "rgb"] | None
    by_id: LabelCoding
    by_colour: LabelCoding


def read_class_list(document: CheckedObject, *, hint: str) -> ClassList | None:
    """Reads the classes; what is wrong is noted, and None comes back where nothing is usable.

    Args:
        document: The object in the file.
        hint: How to go on where a mask holds other values, one sentence.
    """
    entries = _entries(document)
    if not entries:
        return None
    mode = document.get("mode", 'must be "ids" or "rgb"', lambda v: v in ("ids", "rgb"))
    unknown = document.get("unknown", 'must be "error" or "void"', lambda v: v in ("error", "void"))
    own = [_own_colour(document, number, entry) for number, entry in enumerate(entries)]
    ids, colours = _ids(document, entries), _mask_colours(document, entries, own, mode)
    void_ids, void_colours = _void(document, mode)
    return ClassList(
        palette=Palette(
            names=tuple(entry["name"] for entry in entries),
            colours=tuple(colour or _invented(number) for number, colour in enumerate(own)),
        ),
        mode=mode,
        by_id=LabelCoding(
            mode="ids",
            ids=dict.fromkeys(void_ids, IGNORE) | ids,
            unknown_is_void=unknown == "void",
            hint=hint,
        ),
        by_colour=LabelCoding(
            mode="rgb",
            colours=dict.fromkeys(void_colours, IGNORE) | colours,
            unknown_is_void=unknown == "void",
            hint=hint,
        ),
    )


def _entries(document: CheckedObject) -> Entries:
    entries = document.value.get("classes")
    if not isinstance(entries, list) or not entries:
        document.fail(("classes",), '"classes" must list at least one {"name": ...}')
        return []
    if len(entries) >= IGNORE:
        document.fail(("classes",), f"{len(entries)} classes are too many; at most {IGNORE - 1}")
        return []
    names: set[str] = set()
    for number, entry in enumerate(entries):
        path: Path = ("classes", number)
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name.strip() or len(name) > 80:
            document.fail(path, 'a class must have a "name" of 1 to 80 letters')
            return []
        if name in names:
            document.fail((*path, "name"), f"the class name {name!r} stands there twice")
        names.add(name)
        document.only_keys(path, entry, _KEYS)
    return entries if len(names) == len(entries) else []


def _own_colour(document: CheckedObject, number: int, entry: dict[str, Any]) -> Colour | None:
    key = "colour" if "colour" in entry else "color"
    if key not in entry:
        return None
    colour = _as_colour(entry[key])
    if colour is None:
        document.fail(("classes", number, key), _NO_COLOUR.format(entry[key]))
    return colour


def _ids(document: CheckedObject, entries: Entries) -> dict[int, int]:
    found: dict[int, int] = {}
    for number, entry in enumerate(entries):
        path: Path = ("classes", number, "id")
        value = entry.get("id", number)
        for one in value if isinstance(value, list) else [value]:
            if not _is_id(one):
                document.fail(path, f"{one!r} is no id: a whole number of 0 to {_LARGEST_ID}")
            elif one in found:
                document.fail(path, f"the id {one} belongs to two classes")
            else:
                found[one] = number
    return found


def _mask_colours(
    document: CheckedObject, entries: Entries, own: list[Colour | None], mode: str | None
) -> dict[Colour, int]:
    found: dict[Colour, int] = {}
    for number, entry in enumerate(entries):
        path: Path = ("classes", number, "mask_colours")
        colour_of_class = own[number]
        listed = entry.get("mask_colours", [] if colour_of_class is None else [colour_of_class])
        if not isinstance(listed, list) or (mode == "rgb" and not listed):
            document.fail(path, f'the class {entry["name"]!r} needs a "colour": [128, 64, 128]')
            continue
        for value in listed:
            colour = value if isinstance(value, tuple) else _as_colour(value)
            if colour is None:
                document.fail(path, _NO_COLOUR.format(value))
            elif colour in found and mode == "rgb":
                document.fail(path, f"the colour {list(colour)} belongs to two classes")
            else:
                found.setdefault(colour, number)
    return found


def _void(document: CheckedObject, mode: str | None) -> tuple[list[int], list[Colour]]:
    if "void" not in document.value:
        return [IGNORE], [(0, 0, 0)]
    value = document.value["void"]
    is_one = not isinstance(value, list) or (mode == "rgb" and _as_colour(value) is not None)
    ids: list[int] = []
    colours: list[Colour] = []
    for one in [value] if is_one else value:
        colour = _as_colour(one)
        if colour is not None:
            colours.append(colour)
        elif _is_id(one):
            ids.append(one)
        else:
            document.fail(("void",), f"{one!r} is neither an id nor a colour")
    return ids, colours


def _as_colour(value: object) -> Colour | None:
    if isinstance(value, str) and (found := _HEX.fullmatch(value)):
        red, green, blue = (int(part, 16) for part in found.groups())
        return red, green, blue
    if not isinstance(value, list) or len(value) != 3:
        return None
    if not all(_is_id(part) and part <= 255 for part in value):
        return None
    return value[0], value[1], value[2]


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_ID


def _invented(number: int) -> Colour:
    """A colour for a class that has none: neighbours in the list differ most."""
    red, green, blue = colorsys.hsv_to_rgb(
        number * 0.618034 % 1, (0.75, 0.5)[number // 5 % 2], (0.9, 0.65)[number % 2]
    )
    return round(red * 255), round(green * 255), round(blue * 255)
