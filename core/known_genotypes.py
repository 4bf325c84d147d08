"""The genotypes that a data folder knows by their keys: of models and of trials of searches."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from core.cell_description import model_cell
from core.data_folder import DataFolder
from core.errors import NotFound
from core.genotype import Genotype
from core.genotype_text import shown
from core.model_file import SUFFIX, read_header
from core.named_genotypes import COPY, NAMED, is_key, resolve_genotype
from core.nn.cell_config import CellConfig
from core.registry import resolve_model
from core.store import models, trials

_ALL = 100_000


@dataclass(frozen=True)
class KnownGenotype:
    """A genotype and where it is known from.

    Attributes:
        genotype: The cell.
        names: The names it has.
        models: The names of the models whose cell it is.
        trials: How many trials of searches have it.
    """

    genotype: Genotype
    names: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    trials: int = 0


def list_genotypes(
    folder: DataFolder, *, limit: int, offset: int
) -> tuple[list[KnownGenotype], int]:
    """Some of the known genotypes and how many there are: named ones, models', then trials'."""
    found: dict[str, KnownGenotype | None] = {}
    for name, genotype in NAMED.items():
        found[genotype.key] = KnownGenotype(genotype, names=(name,))
    with folder.database.reading() as session:
        for model in models.list_models(session, limit=_ALL):
            config = model_cell(model)
            if config is not None and config.genotype is not None:
                known = found.get(config.genotype.key) or KnownGenotype(config.genotype)
                found[config.genotype.key] = replace(known, models=(*known.models, model.name))
        numbers = trials.count_keys(session)
        found |= {key: None for key in numbers if key not in found}
        chosen = []
        for key in list(found)[offset : offset + limit]:
            known = found[key] or KnownGenotype(_of_trials(session, key))
            chosen.append(replace(known, trials=numbers.get(key, 0)))
    return chosen, len(found)


def known_genotype(folder: DataFolder, text: str) -> Genotype:
    """The genotype behind a name, a key, or the name or id of a model that has a cell; no file.

    Raises:
        NotFound: Nothing of that name or key is known, or it has no genotype.
    """
    if text in NAMED:
        return NAMED[text]
    if is_key(text):
        named = {genotype.key: genotype for genotype in NAMED.values()}
        found = named.get(text) or _of_a_model(folder, text) or _of_a_trial(folder, text)
        if found is not None:
            return found
    unknown = NotFound(
        f"No named genotype, model or search has a cell {shown(text)}; the names are "
        f"{', '.join(NAMED)}."
    )
    return _of_the_model(folder, text, unknown)


def find_genotype(folder: DataFolder, text: str) -> Genotype:
    """The genotype behind a name, the path of a JSON file, a key, or a model that has a cell.

    A key is that of a named genotype, of a model's cell or of a trial of a search. A model is given
    by its name or its file; the name of a genotype wins.

    Raises:
        NotFound: Nothing of that name, path or key is known, or it has no genotype.
        InvalidGenotype: The file holds no genotype.
        BadCheckpoint: The file of a model is missing or damaged.
    """
    if text.endswith(SUFFIX):
        return _inside(read_header(resolve_model(folder, text)).cell, text)
    try:
        return resolve_genotype(text)
    except NotFound as unknown:
        if not is_key(text):
            return _of_the_model(folder, text, unknown)
    found = _of_a_model(folder, text) or _of_a_trial(folder, text)
    if found is None:
        raise NotFound(
            f"No named genotype, model or search has a cell with the key {text}; "
            f"give a JSON file or a name: {', '.join(NAMED)}."
        )
    return found


def _of_the_model(folder: DataFolder, name: str, unknown: NotFound) -> Genotype:
    if name == COPY or name.endswith(".json") or "/" in name:
        raise unknown
    try:
        with folder.database.reading() as session:
            model = models.get(session, name)
    except NotFound:
        raise unknown from None
    return _inside(model_cell(model), name)


def _inside(config: CellConfig | None, name: str) -> Genotype:
    if config is None:
        raise NotFound(f"{shown(name)} is a static network without a cell; name a genotype.")
    if config.genotype is None:
        raise NotFound(f"The cell of {shown(name)} keeps labels and has no genotype.")
    return config.genotype


def _of_a_model(folder: DataFolder, key: str) -> Genotype | None:
    with folder.database.reading() as session:
        known = models.list_models(session, limit=10_000)
    for model in known:
        config = model_cell(model)
        if config is not None and config.genotype is not None and config.genotype.key == key:
            return config.genotype
    return None


def _of_trials(session: Session, key: str) -> Genotype:
    described = trials.genotype_of_key(session, key)
    if described is None:
        raise NotFound(f"The trials of the cell {key} have just been deleted; ask again.")
    return Genotype.from_dict(described)


def _of_a_trial(folder: DataFolder, key: str) -> Genotype | None:
    with folder.database.reading() as session:
        described = trials.genotype_of_key(session, key)
    return None if described is None else Genotype.from_dict(described)
