import json
from pathlib import Path

import pytest

from core.baselines.random_cells import USUAL_SPACE, BadCohort, drawn_cells, twin_cells
from core.baselines.rows import cell_rows, untrained_rows
from core.named_genotypes import NAMED
from core.space import Space

SEARCH = Path(__file__).parents[3] / "core" / "examples" / "search-camvid.json"


def test_a_seed_draws_the_same_different_light_cells() -> None:
    cohort = drawn_cells(20, seed=3)
    keys = [genotype.key for genotype in cohort.genotypes]
    assert len(set(keys)) == 20
    assert keys == [genotype.key for genotype in drawn_cells(20, seed=3).genotypes]
    assert keys != [genotype.key for genotype in drawn_cells(20, seed=4).genotypes]
    assert all(USUAL_SPACE.contains(genotype) for genotype in cohort.genotypes)
    assert "drawn with 3" in cohort.name


def test_a_space_with_too_few_cells_is_refused() -> None:
    small = Space("paper", 1, "light", only_ops=("identity",), only_combines=("sum",))
    with pytest.raises(BadCohort, match="different cells only, not 30"):
        drawn_cells(30, space=small)


def test_a_searchs_twin_gives_its_first_different_cells_with_a_reward() -> None:
    twin = json.loads(SEARCH.read_text())["twin"]
    cohort = twin_cells(SEARCH, 20)
    expected = dict.fromkeys(t["key"] for t in twin["trials"] if t["reward"] is not None)
    assert [genotype.key for genotype in cohort.genotypes] == list(expected)[:20]
    assert cohort.name == "random cells of camvid-extended-twin"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no search with a random twin"),
        ('{"strategy": "ppo", "trials": []}', "is no search with a random twin"),
        ('{"twin": {"name": "t", "trials": []}}', "has 0 different cells with a reward, not 2"),
        ("[1]", "is no search with a random twin"),
    ],
)
def test_files_that_are_no_search_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "search.json"
    file.write_text(text)
    with pytest.raises(BadCohort) as refused:
        twin_cells(file, 2)
    assert sentence in str(refused.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadCohort, match="cannot be read"):
        twin_cells(tmp_path / "gone.json", 2)


def test_every_named_cell_has_its_seeds_and_the_full_ones_their_control() -> None:
    cohort = drawn_cells(4)
    rows = list(cell_rows(seeds=3, cohort=cohort))
    names = [row.model_name("camvid-static") for row in rows]
    assert len(set(names)) == len(names) == 3 * (len(NAMED) + 1) + 4
    assert [row.called for row in rows if row.memoryless] == ["blend"] * 3
    assert {row.key_interval(7) for row in rows if row.genotype.is_light} == {7}
    assert {row.key_interval(7) for row in rows if not row.genotype.is_light} == {0}
    assert list(cell_rows(seeds=0, cohort=None)) == []


def test_the_key_interval_is_that_of_copy_and_carried_labels() -> None:
    assert untrained_rows()[-2:] == ("copy", "dis-labels-5")
    assert untrained_rows(10)[-2:] == ("copy-10", "dis-labels-10")
