"""What a look at a dataset's files found, before it is taken."""

from typing import Any

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from tasks import queue
from webapp.chart import render_chart
from webapp.class_colours import class_colours
from webapp.dataset_data import DatasetState, disk_use
from webapp.dataset_statistics import preview_figure
from webapp.dataset_wording import count_classes, layout_name, percent
from webapp.disk_use import read_disk_use
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_verbs
from webapp.literal import literal
from webapp.wording import count, size


def render_coming(folder: DataFolder, state: DatasetState) -> None:
    """The panel of a dataset that is not imported yet: its job, or what was found."""
    with st.container(border=True):
        if state.stage == "review":
            _render_review(folder, state)
            return
        st.header(literal(state.dataset.name), anchor=False)
        st.caption(_waiting_for(state))
        if state.job is not None:
            render_progress(state.job)
        with st.container(horizontal=True):
            if state.job is not None:
                render_verbs(folder, state.job, place="dataset")
            if state.stage == "unmade" and st.button("Make it now", type="primary"):
                _take(folder, state, name=None)
            if state.stage == "failed":
                _render_discard(folder, state)
        if state.dataset.preview and state.stage != "importing":
            _render_found(state.dataset.preview)


def _waiting_for(state: DatasetState) -> str:
    if state.dataset.origin == "shipped" and state.stage == "importing":
        return "Its streets are rendered, once and for all."
    return {
        "looking": "Looking at the files; nothing is taken before you have seen what is in them.",
        "importing": "Every image and label map is read, checked and packed.",
        "unmade": "Comes with dyncell and is rendered when it is first used, within some minutes.",
    }.get(state.stage, "It was not imported.")


def _render_review(folder: DataFolder, state: DatasetState) -> None:
    preview = state.dataset.preview
    problems = [str(each) for each in preview.get("problems", [])]
    taking, leaving = st.columns([5, 1], vertical_alignment="bottom")
    with taking, st.form(f"take-{state.dataset.id}", border=False):  # Enter in it imports
        naming, verb = st.columns([4, 1], vertical_alignment="bottom")
        name = naming.text_input("Name of the dataset", value=state.dataset.name, max_chars=80)
        is_wanted = verb.form_submit_button(
            "Import",
            type="primary",
            icon=":material/check:",
            disabled=bool(problems),
            width="stretch",
        )
    with leaving:
        _render_discard(folder, state)
    if is_wanted:
        _take(folder, state, name=name)
    if problems:
        many = "A problem has" if len(problems) == 1 else f"{len(problems)} problems have"
        st.error(_listed(f"{many} to be mended before this can be imported:", problems))
    _render_found(preview)
    use = disk_use(folder, state.dataset)
    if use:
        free = size(read_disk_use(folder).free)
        st.caption(f"The archive has {size(use)}; {free} free on this disk.")


def _render_found(preview: dict[str, Any]) -> None:
    warnings = [str(each) for each in preview.get("warnings", [])]
    if warnings:
        st.warning(_listed("Worth knowing:", warnings), icon=":material/info:")
    st.caption(literal(_facts(preview)))
    left, right = st.columns(2, gap="large")
    classes = preview.get("classes", [])
    with left:
        _render_splits(preview.get("splits", {}))
        if classes:
            st.caption(literal(_estimate(preview)))
            names = [str(each["name"]) for each in classes]
            colours = class_colours([tuple(each["colour"]) for each in classes])
            figure = preview_figure(names, colours, preview.get("pixels", {}))
            alt = "Share of the labelled pixels of every class"
            render_chart(figure, key="preview-classes", alt=alt)
    with right:
        _render_examples(preview.get("examples", []))


def _facts(preview: dict[str, Any]) -> str:
    parts = [layout_name(str(preview.get("layout", "")))]
    parts.append(count_classes(len(preview.get("classes", []))))
    sizes = preview.get("sizes", [])
    shown = [
        f"{width} x {height} ({count(number, 'frame')})" for width, height, number in sizes[:3]
    ]
    if len(sizes) > len(shown):
        shown.append(f"{len(sizes) - len(shown)} more sizes")
    if preview.get("bytes"):
        parts.append(f"{size(preview['bytes'])} of images and labels")
    return " · ".join([*parts, *shown])


def _estimate(preview: dict[str, Any]) -> str:
    text = "Classes in their colours, with their share of the examples' labelled pixels"
    void = preview.get("void", 0)
    seen = void + sum(preview.get("pixels", {}).values())
    return f"{text}; {percent(void, seen)} of all pixels have no class" if void else text


def _render_splits(splits: dict[str, dict[str, Any]]) -> None:
    if not splits:
        return
    st.dataframe(
        {
            "Split": list(splits),
            "Frames": [split["frames"] for split in splits.values()],
            "Labelled": [split["labelled"] for split in splits.values()],
            "Sequences": [split["sequences"] for split in splits.values()],
        },
        hide_index=True,
        width="stretch",
    )


def _render_examples(examples: list[dict[str, str]]) -> None:
    if not examples:
        st.caption("There is no example to show.")
        return
    st.caption("Examples: labels over images")
    for start in range(0, len(examples), 2):
        for column, example in zip(st.columns(2), examples[start : start + 2], strict=False):
            # An address, not bytes: this process decodes no pictures.
            column.image(f"data:image/jpeg;base64,{example['jpeg']}", width="stretch")
            column.caption(literal(example["name"]))


def _listed(heading: str, sentences: list[str]) -> str:
    return "\n".join([heading, "", *(f"- {literal(each)}" for each in sentences)])


def _render_discard(folder: DataFolder, state: DatasetState) -> None:
    key = f"discard-{state.dataset.id}"
    if st.button("Discard", icon=":material/delete:", key=key, type="tertiary"):
        _discard(folder, state)


def _take(folder: DataFolder, state: DatasetState, *, name: str | None) -> None:
    try:
        queue.take_dataset(folder, state.dataset.id, name=name)
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


def _discard(folder: DataFolder, state: DatasetState) -> None:
    try:
        queue.delete_dataset(folder, state.dataset.id)
    except DyncellError as error:
        render_failure(error)
        return
    st.query_params.pop("dataset", None)
    st.rerun()
