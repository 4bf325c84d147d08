"""What the Compare page shows, as its address says it.

`/compare?row=ID&row=ID&base=ID&close=ID&video=ID`: two to four rows of the leaderboard, the one
that the others are compared with, the one that is looked at closely beside it, and a video.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class ComparisonAddress:
    """The parameters as they are written, each row once.

    Attributes:
        rows: What stands for rows; it may be no id.
        base: The same of the base; empty for the first row.
        close: The same of the row looked at closely; empty for the first that is not the base.
        video: Id of a video; empty for the newest.
    """

    rows: tuple[str, ...]
    base: str
    close: str
    video: str


def read_address() -> ComparisonAddress:
    """The address as it is now."""
    asked = st.query_params
    rows = [part.strip() for part in asked.get_all("row") if part.strip()]
    return ComparisonAddress(
        rows=tuple(dict.fromkeys(rows)),
        base=asked.get("base", ""),
        close=asked.get("close", ""),
        video=asked.get("video", ""),
    )


def set_rows(ids: Sequence[str]) -> None:
    """Writes the rows into the address."""
    if ids:
        st.query_params["row"] = list(ids)
    else:
        st.query_params.pop("row", None)


def set_asked(parameter: str, value: str) -> None:
    """Writes another parameter into the address; the empty text takes it out."""
    if value:
        st.query_params[parameter] = value
    else:
        st.query_params.pop(parameter, None)
