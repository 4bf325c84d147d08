"""What a search chooses in the course of time, and how sure its controller is."""

import streamlit as st

from core.data_folder import DataFolder
from core.search.ppo import PpoSettings
from webapp.chart import render_chart
from webapp.search_charts import entropy_figure, frequency_figure
from webapp.search_data import SearchView, read_report
from webapp.search_numbers import Choice, frequencies
from webapp.wording import count

_TITLES: dict[Choice, str] = {
    "ops": "Operations, two per node",
    "combines": "Combines, one per node",
    "inputs": "Inputs that nodes read",
}
_LEAST = 2
_FEW = 20


def render_choices(folder: DataFolder, view: SearchView) -> None:
    """How often each operation, combine and input is chosen, and the controller's entropy."""
    proposed = len(view.trials)
    if proposed < _LEAST:
        more = "" if view.search.trials >= _LEAST else " Its budget is a single trial: extend it."
        st.caption(f"Shown once {_LEAST} cells were proposed; {proposed} so far.{more}")
        return
    few = f" Of {count(proposed, 'cell')} shares are coarse." if proposed < _FEW else ""
    st.caption(
        "Shares in percent of all choices among the trials of a column; the last column is that of "
        f"the best cells, once there are some. A strategy that learns moves towards it.{few}"
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
            else unlearnt_text(view.search.trials)
        )


def unlearnt_text(trials: int) -> str:
    """Why a controller has not learnt yet, in a search of so many trials."""
    needed = PpoSettings.batch
    told = f"The controller learns from every {needed} rewards; until then it knows nothing."
    if trials >= needed:
        return f"{told} Its entropy appears then."
    return f"{told} With {count(trials, 'trial')} it never does: extend the search."


def _render_frequencies(view: SearchView, choice: Choice) -> None:
    st.markdown(f"**{_TITLES[choice]}**")
    render_chart(
        frequency_figure(frequencies(view.trials, view.config, choice)),
        key=f"{choice}-{view.search.id}",
        alt=f"{_TITLES[choice]}: how often each was chosen over time",
    )
