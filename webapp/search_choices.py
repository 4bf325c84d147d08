"""What a search chooses in the course of time, and how sure its controller is."""

import streamlit as st

from core.data_folder import DataFolder
from webapp.chart import render_chart
from webapp.search_charts import entropy_figure, frequency_figure
from webapp.search_data import SearchView, read_report
from webapp.search_numbers import Choice, frequencies

_TITLES: dict[Choice, str] = {
    "ops": "Operations, two per node",
    "combines": "Combines, one per node",
    "inputs": "Inputs that nodes read",
}
_NOT_ENOUGH = 10


def render_choices(folder: DataFolder, view: SearchView) -> None:
    """How often each operation, combine and input is chosen, and the controller's entropy."""
    if len(view.trials) < _NOT_ENOUGH:
        st.caption(f"Shown once {_NOT_ENOUGH} cells were proposed.")
        return
    st.caption(
        "Shares in percent of all choices among the trials of a column; the last column is that of "
        "the best cells. A strategy that learns moves towards it."
    )
    left, right = st.columns(2, gap="large")
    with left:
        _render_frequencies(view, "ops")
    with right:
        _render_frequencies(view, "combines")
        _render_frequencies(view, "inputs")
    report = read_report(folder, view.search)
    if report.entropies:
        st.markdown("**Entropy of the controller** · nats per choice; 0 = it always says the same")
        render_chart(
            entropy_figure(report.entropies),
            key=f"entropy-{view.search.id}",
            alt="The controller's mean entropy per choice after each of its updates",
        )
        if report.baseline is not None:
            st.caption(
                f"{report.updates} updates; the controller expects {100 * report.baseline:.1f} %."
            )
    elif view.search.strategy == "ppo":
        st.caption(
            "How sure its controller was is not known: the document that was imported lacks it."
            if view.search.is_imported
            else "The controller has not learnt yet; its entropy appears after its first update."
        )


def _render_frequencies(view: SearchView, choice: Choice) -> None:
    st.markdown(f"**{_TITLES[choice]}**")
    render_chart(
        frequency_figure(frequencies(view.trials, view.config, choice)),
        key=f"{choice}-{view.search.id}",
        alt=f"{_TITLES[choice]}: how often each was chosen over time",
    )
