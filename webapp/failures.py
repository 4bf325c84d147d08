"""How a failure looks on a page: one sentence, never a traceback."""

import errno
import logging
from collections.abc import Callable

import streamlit as st

from core.errors import DyncellError
from webapp.literal import literal

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FAILED = "failed-in-a-callback"
_LOG = logging.getLogger(__name__)


def render_failure(error: Exception) -> bool:
    """Shows the sentence of an error meant for people, or of a full disk; else where to look.

    Returns:
        True: nothing else needs to be shown.
    """
    if isinstance(error, DyncellError):
        st.error(literal(str(error)), icon=":material/error:")
        return True
    _LOG.error("A page failed.", exc_info=error)
    if isinstance(error, OSError) and error.errno in _FULL:
        st.error(
            "The disk is full; free some space and try again: nothing already stored was lost.",
            icon=":material/error:",
        )
        return True
    st.error(
        "Something went wrong on this page; the server's log says what. Reload to try again.",
        icon=":material/error:",
    )
    return True


def attempt(verb: Callable[[], object]) -> None:
    """Does something in a widget's callback; the page, drawn after it, says what failed."""
    try:
        verb()
    except DyncellError as error:
        st.session_state[_FAILED] = error


def render_attempted() -> None:
    """What failed in a callback of this run, once."""
    error = st.session_state.pop(_FAILED, None)
    if error is not None:
        render_failure(error)
