"""The best cells of a search, ordered for training; nothing is trained here."""

from typing import Any

import pytest

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Job, JobState, new_id
from core.store import datasets, jobs, models
from tasks import queue
from tests.tasks.engine import job_of
from tests.tasks.search_of_tests import (
    CONFIG,
    add_dataset,
    add_static,
    images_of,
    search_of,
    trials_of,
)
from tests.webapp.searched import add_search

OPTIONS = {"splits": ["train"], "steps": 10, "length": 3, "variants": 1, "precision": "fp32"}


@pytest.fixture
def known(folder: DataFolder) -> DataFolder:
    """A folder with the dataset `stripes`, static networks, and the finished search `cells`."""
    dataset = add_dataset(folder)
    add_static(folder, images=images_of(folder, dataset))
    add_search(folder, "cells", config=CONFIG, rewards=[0.3, 0.5, None, 0.4, 0.5], shares={4: 1})
    return folder


def promote(folder: DataFolder, **values: Any) -> list[Job]:
    asked: dict[str, Any] = {
        "search": "cells",
        "top": 2,
        "seeds": [0, 1, 2],
        "static": "small",
        "dataset": "stripes",
        "options": OPTIONS,
    }
    return queue.add_final_trainings(folder, **asked | values)


def test_some_of_the_best_cells_are_trained_with_their_ranks(known: DataFolder) -> None:
    third = trials_of(known, "cells")[0]
    added = promote(known, top=100, keys=[third.key])
    told = [(job.payload["trial"], job.payload["rank"], job.payload["seed"]) for job in added]
    assert told == [(0, 3, 0), (0, 3, 1), (0, 3, 2)]
    with pytest.raises(DyncellError, match="These cells of 'cells' are trained with these seeds"):
        promote(known, top=100, keys=[third.key])
    with pytest.raises(DyncellError, match="None of these cells of the search 'cells'"):
        promote(known, top=100, keys=["0" * 16])


def test_the_best_different_cells_are_trained_with_every_seed(known: DataFolder) -> None:
    added = promote(known)
    found = trials_of(known, "cells")
    told = [(job.payload["trial"], job.payload["rank"], job.payload["seed"]) for job in added]
    assert told == [(1, 1, 0), (1, 1, 1), (1, 1, 2), (3, 2, 0), (3, 2, 1), (3, 2, 2)]
    assert added[0].payload["genotype"] == found[1].genotype
    assert added[0].payload["name"] == "cells top 1 seed 0"
    assert added[5].payload["name"] == "cells top 2 seed 2"
    assert {job.kind for job in added} == {"train_cell"}
    with known.database.reading() as session:
        listed = queue.final_trainings(session, search_of(known, "cells").id)
    assert [job.id for job in listed] == [job.id for job in added]


def test_what_is_trained_alike_already_is_left_out_and_refused_when_nothing_is_left(
    known: DataFolder,
) -> None:
    promote(known)
    more = promote(known, top=3)
    assert [(job.payload["trial"], job.payload["seed"]) for job in more] == [(0, 0), (0, 1), (0, 2)]
    with pytest.raises(DyncellError, match="are trained with these seeds already"):
        promote(known, top=3)
    longer = promote(known, top=1, options=OPTIONS | {"steps": 20})
    assert [job.payload["name"] for job in longer] == [
        f"cells trial 1 seed {seed}" for seed in range(3)
    ]


def test_a_training_that_failed_or_whose_model_is_gone_is_ordered_again(known: DataFolder) -> None:
    first, second, third, *_ = promote(known, top=1)
    queue.cancel(known, first.id)
    with known.database.writing() as session:
        model = models.get(session, "small")
        for job_id, model_id in ((second.id, model.id), (third.id, new_id())):
            claimed = jobs.claim(session, ["train_cell"], lease_owner="tests", lease_seconds=60)
            assert claimed is not None
            assert claimed.id == job_id
            jobs.finish(session, claimed.id, claimed.fence, result={"model_id": model_id})
    again = promote(known, top=1)
    assert [job.payload["seed"] for job in again] == [0, 2]
    assert job_of(known, again[0].id).state is JobState.QUEUED


def test_too_few_seeds_no_reward_and_unfit_networks_are_refused_whole(known: DataFolder) -> None:
    add_search(known, "empty", config=CONFIG, rewards=[None, None])
    for values, said in (
        ({"seeds": [0, 1, 1]}, "at least 3 different seeds"),
        ({"search": "empty"}, "No cell of the search 'empty' has a reward yet"),
        ({"search": "none"}, "There is no search 'none'"),
        ({"static": "none"}, "There is no model 'none'"),
    ):
        with pytest.raises(DyncellError, match=said):
            promote(known, **values)
    with known.database.reading() as session:
        assert jobs.list_jobs(session, kinds=["train_cell"]) == []


def test_the_static_network_must_have_learnt_all_of_the_split(known: DataFolder) -> None:
    with known.database.reading() as session:
        images = images_of(known, datasets.get(session, "stripes"))
    add_static(known, name="part", images=images[:6])
    add_static(known, name="silent", images=None)
    for static, said in (
        ("part", "part has learnt 6 of the 10 labelled frames of stripes/train only: choose a st"),
        ("silent", "silent does not say which frames of stripes/train it has learnt: choose"),
    ):
        with pytest.raises(DyncellError, match=said):
            promote(known, static=static)
    with known.database.reading() as session:
        assert jobs.list_jobs(session, kinds=["train_cell"]) == []
