import json
from pathlib import Path

from click.testing import CliRunner

from tasks.cli import main

CAMVID = Path(__file__).parents[3] / "core" / "examples" / "search-camvid.json"


def _run(*arguments: str, data: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["search", "insight", *arguments, "--data", str(data)])
    return done.exit_code, done.output


def test_a_file_of_a_search_is_told_in_words_and_as_json(tmp_path: Path) -> None:
    code, text = _run(str(CAMVID), data=tmp_path)
    assert code == 0
    assert "cells that read prev_high" in text
    code, text = _run(str(CAMVID), "--json", "--score", "rung", "--trials", "all", data=tmp_path)
    document = json.loads(text)
    assert (code, document["cells"], document["score"]) == (0, 160, "rung")


def test_bad_input_has_one_clear_sentence(tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text("[", encoding="utf-8")
    for asked, told in (
        ([str(odd)], "holds no JSON"),
        (["nobody"], "no search"),
        (["--setting", "nothing"], "No search has the setting 'nothing'; known are none."),
    ):
        code, text = _run(*asked, data=tmp_path / "data")
        assert (code, text.count("Error:")) == (1, 1)
        assert told in text
    code, text = _run("cells", "--setting", "x", data=tmp_path / "data")
    assert (code, "leave NAME out" in text) == (2, True)


def test_no_search_at_all_says_that_nothing_can_be_told(tmp_path: Path) -> None:
    code, text = _run(data=tmp_path / "data")
    assert code == 0
    assert "No trial drawn by chance has such a score yet" in text
