"""Searches that were run elsewhere, brought in as documents; one comes with the package."""

from dataclasses import replace
from importlib.resources import files

from core.data_folder import DataFolder
from core.names import checked_name
from core.search_import import ImportedSearch, parse_search
from core.search_records import Search
from core.store.search_imports import add_imported, find_imported

_EXAMPLE = files("core") / "examples" / "search-camvid.json"


def import_search(folder: DataFolder, data: bytes, *, name: str | None = None) -> Search:
    """Adds the search of a document with its trials and its twin.

    Args:
        folder: The data folder.
        data: What `dyncell search show NAME --json` printed.
        name: The name it shall have here; its own when None.

    Raises:
        BadInput: It is no such document, or contradicts itself.
        DyncellError: The search is here already, or its name is taken or cannot be used.
    """
    found = parse_search(data)
    name = checked_name(found[0].search.name if name is None else name, noun="search")
    with folder.database.writing() as session:
        return add_imported(session, _named(found, name))


def add_example_search(folder: DataFolder) -> Search:
    """The search on CamVid that comes with the package; added where it is not here yet."""
    found = parse_search(_EXAMPLE.read_bytes())
    with folder.database.writing() as session:
        return find_imported(session, found) or add_imported(session, found)


def _named(found: list[ImportedSearch], name: str) -> list[ImportedSearch]:
    names = (name, f"{name}-twin")
    return [
        replace(each, search=replace(each.search, name=own))
        for each, own in zip(found, names, strict=False)
    ]
