"""A switch at the foot of every page: in which colours this browser shows classes."""

import streamlit as st

from webapp.components.assets import loader, style

COOKIE = "dyncell_colours"
"""The cookie that remembers the choice."""

DISTINCT = "distinct"
"""Its value for the second palette; without it classes have the colours of their dataset."""

_component = st.components.v2.component(
    "dyncell_colour_choice",
    css=style("colour_choice/colour_choice.css"),
    js=loader("colour_choice/colour_choice.js"),
)


def colour_choice() -> None:
    """Mounts the switch; a change of it loads the page anew, which its address survives."""
    _component(
        key="colour-choice",
        data={"cookie": COOKIE, "value": DISTINCT, "chosen": is_distinct()},
    )


def is_distinct() -> bool:
    """Whether this browser asks for the second palette."""
    return st.context.cookies.get(COOKIE) == DISTINCT
