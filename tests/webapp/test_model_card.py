"""What a model is, in the words of its card."""

from dataclasses import replace

import pytest

from core.data_folder import DataFolder
from core.genotype import Genotype
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.registry import register_shipped
from core.store import models
from webapp.model_card import model_kind, model_line


@pytest.mark.parametrize(
    ("genotype", "interval", "said"),
    [
        (NAMED["propagate"], 7, "light dynamic cell propagate, a key frame every 7"),
        (NAMED["blend"], 0, "full dynamic cell blend"),
        (None, 5, "copies the labels of key frames"),
    ],
)
def test_a_cell_is_told_by_its_class_and_name(
    folder: DataFolder, genotype: Genotype | None, interval: int, said: str
) -> None:
    register_shipped(folder)
    with folder.database.reading() as session:
        model = models.get(session, "camvid-static")
    cell = CellConfig.of(genotype, key_interval=interval)
    config = model.config | {"cell": cell.to_dict()}
    assert model_kind(replace(model, kind="cell", config=config)) == said


def test_the_line_begins_with_what_the_model_is(folder: DataFolder) -> None:
    register_shipped(folder)
    with folder.database.reading() as session:
        lines = [model_line(models.get(session, name)) for name in ("camvid", "camvid-static")]
    assert lines[0].startswith("full dynamic cell blend · 11 classes · ")
    assert lines[1].startswith("static network · 11 classes · ")
