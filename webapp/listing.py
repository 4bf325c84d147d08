"""What is looked for in a list, and its order: in the address, so that a link shows the same.

`?find=street&sort=name&page=2`; the page is that of `webapp.paging`. One list of a page has them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from webapp.literal import literal
from webapp.paging import first_page

FIND, SORT = "find", "sort"
_LONGEST = 200


@dataclass(frozen=True)
class Listing:
    """What somebody asked of a list.

    Attributes:
        find: A part of a name; empty for all.
        order: One of the orders that the list has.
    """

    find: str
    order: str


def render_listing(key: str, orders: Mapping[str, str], *, what: str) -> Listing:
    """A field to find something by a part of its name, and the orders of the list.

    Args:
        key: Of the list.
        orders: What the store calls an order -> what it is called on the page; the usual first.
        what: What can be looked for, within a sentence.
    """
    listing = _read(orders)
    find, sort = f"find-{key}", f"sort-{key}"
    _keep(find, listing.find)
    _keep(sort, listing.order)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"listing-{key}"):
        st.text_input(
            f"Find {what}",
            key=find,
            placeholder=f"Find {what}",
            icon=":material/search:",
            max_chars=_LONGEST,
            label_visibility="collapsed",
            on_change=lambda: _write(FIND, st.session_state[find].strip()),
        )
        st.selectbox(
            "Sort by",
            list(orders),
            key=sort,
            format_func=lambda order: orders[order],
            label_visibility="collapsed",
            width=200,
            on_change=lambda: _write(SORT, _but_usual(st.session_state[sort], orders)),
        )
    return listing


def render_nothing_found(listing: Listing, noun: str) -> bool:
    """Says that nothing is called so; whether something was looked for at all."""
    if listing.find:
        told = f"No {noun} has {listing.find!r} in its name; try a shorter part of it."
        st.caption(literal(told))
    return bool(listing.find)


def choose_listed(
    label: str, options: Sequence[str], *, name: str, shown_as: Callable[[str], str] = str
) -> str:
    """A select box whose choice narrows a list and stands in the address; the first is usual.

    Args:
        label: What stands over it.
        options: The values, as the address has them.
        name: The parameter of the address.
        shown_as: What a value is called.
    """
    asked, key = st.query_params.get(name, ""), f"listed-{name}"
    shown = asked if asked in options else options[0]
    _keep(key, shown)

    def take() -> None:
        _write(name, "" if st.session_state[key] == options[0] else st.session_state[key])

    st.selectbox(label, options, key=key, format_func=shown_as, on_change=take)
    return shown


def _read(orders: Mapping[str, str]) -> Listing:
    usual = next(iter(orders))
    asked = st.query_params.get(SORT, usual)
    find = st.query_params.get(FIND, "")[:_LONGEST]
    return Listing(find, asked if asked in orders else usual)


def _keep(key: str, value: str) -> None:
    """The address decides what a control shows, also after going back in the browser."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _but_usual(order: str, orders: Mapping[str, str]) -> str:
    return "" if order == next(iter(orders)) else order


def _write(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    first_page()
