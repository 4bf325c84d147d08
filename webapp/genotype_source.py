"""The cells that a page can show: those with a name, those of models, and any JSON."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.cell_description import CellConfig, model_cell
from core.data_folder import DataFolder
from core.errors import NotFound
from core.genotype import Genotype, Node
from core.genotype_text import shown
from core.named_genotypes import COPY, DESCRIPTIONS, NAMED
from core.records import Model
from core.store import trials
from webapp.genotype_address import MODEL, json_within
from webapp.genotype_draft import Draft, read_draft

DEFAULT = "propagate"

_KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class ShownCell:
    """A cell, or nodes that are none yet, and where it comes from.

    Attributes:
        title: What it is called.
        draft: Its nodes.
        description: What it is after, in a sentence; empty where nobody said.
        config: The sizes of a model's cell; None means the usual ones.
        model: The model it belongs to.
    """

    title: str
    draft: Draft
    description: str = ""
    config: CellConfig | None = None
    model: Model | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Its nodes in the order in which they are shown."""
        return self.draft.nodes

    @property
    def genotype(self) -> Genotype | None:
        """The cell; None where the nodes make none."""
        return self.draft.genotype


def cell_choices(models: Sequence[Model]) -> dict[str, str]:
    """What can be chosen without any JSON: the form in the address -> what people read."""
    choices = {name: name for name in NAMED}
    for model in models:
        if model_genotype(model) is not None:
            choices[f"{MODEL}{model.id}"] = f"the cell of {model.name}"
    return choices


def find_cell(folder: DataFolder, text: str, models: Sequence[Model]) -> ShownCell:
    """The cell that an address names; the key of a cell that only trials have finds it, too.

    Raises:
        NotFound: Nothing of that name, key or id is known.
        InvalidGenotype: The JSON describes no cell, nor nodes that could be drawn.
    """
    if text in NAMED:
        return _named(text)
    if text.startswith(MODEL):
        return _of_model(text.removeprefix(MODEL), models)
    if _KEY.fullmatch(text):
        return _with_key(folder, text, models)
    document = json_within(text)
    if document is not None:
        return _of_json(document)
    if text == COPY:
        raise NotFound(f"copy keeps labels and has no genotype; choose one of {', '.join(NAMED)}.")
    raise NotFound(
        f"There is no genotype {shown(text)}; choose one of {', '.join(NAMED)}, or bring a file."
    )


def model_genotype(model: Model) -> Genotype | None:
    """The genotype of a model's cell; None for a static network alone and for `copy`."""
    config = model_cell(model)
    return None if config is None else config.genotype


def name_of(genotype: Genotype) -> str | None:
    """The name under which a cell is known, however its nodes are numbered."""
    return next((name for name, known in NAMED.items() if known.key == genotype.key), None)


def _named(name: str) -> ShownCell:
    return ShownCell(name, Draft.of(NAMED[name].nodes), description=DESCRIPTIONS[name])


def _of_json(document: bytes) -> ShownCell:
    draft = read_draft(document)
    known = None if draft.genotype is None else name_of(draft.genotype)
    described = "" if known is None else f"The same cell as {known}. {DESCRIPTIONS[known]}"
    return ShownCell(draft.name or _untold(draft), draft, description=described)


def _untold(draft: Draft) -> str:
    return "Unfinished cell" if draft.genotype is None else f"Cell {draft.genotype.key[:8]}"


def _of_model(model_id: str, models: Sequence[Model]) -> ShownCell:
    model = next((each for each in models if each.id == model_id), None)
    if model is None:
        raise NotFound(f"There is no model {shown(model_id)}; it may have been deleted.")
    config = model_cell(model)
    if config is None or config.genotype is None:
        raise NotFound(f"The model {model.name!r} has no cell with a genotype; choose another.")
    draft = Draft.of(config.genotype.nodes)
    return ShownCell(f"The cell of {model.name}", draft, config=config, model=model)


def _with_key(folder: DataFolder, key: str, models: Sequence[Model]) -> ShownCell:
    for name, known in NAMED.items():
        if known.key == key:
            return _named(name)
    for model in models:
        genotype = model_genotype(model)
        if genotype is not None and genotype.key == key:
            return _of_model(model.id, models)
    with folder.database.reading() as session:
        document = trials.genotype_of_key(session, key)
    if document is None:
        raise NotFound(f"No cell with the key {key} is known here; bring its JSON instead.")
    draft = Draft.of(Genotype.from_dict(document).nodes)
    return ShownCell(_untold(draft), draft, description="Trials of a search have this cell.")
