"""The Player: a video, its segmentations and what sets them apart, in step frame by frame."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.palette import CAMVID
from core.panes.export import MOST_FRAMES, TRUTH
from core.panes.joined_classes import JoinedClasses
from core.records import Model, Segmentation, Video
from webapp.class_colours import class_colours
from webapp.components.assets import loader, style

MOST = 3
"""So many segmentations of a video can be shown at once."""

_component = st.components.v2.component(
    "dyncell_player",
    html='<div class="player-comes" role="status" aria-label="The Player is loading"></div>',
    css="".join(
        style(f"player/{sheet}.css")
        for sheet in ("player", "scale", "timeline", "legend", "export", "waiting")
    ),
    js=loader("player/player.js"),
)


def player_data(
    video: Video, results: Sequence[tuple[Segmentation, Model]], *, letters: str = "ABC"
) -> dict[str, Any]:
    """What the Player needs to know, as plain JSON; the same for the same records.

    Args:
        video: The video.
        results: One to three finished segmentations of it, each with its model.
        letters: What they are called, one letter each, where there are several.

    Raises:
        ValueError: There are none or more than three, one is unfinished or of another video.
    """
    if not 1 <= len(results) <= MOST:
        raise ValueError(f"{len(results)} segmentations; the Player shows 1 to {MOST}")
    classes = JoinedClasses()
    layers = [
        _layer(video, segmentation, model, classes, key=letters[place], is_alone=len(results) == 1)
        for place, (segmentation, model) in enumerate(results)
    ]
    if video.truth is not None:
        layers.append(_truth(video, classes))
    return {
        "media_url": f"/api/v1/videos/{video.id}/media",
        "width": video.width,
        "height": video.height,
        "frames": video.frames,
        "fps_num": video.fps_num,
        "fps_den": video.fps_den,
        "has_audio": video.has_audio,
        "layers": layers,
        "segmentations": {letters[place]: each.id for place, (each, _) in enumerate(results)},
        "most_exported": MOST_FRAMES,
        "classes": classes.names,
        "colours": [list(colour) for colour in class_colours(classes.colours)],
    }


def player(
    video: Video,
    results: Sequence[tuple[Segmentation, Model]],
    *,
    key: str,
    letters: str = "ABC",
) -> None:
    """Mounts the Player; drawing the page anew leaves a running one of that `key` alone.

    Arguments and errors are those of `player_data`.
    """
    _component(key=key, data=player_data(video, results, letters=letters))


def _layer(
    video: Video,
    segmentation: Segmentation,
    model: Model,
    classes: JoinedClasses,
    *,
    key: str,
    is_alone: bool,
) -> dict[str, Any]:
    if not segmentation.is_ready or segmentation.video_id != video.id:
        raise ValueError(f"{segmentation.id} is no finished segmentation of the video {video.id}")
    return {
        "key": key,
        "kind": "segmentation",
        "name": model.name if is_alone else key,
        "title": model.name if is_alone else f"{key}: {model.name}",
        "labels_url": f"/api/v1/segmentations/{segmentation.id}/labels",
        "label_map_url": f"/api/v1/segmentations/{segmentation.id}/label-map",
        "series_url": _series_url(segmentation),
        "start": segmentation.start,
        "frames": segmentation.frames,
        "width": segmentation.width,
        "height": segmentation.height,
        "classes": classes.join(model.classes, model.colours),
    }


def _series_url(segmentation: Segmentation) -> str | None:
    if segmentation.series is None:
        return None
    return f"/api/v1/segmentations/{segmentation.id}/series"


def _truth(video: Video, classes: JoinedClasses) -> dict[str, Any]:
    return {
        "key": TRUTH,
        "kind": "truth",
        "name": "the ground truth",
        "title": "Ground truth",
        "labels_url": f"/api/v1/videos/{video.id}/truth-labels",
        "label_map_url": f"/api/v1/videos/{video.id}/truth-label-map",
        "start": 0,
        "frames": video.frames,
        "width": video.width,
        "height": video.height,
        "classes": classes.join(CAMVID.names, CAMVID.colours),
    }
