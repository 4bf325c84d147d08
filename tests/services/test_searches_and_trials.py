"""What the store promises of searches and trials, the same on every database."""

import threading
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from core.errors import BadInput, DyncellError, NotFound
from core.palette import CAMVID
from core.records import Job, new_id
from core.search_records import Search, SearchState, Trial, TrialState
from core.store import datasets, jobs, models, searches, trials
from core.store.session import Database

_CONFIG = {"strategy": "random", "trials": 8, "seed": 0}


def _search(database: Database, *, name: str = "cells", **values: Any) -> Search:
    with database.writing() as session:
        return searches.add(session, new_id(), name=name, config=_CONFIG, job_id=new_id(), **values)


def _prepared(database: Database, **values: Any) -> Search:
    search = _search(database, **values)
    with database.writing() as session:
        return searches.prepare(
            session,
            search.id,
            static_id=None,
            static_key="5" * 64,
            data_key="d" * 64,
            code="c" * 64,
            prepared={"height": 96},
            stages={"features": 2.0},
        )


def _trial(
    database: Database, search: Search, number: int, *, same_as: int | None = None
) -> tuple[Trial, Job | None]:
    with database.writing() as session:
        job = None
        if same_as is None:
            job = jobs.enqueue(session, "trial", payload={}, title="A trial", priority=1)
        made = trials.add(
            session,
            new_id(),
            search_id=search.id,
            number=number,
            key="a" * 16,
            genotype={"version": 1, "nodes": []},
            seed=2**62,
            thresholds={1: 0.25},
            same_as=same_as,
            job_id=job.id if job else "",
        )
    return made, job


def _publish(database: Database, trial: Trial, reward: float | None, **values: Any) -> Trial:
    with database.writing() as session:
        return trials.publish(session, trial.id, reward=reward, **values)


def _advance(database: Database, search: Search, *, version: int, told: int = 0) -> bool:
    with database.writing() as session:
        return searches.advance(
            session,
            search.id,
            version=version,
            searcher=b"\x00state",
            asked=2,
            told=told,
            stages={"controller": 0.5},
        )


def _get(database: Database, search: Search) -> Search:
    with database.reading() as session:
        return searches.get(session, search.id)


def test_a_search_is_found_by_name_and_by_id_and_runs_once_prepared(database: Database) -> None:
    search = _search(database)
    assert (search.state, search.is_prepared) == (SearchState.PREPARING, False)
    prepared = _prepared(database, name="other")
    assert (prepared.state, prepared.is_prepared) == (SearchState.RUNNING, True)
    assert prepared.started_at is not None
    assert prepared.prepared == {"height": 96}
    with database.reading() as session:
        assert searches.get(session, "cells") == search == searches.get(session, search.id)
        assert searches.count(session, states=[SearchState.RUNNING]) == 1
        with pytest.raises(NotFound, match=r"no search 'x'; searches: other, cells\."):
            searches.get(session, "x")


def test_a_search_that_was_paused_while_it_was_prepared_rests(database: Database) -> None:
    search = _search(database)
    with database.writing() as session:
        moved = searches.move(
            session, search.id, SearchState.PAUSED, since=[SearchState.PREPARING], message="Why."
        )
        assert moved
        prepared = searches.prepare(
            session,
            search.id,
            static_id=None,
            static_key="5",
            data_key="d",
            code="c",
            prepared={},
            stages={},
        )
    assert (prepared.state, prepared.message, prepared.is_prepared) == (
        SearchState.PAUSED,
        "Why.",
        True,
    )


def test_a_name_is_given_once(database: Database) -> None:
    _search(database)
    with pytest.raises(DyncellError, match="named 'cells' exists already"):
        _search(database)


def test_a_searcher_changes_only_from_its_newest_version(database: Database) -> None:
    search = _prepared(database)
    assert _advance(database, search, version=0)
    assert not _advance(database, search, version=0, told=1)
    assert _advance(database, search, version=1, told=1)
    advanced = _get(database, search)
    assert (advanced.version, advanced.asked, advanced.told) == (2, 2, 1)
    assert advanced.stages == {"features": 2.0, "controller": 1.0}
    with database.reading() as session:
        assert searches.read_searcher(session, search.id) == b"\x00state"


