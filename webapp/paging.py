"""Turning the pages of a long list."""

import streamlit as st


def chosen_offset(key: str, *, total: int, size: int) -> int:
    """Where the page that was turned to begins; the last page when the list has become shorter."""
    offset = int(st.session_state.get(f"offset-{key}", 0))
    last = max(0, (total - 1) // size * size)
    return min(offset, last)


def render_paging(
    key: str,
    *,
    total: int,
    size: int,
    words: tuple[str, str] = ("Newer", "Older"),
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
    offset = chosen_offset(key, total=total, size=size)
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        _turn(key, words[0], offset - size, is_off=offset == 0)
        told = told or f"{offset + 1} to {min(total, offset + size)} of {total:,}"
        st.caption(told, width="content")
        _turn(key, words[1], offset + size, is_off=offset + size >= total)


def _turn(key: str, label: str, offset: int, *, is_off: bool) -> None:
    if st.button(label, key=f"{label}-{key}", disabled=is_off):
        st.session_state[f"offset-{key}"] = offset
        st.rerun()
