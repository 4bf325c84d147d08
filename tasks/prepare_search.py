"""The job `prepare_search`: all that the trials of a search and of its twin stand on, made once.

Payload: `search_id`, `model_id` (the id of the static network where one is to be trained),
`static_steps` (its steps; None: the usual number). The dataset's split is divided into the parts S,
C and M; a static network is taken from the registry, or trained on S with checkpoints; its features
of C and M are computed. Whatever is in the way pauses the search, and resuming goes on from there.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import torch
from sqlalchemy.orm import Session

from core.errors import NotFound, Paused
from core.model_file import model_digest, read_header
from core.nn.config import StaticConfig
from core.search.code import search_code
from core.search.config import SearchConfig
from core.search.material import PartData, TrialMaterial
from core.search_records import Search, SearchState
from core.store import searches
from tasks.advance_search import advance, build
from tasks.context import JobContext
from tasks.search_material import Telling, compute_features, open_parts, open_split
from tasks.search_rest import resting
from tasks.search_static import Static, chosen_static
from tasks.training import THREADS

Publish = Callable[[Session], dict[str, object]]


def run(context: JobContext) -> None:
    """Prepares the search of the payload with its twins and asks for their first trials."""
    with context.folder.database.reading() as session:
        search = searches.get(session, context.job.payload["search_id"])
        together = [search, *searches.twins(session, search.id)]
    if search.is_prepared:
        context.finish(lambda _: {})
        return
    if search.state is not SearchState.PREPARING:
        raise Paused(f"The search {search.name} rests; resume it to go on.")
    torch.set_num_threads(THREADS)
    seconds: dict[str, float] = {}
    with resting(context, search), _counted(context, search, seconds):
        publish = _prepared(context, search, together, seconds)
    context.finish(publish)
    shutil.rmtree(_checkpoints(context, search), ignore_errors=True)
    for each in together:
        advance(context.folder, each.id)


def _prepared(
    context: JobContext, search: Search, together: list[Search], seconds: dict[str, float]
) -> Publish:
    """Does it all, adding seconds by stage; returns what stores it."""
    config = SearchConfig.from_dict(search.config)
    telling = Telling(context)
    reader = open_split(context, search, telling)
    parts = open_parts(context, reader, config, telling, StaticConfig.input_size)
    with _timed(seconds, "static"):
        static = chosen_static(context, search, parts, checkpoints=_checkpoints(context, search))
    size = read_header(static.path).config.input_size
    if size != StaticConfig.input_size:
        parts = open_parts(context, reader, config, telling, size)
    with _timed(seconds, "features"):
        material = compute_features(context, config, static.path, parts, telling)
    digest, found = model_digest(static.path), _found(static, material, parts)
    for each in together:
        its = SearchConfig.from_dict(each.config)
        build(replace(each, prepared=found), its, None)  # there is a genotype within the limit
    data_key = reader.index.split_digest(config.split)

    def publish(session: Session) -> dict[str, object]:
        for each in together:
            searches.prepare(
                session,
                each.id,
                static_id=static.model_id,
                static_key=digest,
                data_key=data_key,
                code=search_code(),
                prepared=found,
                stages=seconds if each.id == search.id else {},
            )
        return {"static": static.name, "seconds": seconds}

    return publish


def _found(static: Static, material: TrialMaterial, parts: PartData) -> dict[str, object]:
    height, width = material.learn[0].labels.shape[-2:]
    return {
        "static": material.static.to_dict(),
        "static_name": static.name,
        "static_is_own": static.is_own,
        "height": int(height),
        "width": int(width),
        "frames": {"S": len(parts.static), "C": len(parts.cells), "M": len(parts.reward)},
        "clips": {"C": len(material.learn), "M": len(material.judge)},
    }


def _checkpoints(context: JobContext, search: Search) -> Path:
    """Where the training of the search's static network keeps its checkpoint."""
    return context.folder.settings.checkpoints / f"search-{search.id}"


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    begun = time.monotonic()
    try:
        yield
    finally:
        seconds[stage] = round(time.monotonic() - begun, 3)


@contextmanager
def _counted(context: JobContext, search: Search, seconds: dict[str, float]) -> Iterator[None]:
    """What was spent before something interrupted the preparation counts, too."""
    try:
        yield
    except Exception:
        with suppress(NotFound), context.folder.database.writing() as session:
            searches.spend(session, search.id, seconds)
        raise
