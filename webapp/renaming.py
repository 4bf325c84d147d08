"""Another name for something, asked for in a dialog."""

from collections.abc import Callable

import streamlit as st

from core.errors import DyncellError
from webapp.failures import render_failure


def ask_for_name(noun: str, item_id: str, name: str, rename: Callable[[str], object]) -> None:
    """Asks for the new name of a `noun` that is called `name`; `rename` may refuse one."""

    def ask() -> None:
        with st.form(f"rename-for-good-{item_id}", border=False):
            chosen = st.text_input("Name", value=name, max_chars=80, key=f"name-{item_id}")
            is_wanted = st.form_submit_button("Rename", type="primary")
        if not is_wanted:
            return
        try:
            rename(chosen)
        except DyncellError as error:
            render_failure(error)
        else:
            st.rerun()

    st.dialog(f"Rename this {noun}")(ask)()
