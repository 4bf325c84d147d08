"""What a terminal shows of a search; records are made by hand."""

import io
from dataclasses import replace

import pytest

from core.records import JobState, Progress
from core.search_preparation import FEATURES
from core.search_records import SearchState, TrialState
from core.search_summary import SearchSummary
from tasks.cli.search_tables import list_lines, show_lines
from tasks.cli.search_view import LiveView, PlainView, Standing, live_lines, view_on
from tests.core.searches_of_tests import STATIC_MACS, a_job, a_summary, a_trial

BUSY = replace(a_trial(3), state=TrialState.RUNNING)
SEARCH = a_summary(a_trial(0, 0.7), a_trial(1, cause="nan"), a_trial(2, 0.8), BUSY)
TWIN = a_summary(a_trial(0, 0.71), a_trial(1, 0.6), name="cells-twin", strategy="random")
STANDING = Standing([SEARCH, TWIN], [("cells trial 3", Progress(5, 20, "steps", "training"))])


def test_the_picture_shows_both_searches_the_pace_and_what_is_computed() -> None:
    lines = list(live_lines(STANDING))
    assert lines[0] == "cells: ppo, seed 0, parallelism 2, on streets/train"
    assert "at most 50% of the static network's MACs" in lines[1]
    assert "3/10  best 80.00 (trial 2)" in lines[2]
    assert "1 running, 0 stopped early, 0 shared, failed: 1 nan" in lines[3]
    assert "2/10  best 71.00 (trial 0)" in lines[4]
    assert lines[6] == "best 70.00 against the twin's 71.00 (-1.00) after 2 trials each"
    assert "trials an hour, about " in lines[7]
    assert lines[8] == "  cells trial 3: training 5/20 steps"


def test_a_preparation_shows_its_stage_or_that_nobody_works_on_it() -> None:
    search = a_summary(state=SearchState.PREPARING)
    waiting = list(live_lines(Standing([search], [])))
    assert waiting[-1] == "preparing: waits for a worker"
    at_work = [("preparing", Progress(3, 10, "clips", "computing features"))]
    assert "computing features" in list(live_lines(Standing([search], at_work)))[-1]
    begun = list(live_lines(Standing([search], [("preparing", Progress())])))
    assert begun[-1] == "preparing: begins"


def test_a_picture_is_drawn_over_the_last_one_and_notes_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = io.StringIO()
    view = LiveView(stream)
    view.show(STANDING)
    first = stream.getvalue()
    assert max(len(line) for line in first.splitlines()) == 39
    view.show(STANDING)
    assert stream.getvalue() == first  # nothing has changed
    view.note("pausing")
    view.show(STANDING)
    drawn = first.count("\n")
    assert stream.getvalue() == f"{first}\x1b[{drawn}A\x1b[Jpausing\n{first}"


def test_plain_lines_tell_every_event_once() -> None:
    stream = io.StringIO()
    view = view_on(stream)
    assert isinstance(view, PlainView)
    view.show(_with(a_trial(0, 0.7)))
    assert stream.getvalue() == ""  # it had ended before anybody looked
    ended = _with(
        a_trial(0, 0.7),
        a_trial(1, cause="oom"),
        a_trial(2, 0.5, result={"is_stopped": True, "epochs": 2}),
        a_trial(3, 0.5, same_as=2),
    )
    view.show(ended)
    view.show(ended)
    assert stream.getvalue().splitlines() == [
        "cells trial 1: failed (oom), 10.0 s",
        "cells trial 2: reward 50.00, stopped after 2 epochs, 10.0 s",
        "cells trial 3: reward 50.00, the same cell as trial 2",
    ]


def test_plain_lines_name_each_stage_of_the_preparation_once() -> None:
    stream = io.StringIO()
    view = PlainView(stream)
    search = a_summary(state=SearchState.PREPARING)
    for stage, done in (("decoding", 1), ("decoding", 2), ("training", 1)):
        view.show(Standing([search], [("preparing", Progress(done, 9, "frames", stage))]))
    assert stream.getvalue() == "cells: decoding\ncells: training\n"


def test_a_search_is_shown_with_its_best_trials_its_failures_and_why_it_rests() -> None:
    scores = {"accuracy": 0.8, "stability": 0.8, "macs": STATIC_MACS // 2}
    trials = (*SEARCH.trials[:2], a_trial(2, 0.8, result=scores), BUSY)
    search = a_summary(*trials, state=SearchState.PAUSED, message="The disk is full.")
    lines = list(show_lines([search, TWIN], top=1))
    text = "\n".join(lines)
    assert "cells  (paused, its twin running, id s)" in text
    assert "The disk is full." in text
    assert "cells-static (trained on part S by this search), 480x360; frames of S 209" in text
    assert "cells-twin (running): 2 of 10 ended, best 71.00 (trial 0)" in text
    assert "cost        cpu 50.0 s (other 50.0)" in text  # three trials and the twin's two
    assert "for the search and its twin together, the preparation included" in text
    assert "front       over accuracy, stability, macs: trials 2" in text
    assert "hypervolume 32.00%, the twin's 0.00, from accuracy 0, stability 0, macs 100" in text
    rows = lines[lines.index("") + 2 :]
    assert rows[0].split()[:2] == ["2", "80.00"]
    assert rows[1] == "... and 1 more: --top 2"
    assert rows[2].startswith("    1 failed (nan) after 10.0 s")


def test_a_search_that_is_prepared_tells_its_step_and_what_that_takes_still() -> None:
    search = a_summary(state=SearchState.PREPARING, static_key="")
    job = a_job(Progress(3, 12, "clips", FEATURES["C"], 0.1))
    text = "\n".join(show_lines([search], job, top=1))
    told = "step 4 of 5, features to learn from 25 %, 1:30 left of it"
    assert f"preparing   {told}; trials begin after the last step" in text
    assert next(list_lines([search], {"s": job})).endswith(f" 0/10  {told}")
    waiting = replace(job, state=JobState.QUEUED)
    assert "preparing   waits for a worker;" in "\n".join(show_lines([search], waiting, top=1))
    assert next(list_lines([search], {})).endswith("its job is gone")


def _with(*trials: object) -> Standing:
    return Standing([SearchSummary(SEARCH.search, trials)], [])  # type: ignore[arg-type]
