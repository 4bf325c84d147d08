import random
from pathlib import Path

import pytest

from core.data_folder import DataFolder, open_data_folder
from core.errors import NotFound
from core.fresh_cell import write_fresh_cell
from core.genotype import Genotype
from core.known_genotypes import find_genotype, known_genotype, list_genotypes
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.registry import import_model
from core.settings import Settings
from core.space import Space, sample
from tests.small_model import write_small_model
from tests.webapp.searched import add_search


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return open_data_folder(Settings.of(tmp_path / "data", {}))


def _drawn(seed: int) -> Genotype:
    return sample(Space("extended", 3, "light"), random.Random(seed))


def test_a_key_leads_to_the_cell_of_a_model(folder: DataFolder, tmp_path: Path) -> None:
    static = write_small_model(tmp_path / "static.safetensors")
    import_model(folder, static, name="plain")
    path = tmp_path / "cell.safetensors"
    write_fresh_cell(static, CellConfig.of(_drawn(1)), path)
    import_model(folder, path, name="mine")
    for text in (_drawn(1).key, "mine", str(path)):
        assert find_genotype(folder, text).canonical == _drawn(1).canonical
    with pytest.raises(NotFound, match="'plain' is a static network without a cell; name a"):
        find_genotype(folder, "plain")


def test_a_key_leads_to_the_cell_of_a_trial(folder: DataFolder) -> None:
    add_search(folder, rewards=(0.5, None), genotypes=[_drawn(2), _drawn(3)])
    for seed in (2, 3):
        assert find_genotype(folder, _drawn(seed).key).canonical == _drawn(seed).canonical


def test_names_and_their_keys_need_no_registry(folder: DataFolder) -> None:
    assert find_genotype(folder, "blend") is NAMED["blend"]
    assert find_genotype(folder, NAMED["blend"].key) is NAMED["blend"]


def test_an_unknown_key_is_refused_with_a_way_on(folder: DataFolder) -> None:
    said = "No named genotype, model or search has a cell with the key 0123456789abcdef; give a"
    with pytest.raises(NotFound, match=said):
        find_genotype(folder, "0123456789abcdef")
    with pytest.raises(NotFound, match="There is no genotype 'blnd'"):
        find_genotype(folder, "blnd")


def test_known_genotypes_are_listed_once_and_say_where_they_are_from(
    folder: DataFolder, tmp_path: Path
) -> None:
    static = write_small_model(tmp_path / "static.safetensors")
    path = tmp_path / "cell.safetensors"
    write_fresh_cell(static, CellConfig.of(_drawn(1)), path)
    import_model(folder, path, name="mine")
    cells = [NAMED["clockwork"], _drawn(2), _drawn(2)]
    add_search(folder, rewards=[0.5, 0.6, 0.7], genotypes=cells)
    found, total = list_genotypes(folder, limit=10, offset=0)
    assert total == len(found) == len(NAMED) + 2
    by_key = {known.genotype.key: known for known in found}
    clockwork = by_key[NAMED["clockwork"].key]
    assert (clockwork.names, clockwork.models, clockwork.trials) == (("clockwork",), (), 1)
    assert by_key[_drawn(1).key].models == ("mine",)
    assert by_key[_drawn(2).key].trials == 2
    last, _ = list_genotypes(folder, limit=1, offset=total - 1)
    assert last == found[-1:]


def test_a_known_genotype_is_never_a_file(folder: DataFolder, tmp_path: Path) -> None:
    path = tmp_path / "cell.json"
    path.write_text(NAMED["blend"].to_json())
    assert known_genotype(folder, NAMED["blend"].key) == known_genotype(folder, "blend")
    for text in (str(path), "0" * 16, "copy"):
        with pytest.raises(NotFound, match="the names are blend"):
            known_genotype(folder, text)
