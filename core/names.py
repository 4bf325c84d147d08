"""Names that people give to models, datasets and searches."""

from collections.abc import Callable
from itertools import chain, count

from core.errors import DyncellError
from core.records import is_id

LONGEST = 80


def checked_name(text: str, *, noun: str) -> str:
    """The name without surrounding blanks.

    Args:
        text: What somebody typed.
        noun: What gets the name, for the sentence of the error.

    Raises:
        DyncellError: The text could be mistaken for a path or an id, or cannot be shown.
    """
    name = text.strip()
    if not name or len(name) > LONGEST:
        raise DyncellError(f"A {noun} needs a name of 1 to {LONGEST} characters.")
    if not name.isprintable() or "/" in name or "\\" in name or name.startswith((".", "-")):
        raise DyncellError(
            f"{name!r} cannot name a {noun}: leave out slashes and control characters, and do "
            "not begin with a dot or a dash."
        )
    if noun == "model" and (name == "copy" or "@" in name):
        raise DyncellError(
            f"{name!r} cannot name a model: `copy` and names with @ mean cells and baselines that "
            "have learnt nothing; choose another."
        )
    if is_id(name):
        raise DyncellError(f"{name!r} looks like an id; choose another name for the {noun}.")
    return name


def free_name(base: str, is_taken: Callable[[str], bool]) -> str:
    """The name, with a number behind it where it is taken: `cells`, `cells-2`, `cells-3`, ...

    Args:
        base: What the name begins with; shortened where no number would fit.
        is_taken: Whether something has a name already.
    """
    ends = (f"-{number}" for number in count(2))
    numbered = (f"{base[: LONGEST - len(end)].rstrip()}{end}" for end in ends)
    return next(name for name in chain([base], numbered) if not is_taken(name))
