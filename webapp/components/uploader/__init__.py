"""The uploader: resumable uploads straight to disk, past widget state."""

from collections.abc import Callable

import streamlit as st

from webapp.components.assets import loader, style

_component = st.components.v2.component(
    "dyncell_uploader", css=style("uploader/uploader.css"), js=loader("uploader/uploader.js")
)


def uploader(key: str, *, on_uploaded: Callable[[], None]) -> str | None:
    """Mounts the uploader.

    Args:
        key: Its key; the same one keeps a running upload going.
        on_uploaded: Called before the run that learns of a finished upload.

    Returns:
        The id of the video that an upload has just become, in that one run.
    """
    result = _component(
        key=key, data={"endpoint": "/api/v1/uploads"}, on_uploaded_change=on_uploaded
    )
    video_id = result.get("uploaded")
    return video_id if isinstance(video_id, str) else None
