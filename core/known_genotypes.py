"""The genotypes that a data folder knows by their keys: of models and of trials of searches."""

from core.cell_description import model_cell
from core.data_folder import DataFolder
from core.errors import NotFound
from core.genotype import Genotype
from core.named_genotypes import NAMED, is_key, resolve_genotype
from core.store import models, trials


def find_genotype(folder: DataFolder, text: str) -> Genotype:
    """The genotype behind a name, the path of a JSON file or a key.

    A key is that of a named genotype, of a model's cell or of a trial of a search.

    Raises:
        NotFound: Nothing of that name, path or key is known, or it has no genotype.
        InvalidGenotype: The file holds no genotype.
    """
    try:
        return resolve_genotype(text)
    except NotFound:
        if not is_key(text):
            raise
    found = _of_a_model(folder, text) or _of_a_trial(folder, text)
    if found is None:
        raise NotFound(
            f"No named genotype, model or search has a cell with the key {text}; "
            f"give a JSON file or a name: {', '.join(NAMED)}."
        )
    return found


def _of_a_model(folder: DataFolder, key: str) -> Genotype | None:
    with folder.database.reading() as session:
        known = models.list_models(session, limit=10_000)
    for model in known:
        config = model_cell(model)
        if config is not None and config.genotype is not None and config.genotype.key == key:
            return config.genotype
    return None


def _of_a_trial(folder: DataFolder, key: str) -> Genotype | None:
    with folder.database.reading() as session:
        described = trials.genotype_of_key(session, key)
    return None if described is None else Genotype.from_dict(described)
