"""The frames of a dataset: many as small pictures, one looked at closely."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.data_folder import DataFolder
from core.datasets.index import DatasetIndex, Frame
from core.records import Dataset
from webapp.class_colours import class_colours
from webapp.components.frame_grid import FrameItem, frame_grid
from webapp.components.frame_view import frame_view
from webapp.dataset_pack import open_pack
from webapp.literal import literal
from webapp.paging import chosen_offset, first_page, render_paging

_SHOWN = 24
_ALL = "All sequences"


def frame_address(
    dataset: Dataset, split: str, position: int, what: Literal["image", "labels"]
) -> str:
    """Where the browser finds the image or the label map of a frame; it never changes there."""
    place = f"/api/v1/datasets/{dataset.id}/splits/{split}/frames/{position}/{what}"
    return f"{place}?v={dataset.digest[:12]}"


def has_chosen_frame() -> bool:
    """Whether the page's address names a frame."""
    return "frame" in st.query_params


def render_frames(folder: DataFolder, dataset: Dataset) -> None:
    """The grid of frames, or the frame that the address names."""
    if dataset.artifact is None:
        return
    index = open_pack(folder.artifacts, dataset.artifact).index
    shown = _chosen(index)
    position = _chosen_position(shown.split, index)
    if position is None:
        _render_grid(dataset, shown)
    else:
        _render_one(dataset, shown, position)


@dataclass(frozen=True)
class _Shown:
    """What is browsed: a split, or a part of it; `places` are positions in the split."""

    split: str
    sequence: str | None
    frames: tuple[Frame, ...]
    places: tuple[int, ...]


def _chosen(index: DatasetIndex) -> _Shown:
    names = [split.name for split in index.splits]
    asked = st.query_params.get("split")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.header("Frames", anchor=False, width="content")
        split = asked if asked in names else names[0]
        if len(names) > 1:
            key = "frames-split"
            if st.session_state.get(key) != split:
                st.session_state[key] = split
            st.segmented_control(
                "Split",
                names,
                key=key,
                required=True,
                label_visibility="collapsed",
                on_change=_change_split,
            )
        found = index.split(split)
        sequence = _choose_sequence(split, found.sequences)
        is_labelled_only = False
        if 0 < len(found.labelled) < len(found.frames):
            is_labelled_only = st.toggle(
                "Labelled only", key=f"labelled-{split}", on_change=first_page
            )
    places = tuple(
        place
        for place, frame in enumerate(found.frames)
        if (sequence is None or frame.sequence == sequence)
        and (not is_labelled_only or frame.label is not None)
    )
    return _Shown(split, sequence, found.frames, places)


def _choose_sequence(split: str, sequences: tuple[str, ...]) -> str | None:
    if len(sequences) < 2:
        return None
    chosen = st.selectbox(
        "Sequence",
        [_ALL, *sequences],
        key=f"sequence-{split}",
        label_visibility="collapsed",
        width=240,
        on_change=_show_others,
    )
    return None if chosen == _ALL else chosen


def _change_split() -> None:
    st.query_params["split"] = st.session_state["frames-split"]
    _show_others()


def _forget_frame() -> None:
    st.query_params.pop("frame", None)


def _show_others() -> None:
    """Other frames are shown, from the first page."""
    _forget_frame()
    first_page()


def _chosen_position(split: str, index: DatasetIndex) -> int | None:
    asked = st.query_params.get("frame")
    if asked is None:
        return None
    total = len(index.split(split).frames)
    if asked.isdecimal() and int(asked) < total:
        return int(asked)
    st.error(f"Split {literal(split)} has frames 0 to {total - 1}; choose one of those below.")
    return None


def _render_grid(dataset: Dataset, shown: _Shown) -> None:
    key = f"frames-{dataset.id}-{shown.split}-{shown.sequence}"
    total = len(shown.places)
    if total == 0:
        st.caption("No frame here has labels.")
        return
    offset = chosen_offset(total=total, size=_SHOWN)
    places = shown.places[offset : offset + _SHOWN]
    chosen = frame_grid(
        "frame-grid",
        items=[_item(dataset, shown, place) for place in places],
        names=dataset.classes,
        colours=class_colours(dataset.colours),
    )
    if chosen is not None and chosen < len(places):
        _open(shown.split, places[chosen])
        st.rerun()
    told = f"Frames {places[0]} to {places[-1]} of {shown.places[0]} to {shown.places[-1]}"
    render_paging(key, total=total, size=_SHOWN, words=("Earlier", "Later"), told=told)


def _item(dataset: Dataset, shown: _Shown, place: int) -> FrameItem:
    frame = shown.frames[place]
    is_labelled = frame.label is not None
    return {
        "image": frame_address(dataset, shown.split, place, "image"),
        "labels": frame_address(dataset, shown.split, place, "labels") if is_labelled else None,
        "title": frame.name,
        "caption": f"frame {place}" if is_labelled else f"frame {place} · no labels",
        "width": frame.width,
        "height": frame.height,
    }


def _open(split: str, place: int) -> None:
    st.query_params.update({"split": split, "frame": str(place)})


def _render_one(dataset: Dataset, shown: _Shown, position: int) -> None:
    frame = shown.frames[position]
    before = [place for place in shown.places if place < position]
    after = [place for place in shown.places if place > position]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("All frames", icon=":material/grid_view:", on_click=_forget_frame)
        _step("Previous", shown.split, before[-1:], shortcut="Left", icon="chevron_left")
        _step("Next", shown.split, after[:1], shortcut="Right", icon="chevron_right")
        st.markdown(f"**{literal(frame.name)}**", width="content")
        st.caption(literal(_facts(shown, frame, position)), width="content")
    is_labelled = frame.label is not None
    frame_view(
        "frame-view",
        image=frame_address(dataset, shown.split, position, "image"),
        labels=frame_address(dataset, shown.split, position, "labels") if is_labelled else None,
        names=dataset.classes,
        colours=class_colours(dataset.colours),
    )


def _step(label: str, split: str, places: list[int], *, shortcut: str, icon: str) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        shortcut=shortcut,
        disabled=not places,
        on_click=_open,
        args=(split, places[0] if places else 0),
    )


def _facts(shown: _Shown, frame: Frame, position: int) -> str:
    parts = [f"frame {position} of 0 to {len(shown.frames) - 1}"]
    if frame.sequence != frame.name:
        parts.append(f"sequence {frame.sequence}")
    if frame.seconds is not None:
        parts.append(f"{frame.seconds:.2f} s")
    parts.append(f"{frame.width} x {frame.height}")
    return " · ".join(parts)
