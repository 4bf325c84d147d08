"""Names of what uploads become, made from the names of their files."""

from collections.abc import Collection
from pathlib import PurePosixPath

from core.errors import DyncellError
from core.names import LONGEST, checked_name, free_name


def name_for(file_name: str, *, noun: str, taken: Collection[str]) -> str:
    """The file's name without its ending, changed as little as makes it allowed and new.

    Args:
        file_name: The name as somebody gave it; folders before it are left out.
        noun: What gets the name; it is the name where nothing is left of the file's.
        taken: Names that others have.
    """
    stem = PurePosixPath(file_name.replace("\\", "/")).stem
    shown = "".join(each for each in stem if each.isprintable()).lstrip(".- ")
    return free_name(_allowed(shown[:LONGEST].strip(), noun=noun), taken.__contains__)


def _allowed(text: str, *, noun: str) -> str:
    try:
        return checked_name(text, noun=noun)
    except DyncellError:
        return f"{noun} {text}".strip()[:LONGEST]
