"""What the queue refuses and grants for searches; nothing is trained here."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import JobState, new_id
from core.search.config import SearchConfig
from core.search_records import SearchState
from core.store import datasets, jobs, models, searches
from tasks import queue
from tests.tasks.engine import job_of
from tests.tasks.search_of_tests import CONFIG, add_dataset, add_static, images_of, search_of
from tests.webapp.judged import add_dataset as add_short_dataset
from tests.webapp.stored import add_model


def _jobs(folder: DataFolder) -> int:
    with folder.database.reading() as session:
        return jobs.count(session)


@pytest.fixture
def known(folder: DataFolder) -> DataFolder:
    """A folder with the dataset `stripes` and the static network `small`."""
    add_dataset(folder)
    add_static(folder)
    return folder


def test_a_search_comes_with_a_twin_and_one_preparation_for_both(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)
    twin = search_of(known, "cells-twin")
    assert twin.twin_of == made.id
    assert twin.strategy == "random"
    assert {**twin.config, "strategy": "evolution"} == made.config == CONFIG.to_dict()
    assert made.job_id == twin.job_id
    job = job_of(known, made.job_id)
    assert (job.kind, job.payload["search_id"]) == ("prepare_search", made.id)
    assert _jobs(known) == 1


def test_a_random_search_is_its_own_twin_and_others_may_go_without(known: DataFolder) -> None:
    queue.start_search(known, name="chance", config=replace(CONFIG, strategy="random"))
    queue.start_search(known, name="alone", config=CONFIG, twin=False)
    with known.database.reading() as session:
        assert {each.name for each in searches.list_searches(session)} == {"chance", "alone"}


def _named(**values: object) -> SearchConfig:
    return SearchConfig.from_dict({**CONFIG.to_dict(), **values})


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (_named(dataset="nothing"), "There is no dataset 'nothing'"),
        (_named(static="nothing"), "There is no model 'nothing'"),
        (_named(split="val2"), "has no split 'val2'"),
        (_named(static="silent"), "does not say which images it has learnt"),
        (_named(macs_share=1e-9), "keeps the limit on cost; raise the limit"),
        (_named(dataset="half"), "is not imported yet"),
        (_named(static="knowing"), "knowing has learnt 4 of the 4 frames that cells are trained"),
        (_named(dataset="short", static="auto"), "6 labelled frames are too few to be divided"),
        (_named(static="other"), "other knows other classes than stripes: choose a static"),
    ],
)
def test_what_cannot_be_searched_is_refused_before_anything_is_queued(
    known: DataFolder, config: SearchConfig, said: str, tmp_path: Path
) -> None:
    add_short_dataset(known, tmp_path, name="short")
    add_static(known, name="silent", images=None)
    with known.database.reading() as session:
        data = datasets.get(session, "stripes")
    add_static(known, name="knowing", images=images_of(known, data))
    add_model(known, "other")
    with known.database.writing() as session:
        datasets.add(session, new_id(), name="half", origin="upload")
    with pytest.raises(DyncellError, match=said):
        queue.start_search(known, name="cells", config=config)
    with known.database.reading() as session:
        assert (jobs.count(session), searches.count(session)) == (0, 0)


def test_a_search_that_is_not_prepared_goes_on_with_another_static_network(
    known: DataFolder,
) -> None:
    queue.start_search(known, name="cells", config=CONFIG)
    add_static(known, name="other")
    add_static(known, name="silent", images=None)
    with pytest.raises(DyncellError, match="'cells' is preparing: pause it first"):
        queue.resume_search(known, "cells", static="other")
    queue.pause_search(known, "cells")
    for name, said in (("silent", "silent does not say which"), ("none", "There is no model")):
        with pytest.raises(DyncellError, match=said):
            queue.resume_search(known, "cells", static=name)
    assert search_of(known, "cells").state is SearchState.PAUSED
    resumed = queue.resume_search(known, "cells", static="other")
    twin = search_of(known, "cells-twin")
    assert (resumed.state, twin.state) == (SearchState.PREPARING, SearchState.PREPARING)
    assert resumed.config == replace(CONFIG, static="other").to_dict()
    with known.database.reading() as session:
        assert resumed.static_id == twin.static_id == models.get(session, "other").id
    queue.delete_model(known, "small")  # nothing stands on it any more


def test_a_search_without_a_budget_is_refused() -> None:
    with pytest.raises(DyncellError, match="give it at least 1 trial"):
        _named(trials=0)


def test_a_name_is_given_to_one_search_only(known: DataFolder) -> None:
    queue.start_search(known, name="cells", config=CONFIG)
    with pytest.raises(DyncellError, match="'cells' exists already"):
        queue.start_search(known, name="cells", config=CONFIG)
    with pytest.raises(DyncellError, match="cannot name a search"):
        queue.start_search(known, name="a/b", config=CONFIG)
    assert _jobs(known) == 1


def test_a_search_rests_goes_on_and_ends_with_its_twin_and_its_job(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)

    def states() -> tuple[str, str, str]:
        both = search_of(known, "cells").state, search_of(known, "cells-twin").state
        return *map(str, both), str(job_of(known, made.job_id).state)

    queue.pause_search(known, "cells")
    assert states() == ("paused", "paused", "paused")
    with pytest.raises(DyncellError, match="'cells' is paused: only one that is under way"):
        queue.pause_search(known, "cells")
    queue.resume_search(known, "cells")
    assert states() == ("preparing", "preparing", "queued")
    with pytest.raises(DyncellError, match="'cells' is preparing: nothing is to be resumed"):
        queue.resume_search(known, "cells")
    queue.stop_search(known, "cells")
    assert states() == ("stopped", "stopped", "cancelled")
    with pytest.raises(DyncellError, match="it has ended already"):
        queue.stop_search(known, "cells")
    queue.resume_search(known, "cells")
    assert states() == ("preparing", "preparing", "queued")


def test_a_twin_that_is_still_under_way_is_reached_through_its_search(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)
    with known.database.writing() as session:
        searches.move(session, made.id, SearchState.DONE, since=[SearchState.PREPARING])

    def states() -> tuple[str, str]:
        both = search_of(known, "cells").state, search_of(known, "cells-twin").state
        return str(both[0]), str(both[1])

    queue.pause_search(known, "cells")
    assert states() == ("done", "paused")
    queue.stop_search(known, "cells")
    assert states() == ("done", "stopped")
    with pytest.raises(DyncellError, match="it has ended already"):
        queue.stop_search(known, "cells")


def test_a_twin_that_rests_alone_leaves_the_preparation_to_the_other(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)
    queue.pause_search(known, "cells-twin")
    assert search_of(known, "cells").state is SearchState.PREPARING
    assert job_of(known, made.job_id).state is JobState.QUEUED


def test_a_job_that_is_still_ending_is_replaced_when_its_search_goes_on(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)
    with known.database.writing() as session:
        jobs.claim(session, ["prepare_search"], lease_owner="somebody", lease_seconds=60)
    queue.stop_search(known, "cells")
    assert job_of(known, made.job_id).cancel_requested
    resumed = queue.resume_search(known, "cells")
    assert resumed.job_id != made.job_id
    assert search_of(known, "cells-twin").job_id == resumed.job_id
    again = job_of(known, resumed.job_id)
    assert again.state is JobState.QUEUED
    assert again.payload["search_id"] == made.id


def test_more_trials_are_added_to_both(known: DataFolder) -> None:
    queue.start_search(known, name="cells", config=CONFIG)
    assert queue.extend_search(known, "cells", trials=4).trials == 12
    assert search_of(known, "cells-twin").trials == 12
    with pytest.raises(DyncellError, match="has no limit of hours"):
        queue.extend_search(known, "cells", hours=1)
    with pytest.raises(DyncellError, match="Say how many trials"):
        queue.extend_search(known, "cells")


def test_a_clone_asks_the_same_but_for_what_is_changed(known: DataFolder) -> None:
    queue.start_search(known, name="cells", config=CONFIG)
    made = queue.clone_search(known, "cells", name="again", changes={"seed": 9})
    assert made.config == replace(CONFIG, seed=9).to_dict()
    assert search_of(known, "again-twin").twin_of == made.id
    with pytest.raises(NotFound):
        queue.clone_search(known, "nothing", name="other")


def test_only_a_search_that_is_not_under_way_is_deleted(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)
    with pytest.raises(DyncellError, match="'cells' is preparing: stop it first"):
        queue.delete_search(known, "cells")
    queue.pause_search(known, "cells")
    other = queue.start_search(known, name="other", config=CONFIG, twin=False)
    logs, checkpoints = known.settings.data / "logs", known.settings.checkpoints
    logs.mkdir()
    for name in (f"search-{made.id}.log", f"search-{made.id}.log.1", f"search-{other.id}.log"):
        (logs / name).write_text("a line")
    (checkpoints / f"search-{made.id}").mkdir(parents=True)
    queue.delete_search(known, "cells")
    with known.database.reading() as session:
        assert searches.count(session) == 1
        assert [job.id for job in jobs.list_jobs(session)] == [other.job_id]
    assert [path.name for path in logs.iterdir()] == [f"search-{other.id}.log"]
    assert list(checkpoints.iterdir()) == []


def test_what_a_search_stands_on_stays_until_the_search_is_over(known: DataFolder) -> None:
    queue.start_search(known, name="cells", config=CONFIG)
    with pytest.raises(DyncellError, match=r"in use by the search 'cells' \(preparing\); stop"):
        queue.delete_dataset(known, "stripes")
    with pytest.raises(DyncellError, match=r"in use by the search 'cells' \(preparing\); stop"):
        queue.delete_model(known, "small")
    queue.stop_search(known, "cells")
    queue.delete_dataset(known, "stripes")
    queue.delete_model(known, "small")
    assert search_of(known, "cells").dataset_id is None
