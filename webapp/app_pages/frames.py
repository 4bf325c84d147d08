"""Frames: the worst ones of evaluations, and the basket that they are collected in."""

import streamlit as st

from core.errors import DyncellError
from core.store import basket
from webapp.basket_view import render_basket
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.worst_frames import render_worst_frames

_RANKING, _BASKET = "ranking", "basket"


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Worst frames", anchor=False)
    with folder.database.reading() as session:
        kept = basket.count(session)
    names = {_RANKING: "Ranking", _BASKET: f"Basket ({kept:,})"}
    asked = st.query_params.get("view", "")
    view = st.segmented_control(
        "View",
        list(names),
        format_func=lambda each: names[each],
        default=_BASKET if asked == _BASKET else _RANKING,
        required=True,
        key="frames-view",
        label_visibility="collapsed",
    )
    st.query_params["view"] = view or _RANKING
    try:
        if view == _BASKET:
            render_basket(folder)
        else:
            render_worst_frames(folder)
    except DyncellError as error:
        render_failure(error)


render()