def test_a_searcher_of_a_resting_search_does_not_change(database: Database) -> None:
    search = _prepared(database)
    with database.writing() as session:
        searches.move(session, search.id, SearchState.PAUSED, since=[SearchState.RUNNING])
    assert not _advance(database, search, version=0)


def test_of_many_who_advance_at_once_one_wins(database: Database) -> None:
    search = _prepared(database)
    won: list[bool] = []
    threads = [
        threading.Thread(target=lambda: won.append(_advance(database, search, version=0)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    assert _get(database, search).stages["controller"] == 0.5


def test_a_search_moves_only_out_of_the_states_that_were_meant(database: Database) -> None:
    search = _prepared(database)
    with database.writing() as session:
        assert not searches.move(
            session, search.id, SearchState.RUNNING, since=[SearchState.PAUSED]
        )
        assert searches.move(session, search.id, SearchState.DONE, since=[SearchState.RUNNING])
    done = _get(database, search)
    assert done.state.is_finished
    assert done.finished_at is not None


def test_one_job_is_given_to_a_search_at_a_time(database: Database) -> None:
    search = _search(database)
    with database.writing() as session:
        assert searches.give_job(session, search.id, job_id="1" * 16, instead_of=search.job_id)
        assert not searches.give_job(session, search.id, job_id="2" * 16, instead_of=search.job_id)
    assert _get(database, search).job_id == "1" * 16


def test_a_twin_is_listed_behind_its_search_and_goes_with_it(database: Database) -> None:
    first = _search(database, name="first")
    twin = _search(database, name="a twin", twin_of=first.id)
    last = _search(database, name="last")
    with database.reading() as session:
        assert [found.name for found in searches.list_searches(session)] == [
            "last",
            "first",
            "a twin",
        ]
        assert searches.list_searches(session, limit=1, offset=1) == [first]
        assert searches.list_searches(session, with_twins=False) == [last, first]
        assert searches.count(session, with_twins=False) == 2
        assert searches.twins(session, first.id) == [twin]
    made, _ = _trial(database, twin, 0)
    with database.writing() as session:
        searches.delete_search(session, "first")
    with database.reading() as session:
        assert searches.list_searches(session) == [last]
        with pytest.raises(NotFound):
            trials.get(session, made.id)


def test_a_search_outlives_its_dataset_and_its_static_network(database: Database) -> None:
    with database.writing() as session:
        dataset = datasets.add(session, new_id(), name="streets", origin="folder")
        model = models.add(
            session,
            new_id(),
            name="mine",
            kind="static",
            artifact="x",
            sha256="a" * 64,
            size=1,
            palette=CAMVID,
            config={},
            provenance={},
            metrics={},
            params=1,
        )
    search = _search(database, dataset_id=dataset.id, static_id=model.id)
    with database.reading() as session:
        assert searches.unfinished_with(session, dataset_id=dataset.id) == [search]
        assert searches.unfinished_with(session, static_id=model.id) == [search]
        assert searches.unfinished_with(session, dataset_id=new_id()) == []
    with database.writing() as session:
        searches.move(session, search.id, SearchState.STOPPED, since=list(SearchState))
        assert searches.unfinished_with(session, dataset_id=dataset.id) == []
        datasets.delete_dataset(session, dataset.id)
        models.delete_model(session, model.id)
    kept = _get(database, search)
    assert (kept.dataset_id, kept.static_id) == (None, None)


def test_a_trial_runs_while_its_job_does(database: Database) -> None:
    search = _prepared(database)
    made, job = _trial(database, search, 0)
    assert job is not None
    assert (made.state, made.thresholds, made.seed) == (TrialState.WAITING, {1: 0.25}, 2**62)
    with database.writing() as session:
        claimed = jobs.claim(session, ["trial"], lease_owner="w", lease_seconds=60)
        assert claimed is not None
        assert trials.get(session, made.id).state is TrialState.RUNNING
        assert trials.list_trials(session, search.id, states=[TrialState.WAITING]) == []
        assert trials.count(session, search.id, states=[TrialState.RUNNING]) == 1
        assert trials.count_states(session, search.id)[TrialState.RUNNING] == 1
        trials.publish(session, made.id, reward=0.5)
        jobs.finish(session, job.id, claimed.fence)
    with database.reading() as session:
        assert trials.at(session, search.id, 0).state is TrialState.DONE


def test_a_number_is_given_once_within_a_search(database: Database) -> None:
    search = _prepared(database)
    _trial(database, search, 0)
    _trial(database, _prepared(database, name="other"), 0)
    with pytest.raises(IntegrityError):
        _trial(database, search, 0)


def test_a_trial_keeps_its_first_result(database: Database) -> None:
    search = _prepared(database)
    made, _ = _trial(database, search, 0)
    first = _publish(
        database,
        made,
        0.5,
        result={"seconds": {"train": 3.0}},
        seconds=3.5,
        host="h",
        device="cpu",
        started_at=7.0,
    )
    assert (first.reward, first.seconds, first.started_at) == (0.5, 3.5, 7.0)
    assert first.finished_at is not None
    assert _publish(database, made, None, cause="nan") == first


def test_a_trial_ends_with_a_reward_or_a_cause(database: Database) -> None:
    made, _ = _trial(database, _prepared(database), 0)
    with pytest.raises(ValueError, match="a reward or a cause"):
        _publish(database, made, None)
    with pytest.raises(ValueError, match="a reward or a cause"):
        _publish(database, made, 0.5, cause="oom")
    failed = _publish(database, made, None, cause="oom")
    assert (failed.state, failed.reward, failed.cause) == (TrialState.FAILED, None, "oom")


def test_equal_genotypes_share_results_and_failures(database: Database) -> None:
    search = _prepared(database)
    (good, _), (bad, _), (waiting, _) = (_trial(database, search, n) for n in range(3))
    for number, same_as in ((3, good.number), (4, bad.number), (5, waiting.number)):
        _trial(database, search, number, same_as=same_as)
    _publish(database, good, 0.5, seconds=3.0, result={"accuracy": 0.6})
    _publish(database, bad, None, cause="nan")
    with database.writing() as session:
        assert trials.share(session, search.id) == 2
        assert trials.share(session, search.id) == 0
        third, fourth, fifth = trials.list_trials(session, search.id, offset=3)
        assert trials.count_causes(session, search.id) == {"nan": 2}
    assert (third.state, third.reward, third.result) == (TrialState.DONE, 0.5, {"accuracy": 0.6})
    assert third.seconds == 0.0
    assert (fourth.state, fourth.cause) == (TrialState.FAILED, "nan")
    assert fifth.state is TrialState.WAITING


def test_trials_are_listed_in_three_orders_and_in_pages(database: Database) -> None:
    search = _prepared(database)
    for number, reward in enumerate((0.2, None, 0.9, 0.9)):
        made, _ = _trial(database, search, number)
        _publish(database, made, reward, cause="nan" if reward is None else None)
    _trial(database, search, 4)

    def numbers(**options: Any) -> list[int]:
        with database.reading() as session:
            return [t.number for t in trials.list_trials(session, search.id, **options)]

    assert numbers() == [0, 1, 2, 3, 4]
    assert numbers(order="newest", limit=2) == [4, 3]
    assert numbers(order="reward") == [2, 3, 0, 1, 4]
    assert numbers(order="reward", limit=2, offset=1) == [3, 0]
    assert numbers(states=[TrialState.DONE]) == [0, 2, 3]
    with database.reading() as session:
        best = trials.best(session, search.id)
        assert best is not None
        assert best.number == 2
        assert trials.count(session, search.id) == 5
        assert trials.count_states(session, search.id) == {
            TrialState.WAITING: 1,
            TrialState.RUNNING: 0,
            TrialState.DONE: 3,
            TrialState.FAILED: 1,
        }


def test_a_name_that_holds_nul_is_kept_or_refused_in_a_sentence(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        assert _search(database, name="a\0b").name == "a\0b"
        return
    with pytest.raises(BadInput, match=r"holds the character NUL, .* leave it out"):
        _search(database, name="a\0b")
