"""The Player: source and segmentation side by side, in step frame by frame."""

from typing import Any

import streamlit as st

from core.records import Model, Segmentation, Video
from webapp.components.assets import loader, style

_component = st.components.v2.component(
    "dyncell_player",
    css=style("player/player.css") + style("player/legend.css"),
    js=loader("player/player.js"),
)


def player_data(video: Video, segmentation: Segmentation, model: Model) -> dict[str, Any]:
    """What the Player needs to know, as plain JSON; the same for the same records."""
    return {
        "media_url": f"/api/v1/videos/{video.id}/media",
        "labels_url": f"/api/v1/segmentations/{segmentation.id}/labels",
        "width": video.width,
        "height": video.height,
        "frames": video.frames,
        "fps_num": video.fps_num,
        "fps_den": video.fps_den,
        "has_audio": video.has_audio,
        "start": segmentation.start,
        "labelled": segmentation.frames,
        "label_width": segmentation.width,
        "label_height": segmentation.height,
        "classes": list(model.classes),
        "colours": [list(colour) for colour in model.colours],
    }


def player(video: Video, segmentation: Segmentation, model: Model) -> None:
    """Mounts the Player; drawing the page anew leaves a running one alone."""
    _component(key=f"player-{segmentation.id}", data=player_data(video, segmentation, model))
