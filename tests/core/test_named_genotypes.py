from pathlib import Path

import pytest

from core.errors import DyncellError, NotFound
from core.genotype import Genotype, InvalidGenotype
from core.named_genotypes import COPY, DESCRIPTIONS, NAMED, resolve_genotype
from core.space import Space


def test_every_name_has_one_sentence_that_says_its_class_and_source() -> None:
    assert set(DESCRIPTIONS) == set(NAMED)
    for name, found in NAMED.items():
        assert DESCRIPTIONS[name].startswith("Light" if found.is_light else "Full")
        assert DESCRIPTIONS[name].endswith(").")
    assert COPY not in NAMED


def test_the_named_ones_are_different_cells_of_the_extended_space() -> None:
    assert set(NAMED) == {"blend", "propagate", "clockwork", "correct", "realign"}
    assert len({found.key for found in NAMED.values()}) == len(NAMED)
    for found in NAMED.values():
        assert Space("extended", len(found.nodes)).contains(found)


def test_their_classes_are_those_of_the_design() -> None:
    light = {name for name, found in NAMED.items() if found.is_light}
    assert light == {"propagate", "clockwork", "correct", "realign"}


@pytest.mark.parametrize("name", NAMED)
def test_every_named_cell_keeps_the_past_and_has_one_output(name: str) -> None:
    found = NAMED[name]
    assert "prev_high" in found.inputs
    assert found.outputs == (len(found.nodes) - 1,)


@pytest.mark.parametrize("name", NAMED)
def test_a_name_and_a_file_lead_to_the_genotype(name: str, tmp_path: Path) -> None:
    path = tmp_path / "cell.txt"
    path.write_text(NAMED[name].to_json())
    assert resolve_genotype(name) is NAMED[name]
    assert resolve_genotype(NAMED[name].key) is NAMED[name]
    assert resolve_genotype(str(path)) == NAMED[name]


def test_a_name_wins_over_a_file_and_a_path_over_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = Genotype(NAMED["clockwork"].nodes * 2)
    Path("blend").write_text(other.to_json())
    assert resolve_genotype("blend") == NAMED["blend"]
    assert resolve_genotype("./blend") == other


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("blnd", "no genotype 'blnd'; give a JSON file or a name: blend, propagate"),
        ("", "no genotype ''"),
        ("Blend", "no genotype 'Blend'"),
        ("copy", "copy keeps labels and has no genotype; genotypes with a name are blend"),
        (
            "0123456789abcdef",
            "No named genotype has the key 0123456789abcdef; give.*blend",
        ),
        ("missing.json", "no genotype file 'missing.json'; check the path"),
        ("~nobody-of-that-name/x.json", "no genotype file"),
        ("<b>" * 1000, r"no genotype '<b>.*\.\.\..*'; give"),
        ("nul\0", "no genotype"),
    ],
)
def test_what_leads_nowhere_is_refused_with_a_way_on(text: str, said: str) -> None:
    with pytest.raises(NotFound, match=said) as caught:
        resolve_genotype(text)
    assert len(str(caught.value)) < 250


def test_a_folder_and_a_bad_file_are_no_genotypes(tmp_path: Path) -> None:
    (tmp_path / "cell.json").write_text("[]")
    with pytest.raises(InvalidGenotype, match=r"'cell.json': The genotype cannot be read"):
        resolve_genotype(str(tmp_path / "cell.json"))
    with pytest.raises(DyncellError, match="Is a directory"):
        resolve_genotype(str(tmp_path))
