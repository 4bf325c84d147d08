"""The uploader: resumable uploads straight to disk, past widget state."""

from collections.abc import Callable

import streamlit as st

from webapp.components.assets import loader, style
from webapp.upload_kinds import KINDS, UploadKind

_component = st.components.v2.component(
    "dyncell_uploader", css=style("uploader/uploader.css"), js=loader("uploader/uploader.js")
)


_GOES_ON = "An upload that was cut off goes on when you choose the same file again."

_TEXTS: dict[UploadKind, tuple[str, str, str]] = {
    "video": (
        "Choose videos",
        "Drop a video here",
        "or click to choose one.",
    ),
    "dataset": (
        "Choose datasets",
        "Drop a dataset here (.zip)",
        "or click to choose one. You see what is in it before it is taken.",
    ),
    "model": (
        "Choose models",
        "Drop a model here (.safetensors)",
        "or click to choose one, such as was downloaded from here or made on another machine.",
    ),
}


def uploader(
    key: str, *, on_uploaded: Callable[[], None], kind: UploadKind = "video"
) -> str | None:
    """Mounts the uploader.

    Args:
        key: Its key; the same one keeps a running upload going.
        on_uploaded: Called before the run that learns of a finished upload.
        kind: What the files shall become.

    Returns:
        The id of the video, dataset or model that an upload has just become, in that one run.
    """
    label, title, hint = _TEXTS[kind]
    data = {
        "endpoint": "/api/v1/uploads",
        "kind": kind,
        "accept": KINDS[kind].accept,
        "label": label,
        "title": title,
        "hint": f"{hint} {_GOES_ON}",
    }
    result = _component(key=key, data=data, on_uploaded_change=on_uploaded)
    result_id = result.get("uploaded")
    return result_id if isinstance(result_id, str) else None
