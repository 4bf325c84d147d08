"""How a failure looks on a page: one sentence, never a traceback."""

import logging

import streamlit as st

from core.errors import DyncellError
from webapp.literal import literal

_LOG = logging.getLogger(__name__)


def render_failure(error: Exception) -> bool:
    """Shows the sentence of an error meant for people; of any other that it is in the log.

    Returns:
        True: nothing else needs to be shown.
    """
    if isinstance(error, DyncellError):
        st.error(literal(str(error)), icon=":material/error:")
        return True
    _LOG.error("A page failed.", exc_info=error)
    st.error(
        "Something went wrong on this page; the server's log says what. Reload to try again.",
        icon=":material/error:",
    )
    return True
