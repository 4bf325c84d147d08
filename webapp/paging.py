"""Turning the pages of a long list; the page stands in the address: `?page=2`."""

import streamlit as st

PAGE = "page"
_MOST_DIGITS = 8


def chosen_offset(*, total: int, size: int) -> int:
    """Where the page in the address begins; the last page when the list has become shorter."""
    asked = st.query_params.get(PAGE, "")
    number = int(asked) if asked.isdecimal() and len(asked) <= _MOST_DIGITS else 1
    last = max(0, (total - 1) // size)
    return min(max(0, number - 1), last) * size


def first_page() -> None:
    """Turns back to the first page: another list is shown, or in another order."""
    st.query_params.pop(PAGE, None)


def render_paging(
    key: str,
    *,
    total: int,
    size: int,
    words: tuple[str, str] = ("Previous", "Next"),
    told: str | None = None,
) -> None:
    """Buttons to turn pages back and on; nothing where one page holds everything.

    Args:
        key: Of the list.
        total: Its length.
        size: How much of it a page shows.
        words: On the buttons.
        told: What is shown, in words; `25 to 48 of 367` where None.
    """
    if total <= size:
        return
    offset = chosen_offset(total=total, size=size)
    number = offset // size + 1
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        _turn(key, words[0], number - 1, is_off=offset == 0)
        told = told or f"{offset + 1} to {min(total, offset + size)} of {total:,}"
        st.caption(told, width="content")
        _turn(key, words[1], number + 1, is_off=offset + size >= total)


def _turn(key: str, label: str, number: int, *, is_off: bool) -> None:
    if st.button(label, key=f"{label}-{key}", disabled=is_off):
        if number > 1:
            st.query_params[PAGE] = str(number)
        else:
            first_page()
        st.rerun()
