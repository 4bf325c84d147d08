"""An imported dataset: what it holds, frame by frame."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Dataset
from webapp.chart import render_chart
from webapp.dataset_frames import has_chosen_frame, render_frames
from webapp.dataset_pack import open_pack
from webapp.dataset_statistics import classes_figure, missing_classes
from webapp.dataset_verbs import render_dataset_verbs
from webapp.dataset_wording import dataset_facts, percent
from webapp.links import EVALUATE, MODELS
from webapp.literal import literal


def render_dataset(folder: DataFolder, dataset: Dataset) -> None:
    """The page of one dataset; a frame that the address names comes first."""
    _render_heading(folder, dataset)
    if has_chosen_frame():
        render_frames(folder, dataset)
        _render_statistics(dataset)
    else:
        _render_statistics(dataset)
        render_frames(folder, dataset)
    _render_provenance(folder, dataset)


def _render_heading(folder: DataFolder, dataset: Dataset) -> None:
    title, verbs = st.columns([2, 3], vertical_alignment="center")
    with title:
        st.title(literal(dataset.name), anchor=False)
    with verbs, st.container(horizontal=True, horizontal_alignment="right"):
        st.button("All datasets", icon=":material/arrow_back:", on_click=st.query_params.clear)
        if st.button("Train on it", icon=":material/model_training:"):
            st.switch_page(MODELS, query_params={"dataset": dataset.id})
        if st.button("Evaluate on it", icon=":material/query_stats:"):
            st.switch_page(EVALUATE, query_params={"dataset": dataset.id})
        render_dataset_verbs(folder, dataset, place="panel")
    st.caption(literal(dataset_facts(dataset)))


def _render_statistics(dataset: Dataset) -> None:
    table, plot = st.columns([2, 3], gap="large")
    with table:
        st.header("Splits", anchor=False)
        _render_splits(dataset)
    with plot:
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.header("Classes", anchor=False, width="content")
            scale = st.segmented_control(
                "Scale",
                ["Linear", "Logarithmic"],
                default="Linear",
                required=True,
                key="scale",
                label_visibility="collapsed",
            )
        figure = classes_figure(dataset, is_logarithmic=scale == "Logarithmic")
        alt = "Share of the labelled pixels of every class, one bar per split"
        render_chart(figure, key="classes", alt=alt)
        st.caption("Share of the labelled pixels; pixels of no class are left out.")
    for split, classes in missing_classes(dataset).items():
        st.caption(literal(f"No label map of {split} shows {', '.join(classes)}."))


def _render_splits(dataset: Dataset) -> None:
    splits = dataset.splits.values()
    st.dataframe(
        {
            "Split": list(dataset.splits),
            "Frames": [split["frames"] for split in splits],
            "Labelled": [split["labelled"] for split in splits],
            "Sequences": [split["sequences"] for split in splits],
            "Dense": [split["dense"] for split in splits],
            "No class": [
                percent(split["void"], sum(split["pixels"]) + split["void"]) for split in splits
            ],
        },
        hide_index=True,
        width="stretch",
        column_config={
            "Labelled": st.column_config.NumberColumn(help="Frames with a label map."),
            "Dense": st.column_config.NumberColumn(
                help="Labelled frames that follow one another closely, as in a video: on them "
                "stability can be measured."
            ),
            "No class": st.column_config.TextColumn(
                help="Labelled pixels that belong to no class: never trained on, never scored.",
                alignment="right",
            ),
        },
    )


def _render_provenance(folder: DataFolder, dataset: Dataset) -> None:
    with st.expander("Provenance"):
        st.caption(
            "Hashes of all images, labels and class names. A model or score that names one of "
            "them was made with exactly these frames, whatever the dataset is called."
        )
        digests = {"all splits": dataset.digest}
        digests |= {name: str(split["digest"]) for name, split in dataset.splits.items()}
        st.code(
            "\n".join(f"{digest}  {name}" for name, digest in digests.items()),
            language=None,
            wrap_lines=True,
        )
        if dataset.path:
            st.caption(literal(f"Imported from {dataset.path}."))
        if dataset.artifact is not None:
            for note in open_pack(folder.artifacts, dataset.artifact).index.notes:
                st.caption(literal(note))
