"""Text files that list the frames of a split, one to a line: `train.txt`."""

from collections.abc import Mapping
from typing import TypeVar

from core.datasets.listing import Listing, stem
from core.datasets.problems import file_problem

_MOST_BYTES = 50_000_000

Key = TypeVar("Key")


def read_text(listing: Listing, path: str) -> str | None:
    """The text of a small file of the folder; what is wrong with it is noted."""
    try:
        data = listing.path(path).read_bytes()[: _MOST_BYTES + 1]
        if len(data) > _MOST_BYTES:
            listing.problems.add(f"{path} is larger than {_MOST_BYTES // 10**6} MB: shorten it.")
            return None
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        listing.problems.add(f"{path} line {line}: this is no UTF-8 text; save it as UTF-8.")
    except OSError as error:
        listing.problems.add(file_problem(path, error))
    return None


def read_list(listing: Listing, path: str, known: Mapping[str, Key]) -> list[Key]:
    """The frames that a list file names, in its order.

    A line may be a name or a path, with or without a suffix; what follows a space, the label
    map in some lists, is not needed. Empty lines and lines that begin with # are passed over.

    Args:
        listing: The folder; names that nothing answers to are noted as its problems.
        path: Path of the list file.
        known: What there is, by frame name or path without suffix.
    """
    text = read_text(listing, path)
    by_last = {name.rpartition("/")[2]: key for name, key in known.items()}
    unique = len(by_last) == len(known)
    found: dict[str, Key] = {}
    for number, raw in enumerate((text or "").splitlines(), start=1):
        line = raw.strip().replace("\\", "/")
        if not line or line.startswith("#"):
            continue
        names = [form for word in (line, line.split()[0]) for form in (word, stem(word))]
        lasts = [name.rpartition("/")[2] for name in names] if unique else []
        key = next((known[name] for name in names if name in known), None)
        key = key if key is not None else next((by_last[n] for n in lasts if n in by_last), None)
        if key is None:
            listing.problems.add(
                f"{path} line {number}: there is no image {line.split()[0]!r}; correct the line or "
                "add the image."
            )
        elif line in found:
            listing.problems.add(f"{path} line {number}: {line!r} stands there twice; remove one.")
        else:
            found[line] = key
    return list(found.values())
