"""Models with a cell that has learnt nothing yet: `copy`, and any genotype on a static network.

They are written `copy`, `copy@MODEL` or `GENOTYPE@MODEL`. A light cell that has learnt nothing
labels as `copy` does, a full one as its static network.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from core.model_file import DEFAULT_STATIC, SUFFIX, Provenance, model_digest
from core.named_genotypes import COPY, resolve_genotype
from core.nn.build import add_cell
from core.nn.cell_config import CellConfig
from core.nn.weights import load_model, save_model


def names_fresh_cell(text: str) -> bool:
    """Whether a text means such a model rather than a name or a file."""
    return text == COPY or ("@" in text and not Path(text).is_file())


def fresh_cell_model(text: str, *, find_static: Callable[[str], Path], cache: Path) -> Path:
    """The weights file of a model that `names_fresh_cell`, made on first use.

    Args:
        text: `copy`, `copy@MODEL` or `GENOTYPE@MODEL`.
        find_static: Finds the weights file that a MODEL means.
        cache: Folder in which the file is kept, under a name that its content decides.

    Raises:
        NotFound: There is no such genotype or model.
        InvalidGenotype: The file of the genotype describes no cell.
        BadCheckpoint: The model has a cell already, or its file is damaged.
    """
    cell, _, static_name = text.rpartition("@") if "@" in text else (text, "", DEFAULT_STATIC)
    config = CellConfig.of(None if cell == COPY else resolve_genotype(cell))
    static = find_static(static_name)
    key = hashlib.sha256(json.dumps([model_digest(static), config.to_dict()]).encode()).hexdigest()
    path = cache / "cells" / f"{cell if cell == COPY else 'cell'}-{key[:24]}{SUFFIX}"
    if not path.exists():
        write_fresh_cell(static, config, path)
    return path


def write_fresh_cell(static: Path, config: CellConfig, out: Path, *, seed: int = 0) -> None:
    """Writes a static network with a cell that has learnt nothing.

    Args:
        static: The static network's weights file.
        config: The cell.
        out: The model file; one that is there is replaced.
        seed: Decides the cell's random weights.

    Raises:
        BadCheckpoint: `static` is no static network or damaged.
    """
    segmenter, header = load_model(static)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = add_cell(segmenter, config, header.config)
    made = header.provenance
    note = "Its cell has learnt nothing: it repeats the key frame or the static network."
    provenance = Provenance(
        command=made.command,
        seed=seed,
        steps=0,
        data=made.data,
        data_hash=made.data_hash,
        code_version=made.code_version,
        note=note,
        training={"static": model_digest(static)},
    )
    save_model(out, network, header=replace(header, cell=config, provenance=provenance, metrics={}))
