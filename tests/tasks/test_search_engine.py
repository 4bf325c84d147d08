"""Searches from their preparation to their end, with the real bodies of their jobs."""

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

import tasks.advance_search
import tasks.search_material
import tasks.search_rest
import tasks.trial
from core.data_folder import DataFolder, open_data_folder
from core.errors import DyncellError, StorageFull
from core.records import JobState
from core.registry import find_model_row
from core.search_records import SearchState, TrialState
from core.settings import Settings
from core.store import datasets, jobs, trials
from core.store.tables import SearchRow
from core.train.run_state import TrainingDiverged
from tasks import queue
from tasks.kinds import INTERACTIVE
from tasks.running import Wishes
from tasks.search_upkeep import move_searches_on
from tests.tasks.search_of_tests import (
    CONFIG,
    Story,
    add_dataset,
    add_static,
    images_of,
    search_of,
    story_of,
    trials_of,
    work_off,
)


@pytest.fixture
def known(folder: DataFolder) -> DataFolder:
    add_dataset(folder)
    add_static(folder)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What the search comes to when nothing interrupts it."""
    folder = open_data_folder(Settings.of(tmp_path_factory.mktemp("whole"), {}))
    add_dataset(folder)
    add_static(folder)
    queue.start_search(folder, name="cells", config=CONFIG, twin=False)
    work_off(folder)
    assert search_of(folder, "cells").state is SearchState.DONE
    story = story_of(folder, "cells")
    folder.database.close()
    return story


def _begun(folder: DataFolder, *, jobs_done: int = 4) -> None:
    queue.start_search(folder, name="cells", config=CONFIG, twin=False)
    work_off(folder, at_most=jobs_done)
    assert search_of(folder, "cells").state is SearchState.RUNNING


def _resumed(folder: DataFolder) -> Story:
    queue.resume_search(folder, "cells")
    work_off(folder)
    assert search_of(folder, "cells").state is SearchState.DONE
    return story_of(folder, "cells")


def test_a_search_and_its_twin_run_to_their_ends(known: DataFolder, whole: Story) -> None:
    queue.start_search(known, name="cells", config=CONFIG)
    work_off(known)
    done, twin = search_of(known, "cells"), search_of(known, "cells-twin")
    assert (done.state, twin.state) == (SearchState.DONE, SearchState.DONE)
    assert (done.static_key, done.data_key, done.code) == (
        twin.static_key,
        twin.data_key,
        twin.code,
    )
    assert story_of(known, "cells") == whole
    found = trials_of(known, "cells")
    assert [t.number for t in found] == list(range(8))
    assert all(0 < (t.reward or 0) < 1 and t.device == "cpu" and t.host for t in found)
    assert all(set(t.result["seconds"]) == {"load", "train", "judge", "time"} for t in found)
    assert all(t.result["latency_ms"] > 0 and t.result["latency_device"] for t in found)
    assert set(done.stages) == {"static", "features", "controller"}
    assert set(twin.stages) == {"controller"}
    assert done.prepared["frames"] == {"S": 6, "C": 3, "M": 1}
    with known.database.reading() as session:
        assert jobs.count(session, kinds=["prepare_search"]) == 1
        assert jobs.count(session, kinds=["trial"]) == 16


@pytest.mark.parametrize("interrupt", [queue.pause_search, queue.stop_search])
def test_a_search_that_was_interrupted_comes_to_the_same(
    known: DataFolder, whole: Story, interrupt: Callable[[DataFolder, str], object]
) -> None:
    _begun(known)
    interrupt(known, "cells")
    assert work_off(known) == []
    assert len(story_of(known, "cells")) < 8
    assert _resumed(known) == whole


def test_a_search_by_ppo_that_is_interrupted_again_and_again_comes_to_the_same(
    known: DataFolder,
) -> None:
    config = replace(CONFIG, strategy="ppo", trials=5)
    queue.start_search(known, name="whole", config=config, twin=False)
    work_off(known)
    queue.start_search(known, name="cells", config=config, twin=False)
    while work_off(known, at_most=1):
        if search_of(known, "cells").state.can_pause:
            queue.pause_search(known, "cells")
            queue.resume_search(known, "cells")
    assert search_of(known, "cells").state is SearchState.DONE
    assert story_of(known, "cells") == story_of(known, "whole")


def test_no_slot_for_interactive_work_takes_jobs_of_searches() -> None:
    assert not {"prepare_search", "advance_search", "trial"} & set(INTERACTIVE)


def test_a_running_trial_rests_at_its_next_step_and_begins_anew(
    known: DataFolder, whole: Story
) -> None:
    _begun(known, jobs_done=3)
    (job,) = work_off(known, at_most=1, wishes=Wishes(pause=True))
    assert (job.kind, job.state, job.attempt) == ("trial", JobState.PAUSED, 0)
    queue.pause_search(known, "cells")
    assert _resumed(known) == whole


def test_a_preparation_rests_in_the_middle_of_its_training_and_goes_on(
    known: DataFolder,
) -> None:
    queue.start_search(known, name="before", config=CONFIG, twin=False)
    work_off(known, at_most=1)  # its frames are decoded now
    queue.stop_search(known, "before")
    config = replace(CONFIG, static="auto", trials=1, macs_share=None)
    queue.start_search(known, name="cells", config=config, twin=False, static_steps=2)
    (job,) = work_off(known, wishes=Wishes(pause=True))
    assert (job.kind, job.state, job.attempt) == ("prepare_search", JobState.PAUSED, 0)
    spent = search_of(known, "cells").stages["static"]
    assert spent > 0
    queue.pause_search(known, "cells")
    queue.resume_search(known, "cells")
    work_off(known)
    found = search_of(known, "cells")
    assert found.state is SearchState.DONE
    assert found.stages["static"] > spent


def test_an_extended_search_comes_to_what_a_longer_one_does(
    known: DataFolder, whole: Story
) -> None:
    queue.start_search(known, name="cells", config=replace(CONFIG, trials=3), twin=False)
    work_off(known)
    assert search_of(known, "cells").state is SearchState.DONE
    queue.extend_search(known, "cells", trials=5)
    assert search_of(known, "cells").state is SearchState.RUNNING
    work_off(known)
    assert story_of(known, "cells") == whole


def test_equal_genotypes_are_trained_once(known: DataFolder) -> None:
    config = replace(CONFIG, nodes=1, strategy="random", parallelism=3, trials=7)
    config = replace(config, seed=140)  # trials 4 and 5 are equal, and 5 is asked for while 4 runs
    config = replace(config, budget=replace(config.budget, epochs=1, rungs=()))
    queue.start_search(known, name="cells", config=config, twin=False)
    work_off(known)
    found = trials_of(known, "cells")
    assert all(t.state is TrialState.DONE for t in found)
    assert [t.same_as for t in found] == [None] * 5 + [4, None]
    equal, shared = found[4], found[5]
    assert (equal.key, equal.reward, equal.result) == (shared.key, shared.reward, shared.result)
    assert (shared.job_id, shared.seconds) == ("", 0.0)
    with known.database.reading() as session:
        assert jobs.count(session, kinds=["trial"]) == 6


def test_a_trial_that_diverges_has_failed_and_the_search_goes_on(
    known: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tasks.trial.run_trial

    def diverging(genotype, **given):  # type: ignore[no-untyped-def]
        if given["seed"] == trials_of(known, "cells")[1].seed:
            raise TrainingDiverged(3, "the loss is nan", None)
        return real(genotype, **given)

    monkeypatch.setattr(tasks.trial, "run_trial", diverging)
    queue.start_search(known, name="cells", config=CONFIG, twin=False)
    work_off(known)
    found = trials_of(known, "cells")
    assert [t.cause for t in found] == ["", "nan"] + [""] * 6
    assert (found[1].state, found[1].reward) == (TrialState.FAILED, None)
    assert search_of(known, "cells").state is SearchState.DONE


@pytest.mark.parametrize("cause", ["oom", "timeout", "crash"])
def test_a_job_that_failed_fails_its_trial_and_the_search_goes_on(
    known: DataFolder, cause: str
) -> None:
    _begun(known, jobs_done=1)
    with known.database.writing() as session:
        job = jobs.claim(session, ["trial"], lease_owner="tests", lease_seconds=60)
        assert job is not None
        jobs.fail(session, job.id, job.fence, error="It failed.", cause=cause)
    work_off(known)
    found = trials_of(known, "cells")
    assert [t.cause for t in found] == [cause] + [""] * 7
    assert search_of(known, "cells").state is SearchState.DONE


def test_a_search_whose_trial_job_was_cancelled_by_hand_rests(
    known: DataFolder, whole: Story
) -> None:
    _begun(known, jobs_done=1)
    queue.cancel(known, trials_of(known, "cells")[0].job_id)
    work_off(known)
    resting = search_of(known, "cells")
    assert resting.state is SearchState.PAUSED
    assert resting.message == "The job of trial 0 was cancelled; resume the search to run it."
    assert _resumed(known) == whole


def test_a_full_disk_rests_the_search_and_loses_nothing(
    known: DataFolder, whole: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begun(known, jobs_done=3)
    with monkeypatch.context() as patch:
        tasks.search_material._opened.clear()

        def full(*_: object, **__: object) -> None:
            raise StorageFull("The disk has no room for the features; free some space.")

        patch.setattr(tasks.search_material, "open_material", full)
        work_off(known)
    resting = search_of(known, "cells")
    assert resting.state is SearchState.PAUSED
    assert resting.message == "The disk has no room for the features; free some space."
    with known.database.reading() as session:
        states = {job.state for job in jobs.list_jobs(session, kinds=["trial"])}
    assert states == {JobState.DONE, JobState.PAUSED}
    assert _resumed(known) == whole


def test_a_worker_with_other_code_refuses_the_trial_without_using_it_up(
    known: DataFolder, whole: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begun(known, jobs_done=3)
    with monkeypatch.context() as patch:
        patch.setattr(tasks.search_rest, "search_code", lambda: "0" * 64)
        (job,) = work_off(known)
    assert (job.state, job.attempt) == (JobState.PAUSED, 0)
    resting = search_of(known, "cells")
    assert resting.state is SearchState.PAUSED
    assert "has other code than this search began with" in resting.message
    assert _resumed(known) == whole


def test_a_dataset_that_vanished_rests_the_search(known: DataFolder, whole: Story) -> None:
    _begun(known, jobs_done=3)
    tasks.search_material._opened.clear()
    kept = known.settings.data / "kept"
    (pack,) = known.artifacts.folder.glob("*.pack")
    shutil.move(pack, kept)
    work_off(known)
    resting = search_of(known, "cells")
    assert resting.state is SearchState.PAUSED
    assert resting.message
    shutil.move(kept, pack)
    assert _resumed(known) == whole


def test_other_frames_under_the_same_name_are_refused(known: DataFolder) -> None:
    _begun(known, jobs_done=3)
    tasks.search_material._opened.clear()
    with known.database.writing() as session:
        session.execute(update(SearchRow).values(data_key="0" * 64))
    work_off(known)
    assert "holds other frames than when this search began" in search_of(known, "cells").message


def test_upkeep_moves_on_what_a_death_left_behind(
    known: DataFolder, whole: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.start_search(known, name="cells", config=CONFIG, twin=False)
    with monkeypatch.context() as patch:  # every process dies between its trial and the next ask
        patch.setattr(tasks.trial, "advance", lambda *_: None)
        for _ in range(20):
            work_off(known)
            moved = move_searches_on(known, idle_seconds=0.0)
            if not moved:
                break
            assert move_searches_on(known, idle_seconds=0.0) == []  # once is enough
    assert story_of(known, "cells") == whole
    assert search_of(known, "cells").state is SearchState.DONE


def test_upkeep_leaves_alone_what_has_only_just_ended(known: DataFolder) -> None:
    _begun(known, jobs_done=3)
    with known.database.writing() as session:
        for trial in trials_of(known, "cells"):
            if not trial.state.is_finished:
                jobs.request_cancel(session, trial.job_id)
    assert move_searches_on(known, idle_seconds=60.0) == []
    assert [each.name for each in move_searches_on(known, idle_seconds=0.0)] == ["cells"]


def test_a_preparation_that_fails_for_good_rests_the_search(known: DataFolder) -> None:
    made = queue.start_search(known, name="cells", config=CONFIG)
    with known.database.writing() as session:
        job = jobs.claim(session, ["prepare_search"], lease_owner="tests", lease_seconds=60)
        assert job is not None
        jobs.fail(session, job.id, job.fence, error="It died.", cause="crash")
    move_searches_on(known, idle_seconds=0.0)
    move_searches_on(known, idle_seconds=0.0)
    assert search_of(known, "cells").message == "It died."
    assert search_of(known, "cells-twin").state is SearchState.PAUSED
    queue.resume_search(known, "cells")
    assert search_of(known, made.name).state is SearchState.PREPARING
    work_off(known)
    assert search_of(known, "cells").state is SearchState.DONE


def test_a_refused_static_network_rests_the_search_which_goes_on_with_another_one(
    known: DataFolder, whole: Story
) -> None:
    with known.database.reading() as session:
        data = datasets.get(session, "stripes")
    add_static(known, name="knowing", images=images_of(known, data))
    drives = str(known.settings.data / "drives")  # what a path holds is not known at the launch
    config = replace(CONFIG, static="knowing", dataset=drives)
    queue.start_search(known, name="cells", config=config)
    work_off(known)
    resting = search_of(known, "cells")
    assert resting.state is SearchState.PAUSED
    assert "knowing has learnt 4 of the 4 frames" in resting.message
    assert search_of(known, "cells-twin").message == resting.message
    queue.resume_search(known, "cells", static="small")
    work_off(known)
    done, twin = search_of(known, "cells"), search_of(known, "cells-twin")
    assert (done.state, twin.state) == (SearchState.DONE, SearchState.DONE)
    assert done.config["static"] == twin.config["static"] == "small"
    assert (done.prepared["static_name"], done.static_id) == ("small", twin.static_id)
    assert story_of(known, "cells") == whole
    with pytest.raises(DyncellError, match="stands on small already: clone it"):
        queue.resume_search(known, "cells", static="knowing")


def test_without_a_fitting_static_network_one_is_trained_and_used_again(known: DataFolder) -> None:
    config = replace(CONFIG, static="auto", trials=1, macs_share=None)
    queue.start_search(known, name="cells", config=config, twin=False, static_steps=2)
    work_off(known)
    done = search_of(known, "cells")
    assert done.state is SearchState.DONE
    made = find_model_row(known, "cells-static")
    assert made is not None
    assert made.id == done.static_id
    assert (made.config["width"], len(made.provenance["training"]["images"])) == (1.0, 6)
    assert done.prepared["static_is_own"]
    assert not list(known.settings.checkpoints.iterdir())
    queue.start_search(known, name="again", config=config, twin=False, static_steps=2)
    work_off(known)
    again = search_of(known, "again")
    assert again.static_id == made.id
    assert not again.prepared["static_is_own"]
    assert story_of(known, "again") == story_of(known, "cells")


def test_a_deleted_search_takes_its_jobs_along(known: DataFolder) -> None:
    _begun(known, jobs_done=3)
    queue.stop_search(known, "cells")
    queue.delete_search(known, "cells")
    assert work_off(known) == []
    with known.database.reading() as session:
        unfinished = [state for state in JobState if not state.is_finished]
        assert jobs.count(session, states=unfinished) == 0
        assert trials.count(session, "cells") == 0


def test_hours_that_are_used_up_end_a_search(known: DataFolder) -> None:
    config = replace(CONFIG, hours=1e-6)
    queue.start_search(known, name="cells", config=config, twin=False)
    work_off(known)
    done = search_of(known, "cells")
    assert done.state is SearchState.DONE
    assert done.message == "Its 1e-06 hours are used up."
    assert 0 < done.asked < 8
    queue.extend_search(known, "cells", hours=1.0)
    work_off(known)
    assert search_of(known, "cells").asked == 8
    assert search_of(known, "cells").message == ""


def test_two_that_advance_at_once_ask_for_every_trial_once(
    known: DataFolder, whole: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second advance happens entirely between the reading and the writing of the first."""
    real = tasks.advance_search.told_and_asked
    is_inner = False

    def slow(*arguments, **given):  # type: ignore[no-untyped-def]
        nonlocal is_inner
        step = real(*arguments, **given)
        if not is_inner:
            is_inner = True
            tasks.advance_search.advance(known, search_of(known, "cells").id)
            is_inner = False
        return step

    monkeypatch.setattr(tasks.advance_search, "told_and_asked", slow)
    queue.start_search(known, name="cells", config=CONFIG, twin=False)
    work_off(known)
    assert story_of(known, "cells") == whole
    with known.database.reading() as session:
        assert jobs.count(session, kinds=["trial"]) == 8
