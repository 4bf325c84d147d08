"""Models that have learnt nothing but their static network: fresh cells, `copy` and baselines.

They are written `copy`, `copy@MODEL` (`copy-10@MODEL` with a key interval of 10),
`GENOTYPE@MODEL` or, as `core.baselines.config` has them, `ema-0.7@MODEL`. A light cell that has
learnt nothing labels as `copy` does, a full one as its static network.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from core.baselines.config import DESCRIPTIONS, BaselineConfig, names_baseline
from core.model_file import DEFAULT_STATIC, SUFFIX, ModelHeader, Provenance, model_digest
from core.named_genotypes import COPY, resolve_genotype
from core.nn.build import add_cell
from core.nn.cell_config import CellConfig
from core.nn.weights import load_model, save_model

_COPY = re.compile(rf"{COPY}(?:-(\d{{1,6}}))?")


def names_fresh_cell(text: str) -> bool:
    """Whether a text means such a model rather than a name or a file."""
    return text == COPY or ("@" in text and not Path(text).is_file())


def fresh_cell_model(text: str, *, find_static: Callable[[str], Path], cache: Path) -> Path:
    """The weights file of a model that `names_fresh_cell`, made on first use.

    Args:
        text: `copy`, `copy@MODEL`, `GENOTYPE@MODEL` or `BASELINE@MODEL`.
        find_static: Finds the weights file that a MODEL means.
        cache: Folder in which the file is kept, under a name that its content decides.

    Raises:
        NotFound: There is no such genotype or model.
        InvalidGenotype: The file of the genotype describes no cell.
        BadBaseline: The baseline cannot have such a number.
        BadCheckpoint: The model is no static network, or its file is damaged.
    """
    what, _, static_name = text.rpartition("@") if "@" in text else (text, "", DEFAULT_STATIC)
    if names_baseline(what):
        baseline = BaselineConfig.parse(what)
        static = find_static(static_name)
        path = _place(cache, str(baseline), static, baseline.to_dict())
        if not path.exists():
            write_baseline(static, baseline, path)
        return path
    copied = _COPY.fullmatch(what)
    config = CellConfig.of(
        None if copied else resolve_genotype(what),
        key_interval=int(copied[1]) if copied and copied[1] else None,
    )
    static = find_static(static_name)
    path = _place(cache, COPY if copied else "cell", static, config.to_dict())
    if not path.exists():
        write_fresh_cell(static, config, path)
    return path


def _place(cache: Path, called: str, static: Path, config: dict[str, Any]) -> Path:
    key = hashlib.sha256(json.dumps([model_digest(static), config]).encode()).hexdigest()
    return cache / "cells" / f"{called}-{key[:24]}{SUFFIX}"


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
    note = "Its cell has learnt nothing: it repeats the key frame or the static network."
    provenance = _provenance(static, header, seed=seed, note=note)
    save_model(out, network, header=replace(header, cell=config, provenance=provenance, metrics={}))


def write_baseline(static: Path, config: BaselineConfig, out: Path) -> None:
    """Writes a baseline: the weights of a static network and what is done with its answers.

    Args:
        static: The static network's weights file.
        config: The rule.
        out: The model file; one that is there is replaced.

    Raises:
        BadCheckpoint: `static` is no static network or damaged.
    """
    segmenter, header = load_model(static)
    note = f"A baseline that has learnt nothing more: {DESCRIPTIONS[config.method]}"
    provenance = _provenance(static, header, seed=header.provenance.seed, note=note)
    written = replace(header, baseline=config, provenance=provenance, metrics={})
    save_model(out, segmenter, header=written)


def _provenance(static: Path, header: ModelHeader, *, seed: int, note: str) -> Provenance:
    """What is said of weights that are those of their static network."""
    made = header.provenance
    return Provenance(
        command=made.command,
        seed=seed,
        steps=0,
        data=made.data,
        data_hash=made.data_hash,
        code_version=made.code_version,
        note=note,
        training={"static": model_digest(static)},
    )
