"""The page of an address that no page has: one sentence that says how to go on."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from webapp.links import OVERVIEW
from webapp.literal import literal

TITLE = "No such page"


def with_missing_page(pages: Sequence[StreamlitPage]) -> list[StreamlitPage]:
    """The pages, and out of sight one for the address that is asked for where none of them has it.

    Streamlit decides by the address which one is shown; without that page it would show the first
    one under a dialog of its own.
    """
    asked = unquote(urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]).strip()
    if not asked or any(page.url_path == asked for page in pages):
        return list(pages)

    def missing() -> None:
        st.title(TITLE, anchor=False)
        st.markdown(
            f"There is no page at **/{literal(asked)}**: choose one of the menu above, or begin at "
            "the Overview."
        )
        if st.button("Overview", type="primary", icon=":material/home:"):
            st.switch_page(OVERVIEW)

    return [*pages, st.Page(missing, title=TITLE, url_path=asked, visibility="hidden")]
