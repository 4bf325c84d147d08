"""A saved view: what the page Leaderboard shows, under a name."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.board.brush import Brush
from core.board.columns import COLUMNS
from core.board.document import parse_columns
from core.board.filter import parse_filter
from core.board.sort import Sort
from core.errors import BadInput

PARTS = ("setting", "filter", "sort", "columns", "x", "y", "axes", "brush", "archived")
"""What a view keeps, as parameters of the page's address: not the page, not the basket."""

_LONGEST = 4000  # characters of one part


class BadView(BadInput):
    """Parts that are no view; the sentence says which."""


@dataclass(frozen=True, kw_only=True)
class SavedView:
    """A view.

    Attributes:
        id: Its id.
        name: What somebody called it.
        parts: Parameters of the address by name, those of `PARTS` that are not empty.
        is_default: Whether the page opens with it.
        created_at: When it was saved first.
        changed_at: When it was saved last.
    """

    id: str
    name: str
    parts: dict[str, str]
    is_default: bool
    created_at: float
    changed_at: float

    @property
    def filter_text(self) -> str:
        """Filter, setting and what is marked as one filter; it may be one that is read no more."""
        texts = [self.parts.get("filter", "").strip()]
        if self.parts.get("setting", "all") != "all":
            texts.append(f"setting = '{self.parts['setting']}'")
        texts.append(Brush.parse(self.parts.get("brush", "")).filter_text)
        known = [text for text in texts if text]
        return known[0] if len(known) == 1 else " and ".join(f"({text})" for text in known)


def checked_parts(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts of a view, the empty ones left out.

    Raises:
        BadView: There is no such part, or one is too long.
        BadFilter: The filter is none.
        BadSort: The order is none.
        BadColumns: A column is none.
        BadBrush: What is marked is no range.
    """
    for name, value in parts.items():
        if name not in PARTS:
            raise BadView(f"A view has no part {name[:40]!r}; it has {', '.join(PARTS)}.")
        if len(value) > _LONGEST:
            raise BadView(f"The part {name} of the view has {len(value):,} characters: too many.")
    found = {name: parts[name].strip() for name in PARTS if parts.get(name, "").strip()}
    parse_filter(found.get("filter", ""))
    if "sort" in found:
        Sort.parse(found["sort"])
    parse_columns(found.get("columns", ""))
    Brush.parse(found.get("brush", ""))
    if not set(found.get("setting", "")) <= set("0123456789abcdefl"):
        raise BadView("The setting of a view is its key, as `1f0c22aa`, or `all`.")
    return found


def lost_columns(view: SavedView) -> list[str]:
    """Columns that the view shows or draws and that there are no more."""
    named = [view.parts.get(part, "").split(",") for part in ("columns", "axes", "x", "y")]
    keys = [key.strip().lower() for keys in named for key in keys if key.strip()]
    return [key for key in dict.fromkeys(keys) if key not in COLUMNS]


def without_lost(view: SavedView) -> dict[str, str]:
    """The view's parts without the columns that there are no more."""
    lost = set(lost_columns(view))
    kept = {
        part: ",".join(key for key in text.split(",") if key.strip().lower() not in lost)
        if part in ("columns", "axes", "x", "y")
        else text
        for part, text in view.parts.items()
    }
    return {part: text for part, text in kept.items() if text}
