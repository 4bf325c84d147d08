"""The best cells of a search, trained to the end with several seeds each."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.genotype import Genotype
from core.names import free_name
from core.records import Dataset, Job, JobState, Model
from core.search.static_fit import IMAGES, refuse_unlearnt
from core.search_records import Search, Trial
from core.search_summary import best_cells
from core.store import datasets, jobs, models, searches, trials
from tasks.queue.labelled_images import labelled_images
from tasks.queue.messages import notify
from tasks.queue.trainings import names_in_use, order_cell_training

LEAST_SEEDS = 3
"""With fewer nobody can tell a better cell from a luckier training."""

_LONGEST_NAME = 50  # characters of the search's that are left in the models' names
_ALL = 1_000_000


def add_final_trainings(
    folder: DataFolder,
    *,
    search: str,
    top: int,
    seeds: Sequence[int],
    static: str,
    dataset: str,
    options: dict[str, Any],
    keys: Collection[str] = (),
) -> list[Job]:
    """Queues the training of the best cells of a search, each with every seed; all or none.

    What has the same cell, seed, data, static network and options as a training that waits, runs,
    rests or has made a model that is still there is left out.

    Args:
        folder: The data folder.
        search: Name or id of the search.
        top: How many different cells, the best first.
        seeds: Seeds of the trainings.
        static: Name or id of the static network, usually one that has learnt all of train.
        dataset: Name or id of the dataset.
        options: As `add_cell_training` has them, but for `seed` and `key_interval`.
        keys: Keys of cells; where they are given, of the best `top` only these are trained.

    Returns:
        The jobs that were added, by rank and seed.

    Raises:
        NotFound: There is no such search, dataset or static network.
        DyncellError: There are too few seeds, no cell has a reward yet, all of it is there already,
            the static network has not learnt all of the search's split, or as `add_cell_training`.
    """
    if len(set(seeds)) < LEAST_SEEDS:
        raise DyncellError(
            f"Train each cell with at least {LEAST_SEEDS} different seeds: with fewer nobody can "
            "tell a better cell from a luckier training."
        )
    _refuse_unlearnt(folder, search, static, dataset, options)
    with folder.database.writing() as session:
        found = searches.get(session, search)
        best = best_cells(trials.list_trials(session, found.id, limit=None), most=top)
        chosen = [each for each in enumerate(best, 1) if not keys or each[1].key in keys]
        if not chosen:
            which = "None of these cells" if keys else "No cell"
            raise DyncellError(f"{which} of the search {found.name!r} has a reward yet.")
        shared = options | {
            "static_id": models.get(session, static).id,
            "dataset_id": datasets.get(session, dataset).id,
        }
        there = _there(session, shared)
        added = []
        for rank, trial in chosen:
            for seed in dict.fromkeys(seeds):
                if (trial.key, seed) not in there:
                    added.append(
                        _order(session, found, trial, rank, seed, static, dataset, options)
                    )
        if not added:
            which = "These" if keys else f"The best {len(chosen)}"
            raise DyncellError(
                f"{which} cells of {found.name!r} are trained with these seeds "
                "already, or are being trained; take more cells or other seeds."
            )
    notify(folder.settings)
    return added


def final_trainings(session: Session, search_id: str) -> list[Job]:
    """The trainings that were ordered for the best cells of a search, the oldest first."""
    found = jobs.list_jobs(session, kinds=["train_cell"], limit=_ALL)
    return [job for job in reversed(found) if job.payload.get("search_id") == search_id]


def learnt_statics(
    folder: DataFolder, *, search: str, dataset: str, splits: Sequence[str]
) -> list[Model]:
    """Static networks that a search's cells can be trained on to the end.

    They know the dataset's classes and have learnt all of the search's split, or all of `splits`
    of another dataset. Of a dataset that is not rendered yet there are none.

    Args:
        folder: The data folder.
        search: Name or id of the search.
        dataset: Name or id of the dataset.
        splits: What cells are to learn from.

    Raises:
        NotFound: There is no such search or dataset.
    """
    with folder.database.reading() as session:
        found, data = searches.get(session, search), datasets.get(session, dataset)
        known = models.list_models(session, limit=_ALL)
    wanted = {
        image
        for split in _to_have_learnt(found, data, splits)
        for image in labelled_images(folder, data, split)
    }
    return [
        model
        for model in known
        if model.kind == "static"
        and model.classes == data.classes
        and wanted <= set(model.provenance.get("training", {}).get(IMAGES, ()))
    ]


def _refuse_unlearnt(
    folder: DataFolder, search: str, static: str, dataset: str, options: dict[str, Any]
) -> None:
    """Demands that it has learnt the search's split, or all splits of another dataset."""
    with folder.database.reading() as session:
        found, network = searches.get(session, search), models.get(session, static)
        data = datasets.get(session, dataset)
    for split in _to_have_learnt(found, data, options.get("splits", ())):
        refuse_unlearnt(
            network.name,
            network.provenance.get("training", {}),
            images=labelled_images(folder, data, split),
            where=f"{data.name}/{split}",
        )


def _to_have_learnt(search: Search, data: Dataset, splits: Sequence[str]) -> list[str]:
    """The splits that a static network must have learnt all of."""
    if data.id == search.dataset_id or not splits:
        return [str(search.config["split"])]
    return list(splits)


def _order(
    session: Session,
    search: Search,
    trial: Trial,
    rank: int,
    seed: int,
    static: str,
    dataset: str,
    options: dict[str, Any],
) -> Job:
    genotype = Genotype.from_dict(trial.genotype)
    return order_cell_training(
        session,
        genotype=genotype,
        title=f"trial {trial.number} of {search.name}",
        static=static,
        dataset=dataset,
        name=_name(session, search, trial, rank, seed),
        options=options
        | {
            "seed": seed,
            "key_interval": 5 if genotype.is_light else 0,
            "search_id": search.id,
            "trial": trial.number,
            "rank": rank,
        },
    )


def _name(session: Session, search: Search, trial: Trial, rank: int, seed: int) -> str:
    """From search, rank and seed; the trial's number, too, where another cell had that rank."""
    base = search.name[:_LONGEST_NAME].strip()
    name = f"{base} top {rank} seed {seed}"
    taken = names_in_use(session)
    if name not in taken:
        return name
    name = f"{base} trial {trial.number} seed {seed}"
    return free_name(name, taken.__contains__)


def _there(session: Session, shared: dict[str, Any]) -> set[tuple[str, int]]:
    """Key and seed of what is trained alike already, or is going to be."""
    kept = {model.id for model in models.list_models(session, limit=_ALL)}
    found = set()
    for job in jobs.list_jobs(session, kinds=["train_cell"], limit=_ALL):
        is_made = job.state is JobState.DONE and job.result.get("model_id") in kept
        if (is_made or not job.state.is_finished) and all(
            job.payload.get(name) == value for name, value in shared.items()
        ):
            genotype = Genotype.from_dict(job.payload["genotype"])
            found.add((genotype.key, int(job.payload["seed"])))
    return found
